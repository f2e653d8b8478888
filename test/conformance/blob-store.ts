/**
 * What every blob store must do.
 *
 * @module
 */
import { beforeEach, expect, test } from "bun:test";

import { concatBytes, toHex, utf8 } from "../../src/base/bytes.ts";
import { SomaError } from "../../src/base/errors.ts";
import type { BlobBounds, BlobStore } from "../../src/blobs/store.ts";
import { blake2b256Hex } from "../../src/crypto/digest.ts";

const KIB = 1_024;
const HELLO = utf8("hello, blob");
const HELLO_SUM = blake2b256Hex(HELLO);

/** A stream of chunks. */
export async function* chunks(...parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield part;
}

/** All bytes of a stream. */
export async function drain(stream: AsyncIterable<Uint8Array> | undefined): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of stream ?? chunks()) parts.push(part);
  return concatBytes(...parts);
}

/** The code of the `SomaError` that `promise` ends in. */
export async function failureOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof SomaError) return error.code;
    throw error;
  }
  return "no failure";
}

/**
 * Registers the tests every blob store passes; `open` gives an empty store of that quota. One that
 * is a cache makes room for what is promised.
 */
export function blobStoreConformance(
  name: string,
  open: (quotaBytes: number) => BlobStore,
  isCache = false,
): void {
  let store: BlobStore;
  beforeEach(() => {
    store = open(100 * KIB);
  });

  const put = (bytes: Uint8Array, bounds: Partial<BlobBounds> = {}) =>
    store.write(chunks(bytes), { bytesMax: 100 * KIB, ...bounds });

  test(`${name}: an empty store finds nothing`, async () => {
    expect(await store.find(HELLO_SUM)).toBeUndefined();
    expect(await store.read(HELLO_SUM)).toBeUndefined();
    expect(await store.verify(HELLO_SUM)).toBe(false);
    expect(await store.remove(HELLO_SUM)).toBe(false);
    expect(await store.list()).toEqual([]);
    expect(store.usage()).toEqual({ count: 0, bytes: 0 });
  });

  test(`${name}: a blob is named by its bytes and read back, whole and in part`, async () => {
    const blob = await store.write(
      chunks(HELLO.subarray(0, 4), new Uint8Array(0), HELLO.subarray(4)),
      {
        bytesMax: HELLO.length,
      },
    );
    expect(blob).toEqual({ checksum: HELLO_SUM, sizeBytes: HELLO.length });
    expect(await store.find(HELLO_SUM)).toEqual(blob);
    expect(toHex(await drain(await store.read(HELLO_SUM)))).toBe(toHex(HELLO));
    const middle = await drain(await store.read(HELLO_SUM, { start: 2, end: 7 }));
    expect(toHex(middle)).toBe(toHex(HELLO.subarray(2, 7)));
    expect(await store.list()).toEqual([blob]);
    expect(await store.verify(HELLO_SUM)).toBe(true);
  });

  test(`${name}: an empty blob is a blob`, async () => {
    const blob = await put(new Uint8Array(0), { sizeBytes: 0, checksum: blake2b256Hex() });
    expect(blob.sizeBytes).toBe(0);
    expect(await drain(await store.read(blob.checksum))).toHaveLength(0);
  });

  test(`${name}: many chunks stay in order`, async () => {
    const parts = Array.from({ length: 90 }, (_, index) => new Uint8Array(KIB).fill(index));
    const { checksum } = await store.write(chunks(...parts), { bytesMax: 90 * KIB });
    expect(toHex(await drain(await store.read(checksum)))).toBe(toHex(concatBytes(...parts)));
  });

  test(`${name}: what is not as promised is not kept`, async () => {
    const wrong = "00".repeat(32);
    expect(await failureOf(put(HELLO, { checksum: wrong }))).toBe("blob_mismatch");
    expect(await failureOf(put(HELLO, { sizeBytes: HELLO.length + 1 }))).toBe("blob_too_short");
    expect(await failureOf(put(HELLO, { sizeBytes: HELLO.length - 1 }))).toBe("blob_too_large");
    expect(await failureOf(put(HELLO, { bytesMax: HELLO.length - 1 }))).toBe("blob_too_large");
    expect(store.usage()).toEqual({ count: 0, bytes: 0 });
    expect(await put(HELLO, { checksum: HELLO_SUM, sizeBytes: HELLO.length })).toBeDefined();
  });

  test(`${name}: a source that fails leaves nothing behind`, async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield HELLO;
      throw new SomaError("test_failure", "the source broke");
    }
    const write = store.write(broken(), { bytesMax: KIB });
    expect(await failureOf(write)).toBe("test_failure");
    expect(store.usage()).toEqual({ count: 0, bytes: 0 });
    await put(new Uint8Array(100 * KIB));
  });

  test(`${name}: the quota holds, for promised bytes and for bytes as they come`, async () => {
    await put(new Uint8Array(60 * KIB));
    expect(await failureOf(put(new Uint8Array(41 * KIB)))).toBe("blob_quota");
    if (!isCache) expect(await failureOf(put(HELLO, { sizeBytes: 41 * KIB }))).toBe("blob_quota");
    await put(new Uint8Array(40 * KIB).fill(1));
    expect(store.usage()).toEqual({ count: 2, bytes: 100 * KIB });
    expect(await store.remove((await store.list())[0]!.checksum)).toBe(true);
    await put(new Uint8Array(60 * KIB).fill(2));
  });

  test(`${name}: writers at the same time share the quota`, async () => {
    const writes = [1, 2, 3].map((fill) => failureOf(put(new Uint8Array(40 * KIB).fill(fill))));
    expect((await Promise.all(writes)).toSorted()).toEqual([
      "blob_quota",
      "no failure",
      "no failure",
    ]);
  });

  test(`${name}: the same bytes written twice at once are stored and counted once`, async () => {
    await Promise.all([put(HELLO), put(HELLO), put(HELLO)]);
    await put(HELLO);
    expect(store.usage()).toEqual({ count: 1, bytes: HELLO.length });
    expect(toHex(await drain(await store.read(HELLO_SUM)))).toBe(toHex(HELLO));
    await put(new Uint8Array(100 * KIB - HELLO.length));
  });

  test(`${name}: a removed blob is gone`, async () => {
    await put(HELLO);
    expect(await store.remove(HELLO_SUM)).toBe(true);
    expect(await store.find(HELLO_SUM)).toBeUndefined();
    expect(await store.read(HELLO_SUM)).toBeUndefined();
  });
}
