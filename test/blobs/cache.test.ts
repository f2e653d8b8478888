/**
 * The cache of blobs: what was used longest ago makes room, what is held stays, and what an earlier
 * process left is checked before it is trusted.
 *
 * @module
 */
import { afterAll, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";

import { BlobCache } from "../../src/blobs/cache.ts";
import type { BlobBounds } from "../../src/blobs/store.ts";
import { blobStoreConformance, chunks, failureOf } from "../conformance/blob-store.ts";
import { removeTemporary, temporaryDirectory } from "../storage/temporary.ts";

const SIZE = 1_000;

blobStoreConformance("cache", (budget) => new BlobCache(temporaryDirectory(), budget), true);

afterAll(removeTemporary);

async function put(cache: BlobCache, value: number): Promise<string> {
  const bounds: BlobBounds = { bytesMax: SIZE, sizeBytes: SIZE };
  const { checksum } = await cache.write(chunks(new Uint8Array(SIZE).fill(value)), bounds);
  return checksum;
}

async function kept(cache: BlobCache, names: readonly string[]): Promise<boolean[]> {
  return Promise.all(names.map(async (name) => (await cache.find(name)) !== undefined));
}

test("what was used longest ago goes first", async () => {
  const cache = new BlobCache(temporaryDirectory(), 3 * SIZE);
  const names = [await put(cache, 1), await put(cache, 2), await put(cache, 3)];
  expect(await cache.use(names[0]!)).toBe(true);
  names.push(await put(cache, 4));
  expect(await kept(cache, names)).toEqual([true, false, true, true]);
  expect(cache.evictions).toBe(1);
  expect(cache.usage()).toEqual({ count: 3, bytes: 3 * SIZE });
});

test("what is held stays, and a blob for which nothing can go is refused", async () => {
  const cache = new BlobCache(temporaryDirectory(), 2 * SIZE);
  const names = [await put(cache, 1), await put(cache, 2)];
  const [first, again] = [cache.hold(names[0]!), cache.hold(names[0]!)];
  const second = cache.hold(names[1]!);
  expect(await failureOf(put(cache, 3))).toBe("blob_quota");
  first.release();
  first.release();
  expect(await failureOf(put(cache, 3))).toBe("blob_quota");
  again.release();
  names.push(await put(cache, 3));
  expect(await kept(cache, names)).toEqual([false, true, true]);
  second.release();
});

test("writers at the same time all get the room that was made for them", async () => {
  const cache = new BlobCache(temporaryDirectory(), 3 * SIZE);
  for (const value of [1, 2, 3]) await put(cache, value);
  await Promise.all([4, 5, 6].map((value) => put(cache, value)));
  expect(cache.evictions).toBe(3);
});

/** Promises `promised` bytes and brings `sent` of them. */
function breakPromise(cache: BlobCache, promised: number, sent: number): Promise<string> {
  const bounds: BlobBounds = { bytesMax: promised, sizeBytes: promised };
  return failureOf(cache.write(chunks(...(sent > 0 ? [new Uint8Array(sent)] : [])), bounds));
}

test("a promise removes nothing: only bytes that come do", async () => {
  const cache = new BlobCache(temporaryDirectory(), 3 * SIZE);
  const names = [await put(cache, 1), await put(cache, 2), await put(cache, 3)];
  expect(await breakPromise(cache, 3 * SIZE, 0)).toBe("blob_too_short");
  expect(await kept(cache, names)).toEqual([true, true, true]);
  expect(await breakPromise(cache, 3 * SIZE, SIZE + 1)).toBe("blob_too_short");
  expect(await kept(cache, names)).toEqual([false, false, true]);
  await put(cache, 4);
  await put(cache, 5);
  expect(await kept(cache, names)).toEqual([false, false, true]);
});

test("room that is promised is promised once", async () => {
  const cache = new BlobCache(temporaryDirectory(), 2 * SIZE);
  for (const value of [1, 2]) await put(cache, value);
  const gate = Promise.withResolvers<void>();
  const waiting = cache.write(later(gate.promise), { bytesMax: 2 * SIZE, sizeBytes: 2 * SIZE });
  expect(await failureOf(put(cache, 3))).toBe("blob_quota");
  gate.resolve();
  await waiting;
  expect(cache.usage()).toEqual({ count: 1, bytes: 2 * SIZE });
});

test("a writer whose room was held meanwhile fails, and what is held stays", async () => {
  const cache = new BlobCache(temporaryDirectory(), 2 * SIZE);
  const names = [await put(cache, 1), await put(cache, 2)];
  const gate = Promise.withResolvers<void>();
  const writing = cache.write(later(gate.promise), { bytesMax: 2 * SIZE, sizeBytes: 2 * SIZE });
  const held = cache.hold(names[0]!);
  gate.resolve();
  expect(await failureOf(writing)).toBe("blob_quota");
  expect(await kept(cache, names)).toEqual([true, false]);
  held.release();
  await put(cache, 3);
  await put(cache, 4);
  expect(cache.usage()).toEqual({ count: 2, bytes: 2 * SIZE });
});

async function* later(when: Promise<void>): AsyncGenerator<Uint8Array> {
  await when;
  yield new Uint8Array(SIZE);
  yield new Uint8Array(SIZE);
}

test("the order of use outlives the process; a damaged file is not handed out", async () => {
  const directory = temporaryDirectory();
  const first = new BlobCache(directory, 3 * SIZE);
  const names = [await put(first, 1), await put(first, 2), await put(first, 3)];
  writeFileSync(first.hold(names[0]!).path, new Uint8Array(SIZE).fill(9));
  await first.use(names[1]!);

  const second = new BlobCache(directory, 3 * SIZE);
  expect(await second.use(names[0]!)).toBe(false);
  expect(await second.use("00".repeat(32))).toBe(false);
  expect(await kept(second, names)).toEqual([false, true, true]);
  await put(second, 4);
  await put(second, 5);
  expect(await kept(second, names)).toEqual([false, true, false]);
});
