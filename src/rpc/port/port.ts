/**
 * A port that speaks HTTP/1.1 and gRPC. Behind the front each protocol has a server of its own on
 * the loopback address: that is three times as fast as one server that does both.
 *
 * @module
 */
import type { Method } from "../../wire/grpc/method.ts";
import type { HeaderFields } from "../grpc/headers.ts";
import { type GrpcServer, startGrpc } from "../grpc/server.ts";
import { type Front, openFront } from "./front.ts";
import type { GateLimits } from "./gate.ts";

/** What is known of the connection that a request came on. */
export type RequestConnection = {
  /** The client's IP address. */
  readonly ip: string | undefined;
  /** Lets the connection stay silent for so long from now on. */
  readonly allowSilence: (seconds: number) => void;
};

/** Answers a request. */
export type HttpHandler = (
  request: Request,
  connection: RequestConnection,
) => Response | Promise<Response>;

/** What a port serves. */
export type Surface = {
  readonly http: HttpHandler;
  readonly methods: readonly Method[];
  /** Headers of every gRPC answer. */
  readonly headers?: () => Readonly<HeaderFields>;
  /** Hears of errors that are not a client's: to log them. */
  readonly report: (error: unknown) => void;
};

/** Where a port listens and how much it takes. */
export type PortOptions = {
  readonly hostname: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** The largest body of an HTTP request. */
  readonly bodyBytesMax: number;
  readonly limits?: GateLimits;
};

/** A bound port. */
export type Port = {
  readonly port: number;
  /** Serves from now on; before that, HTTP is told to wait and gRPC finds nobody. */
  readonly serve: (surface: Surface) => Promise<void>;
  /** Closes the port and every connection. */
  readonly stop: () => Promise<void>;
};

const LOOPBACK = "127.0.0.1";
const LOOPBACK_V6 = "::1";
/** Above what a proxy or a slow reader needs; streams lift it for themselves. */
const IDLE_SECONDS = 120;

const NOT_READY: HttpHandler = () =>
  new Response("starting\n", { status: 503, headers: { "retry-after": "1" } });

/** Binds a port. */
export function openPort(options: PortOptions): Port {
  let handler = NOT_READY;
  let grpc: GrpcServer | undefined;
  const backend = (protocol: "Http1" | "Http2"): number | undefined =>
    protocol === "Http1" ? http.port : grpc?.port;
  const fronts = openFronts({ ...options, backends: backend });
  const ipOf = (port: number): string | undefined =>
    fronts.map(({ gate }) => gate.addressOf(port)).find((address) => address !== undefined);
  const http = Bun.serve({
    hostname: LOOPBACK,
    port: 0,
    idleTimeout: IDLE_SECONDS,
    maxRequestBodySize: options.bodyBytesMax,
    fetch: (request, server) =>
      handler(request, {
        ip: ipOf(server.requestIP(request)?.port ?? 0),
        allowSilence: (seconds) => server.timeout(request, seconds),
      }),
  });
  return {
    port: fronts[0]!.port,
    serve: async ({ http: next, methods, headers = () => ({}), report }) => {
      grpc = await startGrpc({ methods, headers, ipOf, report });
      handler = next;
    },
    stop: async () => {
      for (const front of fronts) front.stop();
      await Promise.all([http.stop(true), grpc?.stop()]);
    },
  };
}

// `localhost` may mean either loopback address; who has no IPv6 does without.
function openFronts(options: Parameters<typeof openFront>[0]): readonly Front[] {
  const front = openFront(options);
  if (options.hostname !== LOOPBACK) return [front];
  try {
    return [front, openFront({ ...options, hostname: LOOPBACK_V6, port: front.port })];
  } catch (error) {
    if (error instanceof Error && "code" in error) return [front];
    throw error;
  }
}
