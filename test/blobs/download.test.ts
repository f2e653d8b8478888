/**
 * Downloads from real servers on loopback that break off, stall, trickle and lie about sizes.
 *
 * @module
 */
import { afterEach, expect, test } from "bun:test";

import { toHex, utf8 } from "../../src/base/bytes.ts";
import { Prng } from "../../src/base/prng.ts";
import { download, type DownloadOptions } from "../../src/blobs/download.ts";
import { WITH_LOOPBACK } from "../../src/blobs/guard.ts";
import { drain, failureOf } from "../conformance/blob-store.ts";
import {
  answerWith,
  closeHosts,
  type RawAnswer,
  type RawHost,
  serveHttp,
  serveRaw,
} from "./blob-server.ts";

const BLOB = new Prng(3).bytes(50_000);
const OPTIONS: DownloadOptions = {
  policy: WITH_LOOPBACK,
  random: () => 0.5,
  limits: { stallMs: 2_000, backoff: { firstMs: 1, maxMs: 2 } },
};

afterEach(closeHosts);

/** A host of raw answers, one a request, the last one again and again. */
const raw = (...answers: RawAnswer[]): RawHost =>
  serveRaw((_, index) => answers[Math.min(index, answers.length - 1)]);
const get = (url: string, options: Partial<DownloadOptions> = {}, size = BLOB.length) =>
  drain(download(url, size, { ...OPTIONS, ...options }));

test("a blob arrives whole, by one request without a range", async () => {
  const host = serveHttp((request) => answerWith(BLOB, request));
  expect(toHex(await get(host.url))).toBe(toHex(BLOB));
  expect(host.requests).toHaveLength(1);
  expect(host.requests[0]?.headers.get("range")).toBeNull();
  expect(host.requests[0]?.headers.get("accept-encoding")).toBe("identity");
});

test("a large blob comes range by range, each asked for again if need be", async () => {
  const ranges: string[] = [];
  const host = serveHttp((request, index) => {
    ranges.push(request.headers.get("range") ?? "all");
    if (index === 2) return new Response("wait", { status: 503 });
    return answerWith(BLOB, request);
  });
  const limits = { ...OPTIONS.limits, rangeBytes: 20_000 };
  expect(toHex(await get(host.url, { limits }))).toBe(toHex(BLOB));
  const last = "bytes=40000-49999";
  expect(ranges).toEqual(["bytes=0-19999", "bytes=20000-39999", last, last]);
});

test("a server without ranges sends a large blob as a whole", async () => {
  const host = serveHttp(() => new Response(BLOB.slice()));
  const limits = { ...OPTIONS.limits, rangeBytes: 20_000 };
  expect(toHex(await get(host.url, { limits }))).toBe(toHex(BLOB));
  expect(host.requests).toHaveLength(1);
});

test.each([
  ["bytes 20000-39999/50000", "the range after it"],
  ["bytes 0-49999/50000", "more than the range"],
  ["bytes 0-/50000", "no range"],
])("%s is refused where the first range was asked for: %s", async (range) => {
  const headers = { "content-range": range };
  const host = serveHttp(() => new Response(BLOB.slice(0, 20_000), { status: 206, headers }));
  const limits = { ...OPTIONS.limits, rangeBytes: 20_000 };
  expect(await failureOf(get(host.url, { limits }))).toBe("blob_status");
});

test("a blob that is larger than promised shows in its first range", async () => {
  const host = serveHttp((request) => answerWith(BLOB, request));
  const limits = { ...OPTIONS.limits, rangeBytes: 10_000 };
  expect(await failureOf(get(host.url, { limits }, 30_000))).toBe("blob_too_large");
  expect(host.requests).toHaveLength(1);
});

test("an empty blob arrives", async () => {
  const host = serveHttp(() => new Response(null));
  expect(await get(host.url, {}, 0)).toHaveLength(0);
});

test("a broken connection is resumed where it broke, again and again", async () => {
  const size = BLOB.length;
  const starts: number[] = [];
  const host = serveRaw((head) => {
    const start = Number(/range: bytes=([0-9]+)-/i.exec(head)?.[1] ?? 0);
    starts.push(start);
    const range = `Content-Range: bytes ${start}-${size - 1}/${size}`;
    const status = start === 0 ? "200 OK" : `206 Partial Content\r\n${range}`;
    return {
      head: `HTTP/1.1 ${status}\r\nContent-Length: ${size - start}`,
      body: BLOB.subarray(start, start + 20_000),
      ending: "cut",
    };
  });
  const limits = { ...OPTIONS.limits, retriesMax: 10 };
  expect(toHex(await get(host.url, { limits }))).toBe(toHex(BLOB));
  expect(starts.length).toBeGreaterThanOrEqual(3);
  expect(starts).toEqual(starts.toSorted((left, right) => left - right));
  expect(starts.at(-1)).toBeGreaterThanOrEqual(30_000);
});

test("a server without ranges starts over and the known part is skipped", async () => {
  const head = `HTTP/1.1 200 OK\r\nContent-Length: ${BLOB.length}`;
  const host = raw(
    { head, body: BLOB.subarray(0, 30_000), ending: "cut" },
    { head, body: BLOB, ending: "end" },
  );
  expect(toHex(await get(host.url))).toBe(toHex(BLOB));
});

test("a server that breaks off again and again is given up", async () => {
  const head = `HTTP/1.1 200 OK\r\nContent-Length: ${BLOB.length}`;
  const host = raw({ head, body: new Uint8Array(0), ending: "cut" });
  expect(await failureOf(get(host.url))).toBe("blob_interrupted");
  expect(host.heads).toHaveLength(4);
});

