/**
 * A port that speaks HTTP/1.1 and gRPC. Behind the front each protocol has a server of its own on
 * the loopback address: that is three times as fast as one server that does both.
 *
 * @module
 */
import { systemCode } from "../../base/errors.ts";
import type { Method } from "../../wire/grpc/method.ts";
import type { HeaderFields } from "../grpc/headers.ts";
import { type GrpcServer, startGrpc } from "../grpc/server.ts";
import { type BareProblem, bareProblem } from "./bare-problem.ts";
import { type Client, type Front, openFront } from "./front.ts";
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
  /** How long the head of a request of HTTP/1.1 may take. */
  readonly headMs?: number;
  /** How long a connection may stay silent before it is closed; ten minutes when absent. */
  readonly idleSeconds?: number;
};

/** A bound port. */
export type Port = {
  readonly port: number;
  /** Connections that are open. */
  readonly connections: () => number;
  /** Serves from now on; before that, HTTP is told to wait and gRPC finds nobody. */
  readonly serve: (surface: Surface) => Promise<void>;
  /** Closes the port and every connection. */
  readonly stop: () => Promise<void>;
};

type ClientOf = (port: number) => Client | undefined;

const LOOPBACK = "127.0.0.1";
const LOOPBACK_V6 = "::1";
/** Above what a proxy or a slow reader needs; streams lift it for themselves. */
const IDLE_SECONDS = 120;

const NOT_READY: HttpHandler = () =>
  new Response("starting\n", { status: 503, headers: { "retry-after": "1" } });
const NO_HOST: BareProblem = { status: 400, code: "host_invalid", detail: "host: is no host" };
const BROKEN: BareProblem = { status: 500, code: "internal", detail: "the node failed to answer" };

/** Binds a port. */
export function openPort(options: PortOptions): Port {
  let handler = NOT_READY;
  let reporter: Surface["report"] = () => undefined;
  let grpc: GrpcServer | undefined;
  const backend = (protocol: "Http1" | "Http2"): number | undefined =>
    protocol === "Http1" ? http.port : grpc?.port;
  const fronts = openFronts({ ...options, backends: backend });
  const clientOf: ClientOf = (port) => {
    for (const front of fronts) {
      const client = front.clientOf(port);
      if (client !== undefined) return client;
    }
    return undefined;
  };
  const http = serveHttp(options, {
    clientOf,
    handler: (request, connection) => handler(request, connection),
    report: (error) => reporter(error),
  });
  return {
    port: fronts[0]!.port,
    connections: () => fronts.reduce((sum, front) => sum + front.connections(), 0),
    serve: async ({ http: next, methods, headers = () => ({}), report }) => {
      const ipOf = (port: number): string | undefined => clientOf(port)?.address;
      grpc = await startGrpc({ methods, headers, ipOf, report });
      handler = next;
      reporter = report;
    },
    stop: async () => {
      for (const front of fronts) front.stop();
      await Promise.all([http.stop(true), grpc?.stop()]);
    },
  };
}

type HttpParts = {
  readonly clientOf: ClientOf;
  readonly handler: HttpHandler;
  readonly report: Surface["report"];
};

function serveHttp(
  { bodyBytesMax }: PortOptions,
  { clientOf, handler, report }: HttpParts,
): Bun.Server<undefined> {
  return Bun.serve({
    hostname: LOOPBACK,
    port: 0,
    idleTimeout: IDLE_SECONDS,
    maxRequestBodySize: bodyBytesMax,
    // Otherwise a failure is answered with a page that shows our source.
    development: false,
    error: (error) => {
      report(error);
      return bareProblem(BROKEN);
    },
    fetch: (request, server) => {
      // Where the host is no name, the runtime leaves a URL without one.
      if (!request.url.startsWith("http")) return bareProblem(NO_HOST);
      const client = clientOf(server.requestIP(request)?.port ?? 0);
      const allowSilence = (seconds: number): void => server.timeout(request, seconds);
      return answer(() => handler(request, { ip: client?.address, allowSilence }), client);
    },
  });
}

/** Has a request answered and counts it; without a promise where the handler needs none. */
function answer(
  work: () => Response | Promise<Response>,
  client: Client | undefined,
): Response | Promise<Response> {
  if (client === undefined) return work();
  const { requests } = client;
  requests.begin();
  let isLater = false;
  try {
    const response = work();
    isLater = response instanceof Promise;
    return response instanceof Promise ? response.finally(() => requests.end()) : response;
  } finally {
    if (!isLater) requests.end();
  }
}

// `localhost` may mean either loopback address; who has no IPv6 does without.
function openFronts(options: Parameters<typeof openFront>[0]): readonly Front[] {
  const front = openFront(options);
  if (options.hostname !== LOOPBACK) return [front];
  try {
    return [front, openFront({ ...options, hostname: LOOPBACK_V6, port: front.port })];
  } catch (error) {
    if (systemCode(error) !== undefined) return [front];
    throw error;
  }
}
