/**
 * A gRPC server over HTTP/2 without TLS: streams become calls of a table of methods. The framing is
 * our own because it is several times faster than the libraries' on this runtime.
 *
 * @module
 */
import {
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from "node:http2";

import { SomaError } from "../../base/errors.ts";
import type { Method } from "../../wire/grpc/method.ts";
import { GRPC_CODE, GrpcError } from "../../wire/grpc/status.ts";
import { refuse, serveCall } from "./call.ts";
import { explainError } from "./errors.ts";
import { type HeaderFields, isGrpcType, parseTimeoutMs } from "./headers.ts";
import { RequestBudget } from "./request-budget.ts";

/** What a server works with. */
export type GrpcOptions = {
  readonly methods: readonly Method[];
  /** Headers of every answer. */
  readonly headers: () => Readonly<HeaderFields>;
  /** The client's IP address by the port that its connection comes from here. */
  readonly ipOf: (port: number) => string | undefined;
  /** Hears of errors that are not the client's: to log them. */
  readonly report: (error: unknown) => void;
};

/** A running server. */
export type GrpcServer = {
  /** Where it listens on the loopback address. */
  readonly port: number;
  readonly stop: () => Promise<void>;
};

const LOOPBACK = "127.0.0.1";
/** Calls of one connection at a time. */
const STREAMS_MAX = 256;
/** Bytes of unfinished requests, all connections together. */
const REQUEST_BYTES_MAX = 64 * 1024 * 1024;
/** Header fields of one request. */
const HEADER_PAIRS_MAX = 64;

/** Starts a server on a port that the system chooses. */
export async function startGrpc(options: GrpcOptions): Promise<GrpcServer> {
  const table = new Map(options.methods.map((method) => [method.path, method]));
  const budget = new RequestBudget(REQUEST_BYTES_MAX);
  const server = createServer({
    settings: { maxConcurrentStreams: STREAMS_MAX, enablePush: false },
    maxHeaderListPairs: HEADER_PAIRS_MAX,
  });
  const sessions = new Set<{ destroy: () => void }>();
  server.on("session", (session) => {
    sessions.add(session);
    session.on("error", () => session.destroy());
    session.on("close", () => sessions.delete(session));
  });
  server.on("sessionError", () => undefined);
  server.on("stream", (stream, headers) => {
    // Errors of a stream whose client is gone.
    stream.on("error", () => undefined);
    route(stream as ServerHttp2Stream, headers, { ...options, table, budget });
  });
  const port = await listen(server);
  const stop = async (): Promise<void> => {
    const closed = Promise.withResolvers<void>();
    server.close(() => closed.resolve());
    for (const session of sessions) session.destroy();
    await closed.promise;
  };
  return { port, stop };
}

type Routing = GrpcOptions & {
  readonly table: ReadonlyMap<string, Method>;
  readonly budget: RequestBudget;
};

function route(stream: ServerHttp2Stream, request: IncomingHttpHeaders, routing: Routing): void {
  const { table, budget, report } = routing;
  const headers = routing.headers();
  const path = request[":path"] ?? "";
  if (request[":method"] !== "POST" || !isGrpcType(request["content-type"])) {
    stream.resume();
    // gRPC over HTTP/2: what is not gRPC gets an HTTP status.
    stream.respond({ ":status": 415, ...headers }, { endStream: true });
    return;
  }
  const method = table.get(path);
  if (method === undefined) {
    const error = new GrpcError(GRPC_CODE.unimplemented, `there is no method ${path}`);
    return refuse(stream, headers, error);
  }
  const timeout = request["grpc-timeout"];
  const timeoutMs = timeout === undefined ? undefined : parseTimeoutMs(String(timeout));
  if (timeout !== undefined && timeoutMs === undefined) {
    const error = new GrpcError(GRPC_CODE.invalidArgument, "grpc-timeout: digits and a unit");
    return refuse(stream, headers, error);
  }
  const ip = routing.ipOf(stream.session?.socket.remotePort ?? 0);
  const explain = (error: unknown): GrpcError => explainError(error, report);
  serveCall(stream, { method, ip, headers, budget, timeoutMs, explain });
}

async function listen(server: Http2Server): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen(0, LOOPBACK, resolve);
  await promise;
  const address = server.address();
  if (address !== null && typeof address === "object") return address.port;
  throw new SomaError("listen_failed", "the gRPC server has no port");
}
