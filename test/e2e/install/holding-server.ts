/**
 * A server of releases that stops in the middle of an archive and holds the connection until it is
 * told to go on: what a bad network does, at the place that a test chooses.
 *
 * @module
 */
import { join } from "node:path";

/** The server, and what it was asked for. */
export type HoldingServer = {
  readonly url: string;
  /** The ranges of archives that were asked for, in order. */
  readonly asked: readonly (string | null)[];
  /** Resolves when the next answer has come to the place where it is held. */
  readonly held: () => Promise<void>;
  /** From now on answers are whole. */
  readonly letGo: () => void;
  readonly close: () => void;
};

/** Serves `folder`; of an archive, `bytes` of what is asked for. */
export function serveHolding(folder: string, bytes: number): HoldingServer {
  const asked: (string | null)[] = [];
  let isHolding = true;
  let waiting = Promise.withResolvers<void>();
  const body = (file: Blob): Blob | ReadableStream => {
    if (!isHolding) return file;
    const sent = waiting;
    return new ReadableStream({
      start: async (controller) => {
        controller.enqueue(await file.slice(0, bytes).bytes());
        sent.resolve();
        waiting = Promise.withResolvers<void>();
      },
    });
  };
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    fetch: async (request) => {
      const path = new URL(request.url).pathname;
      const file = Bun.file(join(folder, path));
      if (!(await file.exists())) return new Response("no", { status: 404 });
      if (!/\.tar\.[gx]z$/.test(path)) return new Response(file);
      const range = request.headers.get("range");
      asked.push(range);
      const from = Number(/\d+/.exec(range ?? "0")![0]);
      return new Response(body(file.slice(from)), { status: from > 0 ? 206 : 200 });
    },
  });
  return {
    url: server.url.href.replace(/\/$/, ""),
    asked,
    held: () => waiting.promise,
    letGo: () => {
      isHolding = false;
    },
    close: () => void server.stop(true),
  };
}
