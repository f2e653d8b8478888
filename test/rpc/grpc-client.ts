/**
 * A gRPC client of a few lines: sends bytes, keeps everything that comes back.
 *
 * @module
 */
import { type ClientHttp2Session, connect, type IncomingHttpHeaders } from "node:http2";

import { concatBytes } from "../../src/base/bytes.ts";
import { frameMessage, FrameReader } from "../../src/rpc/grpc/frame.ts";

/** How a call ended. */
export type CallResult = {
  readonly headers: IncomingHttpHeaders;
  readonly trailers: IncomingHttpHeaders;
  readonly messages: readonly Uint8Array[];
  /** The code in trailers, or in headers when there are no trailers; -1 when nobody said. */
  readonly status: number;
  readonly message: string;
};

const BYTES_MAX = 64 * 1024 * 1024;

/** Connects; the caller closes. */
export function openSession(port: number): ClientHttp2Session {
  const session = connect(`http://127.0.0.1:${port}`);
  session.on("error", () => undefined);
  return session;
}

/** Calls a method with messages. */
export function call(
  session: ClientHttp2Session,
  path: string,
  messages: readonly Uint8Array[],
  extra: Readonly<Record<string, string>> = {},
): Promise<CallResult> {
  return callRaw(session, path, concatBytes(...messages.map(frameMessage)), extra);
}

/** Calls a method with a body of any bytes. */
export function callRaw(
  session: ClientHttp2Session,
  path: string,
  body: Uint8Array,
  extra: Readonly<Record<string, string>> = {},
): Promise<CallResult> {
  const { promise, resolve } = Promise.withResolvers<CallResult>();
  const stream = session.request({
    ":method": "POST",
    ":path": path,
    "content-type": "application/grpc",
    te: "trailers",
    ...extra,
  });
  const reader = new FrameReader(BYTES_MAX);
  const messages: Uint8Array[] = [];
  let headers: IncomingHttpHeaders = {};
  let trailers: IncomingHttpHeaders = {};
  stream.on("response", (given) => (headers = given));
  stream.on("trailers", (given) => (trailers = given));
  stream.on("data", (piece: Uint8Array) => {
    const cut = reader.push(new Uint8Array(piece));
    if (cut.ok) messages.push(...cut.value);
  });
  stream.on("error", () => undefined);
  stream.on("close", () => {
    const status = Number(trailers["grpc-status"] ?? headers["grpc-status"] ?? -1);
    const text = String(trailers["grpc-message"] ?? headers["grpc-message"] ?? "");
    resolve({ headers, trailers, messages, status, message: decodeURIComponent(text) });
  });
  stream.end(body);
  return promise;
}
