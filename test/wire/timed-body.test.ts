/**
 * Bodies that come in time, and those that do not.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { SomaError } from "../../src/base/errors.ts";
import { timedBody } from "../../src/wire/timed-body.ts";

const SHORT = { baseMs: 40, bytesPerSecond: 1_000 };
const LONG = { baseMs: 600_000, bytesPerSecond: 1 };

/** A body that gives a chunk whenever its turn comes; `pause` keeps it waiting. */
function body(
  chunks: number,
  pause: () => Promise<unknown>,
  cancelled?: () => void,
): ReadableStream {
  let left = chunks;
  return new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      await pause();
      if (left-- === 0) controller.close();
      else controller.enqueue(new Uint8Array(10));
    },
    cancel: () => cancelled?.(),
  });
}

async function sizeOf(stream: ReadableStream<Uint8Array>): Promise<number> {
  let size = 0;
  for await (const chunk of stream) size += chunk.length;
  return size;
}

async function codeOf(work: Promise<unknown>): Promise<unknown> {
  const error: unknown = await work.catch((e: unknown) => e);
  return error instanceof SomaError ? error.code : error;
}

test("a body that comes in time comes whole, and leaves no timer behind", async () => {
  expect(
    await sizeOf(
      timedBody(
        body(7, () => Promise.resolve()),
        LONG,
      ),
    ),
  ).toBe(70);
  expect(await sizeOf(timedBody(null, LONG))).toBe(0);
});

test("a body that stops is given up, and its source is told", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let gave = 0;
  const stalls = body(
    9,
    () => (gave++ < 3 ? Promise.resolve() : new Promise(() => undefined)),
    resolve,
  );
  expect(await codeOf(sizeOf(timedBody(stalls, SHORT)))).toBe("body_slow");
  await promise;
});

test("a body that drips is given up, however long it goes on", async () => {
  const drips = body(100_000, () => Bun.sleep(5));
  const tiny = { baseMs: 40, bytesPerSecond: 100_000 };
  expect(await codeOf(sizeOf(timedBody(drips, tiny)))).toBe("body_slow");
});

test("what arrives buys time", async () => {
  const steady = body(9, () => Bun.sleep(60));
  expect(await sizeOf(timedBody(steady, { baseMs: 300, bytesPerSecond: 1 }))).toBe(90);
});

test("a source that fails fails as it does", async () => {
  const broken = body(1, () => Promise.reject(new TypeError("gone")));
  expect(await codeOf(sizeOf(timedBody(broken, LONG)))).toBeInstanceOf(TypeError);
});

test("who stops reading stops the source", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const reader = timedBody(
    body(9, () => Promise.resolve(), resolve),
    LONG,
  ).getReader();
  await reader.read();
  await reader.cancel();
  await promise;
});
