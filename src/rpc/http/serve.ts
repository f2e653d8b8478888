/**
 * Serves a Hono application on a port, with limits on bodies and silence.
 *
 * @module
 */
import type { Hono } from "hono";

import { SomaError } from "../../base/errors.ts";
import type { HttpEnv } from "./ports.ts";

/** Where to listen, and the largest body of a request in bytes. */
export type ServeOptions = {
  readonly hostname: string;
  /** 0 for any that is free. */
  readonly port: number;
  readonly bodyBytesMax: number;
};

/** An application that is served. */
export type HttpServer = {
  readonly url: string;
  readonly port: number;
  /** Ends every connection, running streams included. */
  readonly stop: () => Promise<void>;
};

/** A connection without traffic is closed after so long, unless a route says otherwise. */
const SILENCE_SECONDS = 30;

/** Serves `app`; fails with `port_in_use` when somebody else does. */
export function serveHttp(app: Hono<HttpEnv>, options: ServeOptions): HttpServer {
  const server = listen(app, options);
  const port = server.port ?? options.port;
  return {
    port,
    url: `http://${options.hostname}:${port}`,
    stop: () => server.stop(true),
  };
}

function listen(
  app: Hono<HttpEnv>,
  { hostname, port, bodyBytesMax }: ServeOptions,
): Bun.Server<undefined> {
  try {
    return Bun.serve({
      hostname,
      port,
      idleTimeout: SILENCE_SECONDS,
      maxRequestBodySize: bodyBytesMax,
      fetch: (request, server) => {
        const ip = server.requestIP(request)?.address;
        return app.fetch(request, {
          ...(ip === undefined ? {} : { ip }),
          allowSilence: (seconds) => server.timeout(request, seconds),
        });
      },
    });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EADDRINUSE")) throw error;
    throw new SomaError("port_in_use", `port ${port} on ${hostname} is taken`, { cause: error });
  }
}