test("a server that is busy is asked again, one that has nothing is not", async () => {
  const busy = serveHttp((request, index) =>
    index < 2 ? new Response("wait", { status: 503 }) : answerWith(BLOB, request),
  );
  expect(await get(busy.url)).toHaveLength(BLOB.length);
  const always = serveHttp(() => new Response(null, { status: 429 }));
  expect(await failureOf(get(always.url))).toBe("blob_busy");
  expect(always.requests).toHaveLength(4);
  for (const [status, code] of [
    [404, "blob_not_found"],
    [410, "blob_not_found"],
    [403, "blob_status"],
    [400, "blob_status"],
    [304, "blob_status"],
    [206, "blob_status"],
  ] as const) {
    const host = serveHttp(() => new Response(status === 304 ? null : "no", { status }));
    expect(await failureOf(get(host.url))).toBe(code);
    expect(host.requests).toHaveLength(1);
  }
});

test("a body of another size than promised is refused by its header", async () => {
  const host = serveHttp((request) => answerWith(BLOB, request));
  expect(await failureOf(get(host.url, {}, BLOB.length - 1))).toBe("blob_too_large");
  expect(await failureOf(get(host.url, {}, BLOB.length + 1))).toBe("blob_too_short");
  expect(host.requests).toHaveLength(2);
});

test("a body that does not end is cut off at the promised size", async () => {
  let produced = 0;
  const endless = (): ReadableStream<Uint8Array> =>
    new ReadableStream({
      pull: async (controller) => {
        produced += 65_536;
        controller.enqueue(new Uint8Array(65_536));
        await Bun.sleep(0);
      },
    });
  const host = serveHttp(() => new Response(endless()));
  expect(await failureOf(get(host.url, {}, 200_000))).toBe("blob_too_large");
  expect(produced).toBeLessThan(20_000_000);
});

test("a body that ends early without saying so is not taken for whole", async () => {
  const short = BLOB.subarray(0, 1_000);
  const head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked";
  const body = new Uint8Array([...utf8("3e8\r\n"), ...short, ...utf8("\r\n0\r\n\r\n")]);
  const gone = { head: "HTTP/1.1 416 Range Not Satisfiable\r\nContent-Length: 0", body: utf8("") };
  const host = raw({ head, body, ending: "end" }, { ...gone, ending: "end" });
  expect(await failureOf(get(host.url))).toBe("blob_too_short");
});

test("a range that was not asked for is refused", async () => {
  const size = BLOB.length;
  const host = raw(
    {
      head: `HTTP/1.1 200 OK\r\nContent-Length: ${size}`,
      body: BLOB.subarray(0, 10),
      ending: "cut",
    },
    {
      head: `HTTP/1.1 206 Partial Content\r\nContent-Length: 5\r\nContent-Range: bytes 0-4/${size}`,
      body: BLOB.subarray(0, 5),
      ending: "end",
    },
  );
  expect(await failureOf(get(host.url))).toBe("blob_status");
});

test("a server that stalls, before or within its answer, is given up", async () => {
  const limits = { stallMs: 30, retriesMax: 1, backoff: { firstMs: 1, maxMs: 1 } };
  const head = `HTTP/1.1 200 OK\r\nContent-Length: ${BLOB.length}`;
  const within = raw({ head, body: BLOB.subarray(0, 9), ending: "hang" });
  expect(await failureOf(get(within.url, { limits }))).toBe("blob_slow");
  expect(within.heads.length).toBeGreaterThan(1);
  const before = raw();
  expect(await failureOf(get(before.url, { limits }))).toBe("blob_slow");
});

test("a server that trickles is given up when its time is over", async () => {
  const trickle = (): ReadableStream<Uint8Array> =>
    new ReadableStream({
      pull: async (controller) => {
        controller.enqueue(new Uint8Array(1));
        await Bun.sleep(5);
      },
    });
  const host = serveHttp(() => new Response(trickle()));
  const limits = { baseMs: 60, bytesPerSecondMin: 10_000_000 };
  expect(await failureOf(get(host.url, { limits }))).toBe("blob_slow");
});

test("a server that was fast before may not stall the longer for it", async () => {
  const head = `HTTP/1.1 200 OK\r\nContent-Length: ${BLOB.length}`;
  const host = raw({ head, body: BLOB.subarray(0, 40_000), ending: "hang" });
  // At this speed all of the blob might take an hour.
  const limits = { stallMs: 40, baseMs: 60, bytesPerSecondMin: 10 };
  expect(await failureOf(get(host.url, { limits }))).toBe("blob_slow");
  expect(host.heads.length).toBeLessThan(3);
});

test("a reader that takes its time is no fault of the server", async () => {
  const host = serveHttp((request) => answerWith(BLOB, request));
  const limits = { baseMs: 1_000, rangeBytes: 10_000 };
  let size = 0;
  for await (const chunk of download(host.url, BLOB.length, { ...OPTIONS, limits })) {
    await Bun.sleep(300);
    size += chunk.length;
  }
  expect(size).toBe(BLOB.length);
});

test("a reader that stops early ends the request", async () => {
  const gone = Promise.withResolvers<void>();
  const host = serveHttp((request) => {
    request.signal.addEventListener("abort", () => gone.resolve());
    const endless = new ReadableStream({
      pull: async (controller) => {
        controller.enqueue(new Uint8Array(1_000));
        await Bun.sleep(1);
      },
    });
    return new Response(endless);
  });
  for await (const chunk of download(host.url, 1_000_000, OPTIONS)) {
    expect(chunk.length).toBeGreaterThan(0);
    break;
  }
  await gone.promise;
});

test("a download that is cancelled ends as such", async () => {
  const host = raw();
  const controller = new AbortController();
  const result = failureOf(get(host.url, { signal: controller.signal }));
  setTimeout(() => controller.abort(), 10);
  expect(await result).toBe("blob_cancelled");
});
