/**
 * Blob hosts on loopback that behave as a test says: an HTTP server, and one that writes raw bytes
 * for answers no proper server would give.
 *
 * @module
 */
import { utf8 } from "../../src/base/bytes.ts";
import { contentRange, parseRange } from "../../src/blobs/range.ts";

/** A host and what it was asked. */
export type BlobHost = {
  readonly url: string;
  readonly requests: Request[];
  readonly close: () => void;
};

/** An HTTP server; `answer` is told the how-manieth request it is, from 0. */
export function serveHttp(answer: (request: Request, index: number) => Response): BlobHost {
  const requests: Request[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request) => answer(request, requests.push(request) - 1),
  });
  const close = (): void => void server.stop(true);
  closing.push(close);
  return { url: `http://127.0.0.1:${server.port}/blob`, requests, close };
}

/** A well-behaved answer, with ranges. */
export function answerWith(bytes: Uint8Array, request: Request): Response {
  const range = parseRange(request.headers.get("range"), bytes.length);
  if (range === "unsatisfiable") return new Response(null, { status: 416 });
  if (range === undefined) return new Response(bytes.slice());
  return new Response(bytes.slice(range.start, range.end), {
    status: 206,
    headers: { "content-range": contentRange(range, bytes.length) },
  });
}

/** A raw answer: the head, some bytes of a body, and whether the connection then ends. */
export type RawAnswer = {
  readonly head: string;
  readonly body: Uint8Array;
  /** `cut` ends it a little later, so that what came before is read and not lost with it. */
  readonly ending: "end" | "cut" | "hang";
};

/** A host of raw answers and the heads of the requests it got. */
export type RawHost = {
  readonly url: string;
  readonly heads: string[];
  readonly close: () => void;
};

const CUT_MS = 30;
const closing: (() => void)[] = [];

/** Closes every host that a test has opened. */
export function closeHosts(): void {
  for (const close of closing.splice(0)) close();
}

/** A server that says exactly what `answer` gives for the head of a request, or nothing. */
export function serveRaw(answer: (head: string, index: number) => RawAnswer | undefined): RawHost {
  const heads: string[] = [];
  const listener = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      data: (socket, chunk) => {
        const head = new TextDecoder().decode(chunk);
        const said = answer(head, heads.push(head) - 1);
        if (said === undefined) return;
        socket.write(utf8(`${said.head}\r\n\r\n`));
        socket.write(said.body);
        if (said.ending === "end") socket.end();
        if (said.ending === "cut") setTimeout(() => socket.end(), CUT_MS);
      },
    },
  });
  const close = (): void => listener.stop(true);
  closing.push(close);
  return { url: `http://127.0.0.1:${listener.port}/blob`, heads, close };
}
