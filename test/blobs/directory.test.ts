/**
 * The directory store: the shared behaviours, and what it makes of what it finds on disk.
 *
 * @module
 */
import { afterAll, expect, test } from "bun:test";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { utf8 } from "../../src/base/bytes.ts";
import { SomaError } from "../../src/base/errors.ts";
import { DirectoryBlobs } from "../../src/blobs/directory.ts";
import { diskError } from "../../src/blobs/disk.ts";
import { blobStoreConformance, chunks, failureOf } from "../conformance/blob-store.ts";
import { removeTemporary, temporaryDirectory } from "../storage/temporary.ts";

afterAll(removeTemporary);

blobStoreConformance("directory", (quota) => new DirectoryBlobs(temporaryDirectory(), quota));

const MIB = 1_048_576;
const HELLO = utf8("hello, blob");

test("blobs are there after a restart, partial files are not", async () => {
  const directory = temporaryDirectory();
  const first = new DirectoryBlobs(directory, MIB);
  const blob = await first.write(chunks(HELLO), { bytesMax: MIB });
  writeFileSync(join(directory, "partial", "left-by-a-crash"), "half a blo");
  const second = new DirectoryBlobs(directory, MIB);
  expect(await second.list()).toEqual([blob]);
  expect(second.usage()).toEqual({ count: 1, bytes: HELLO.length });
  expect(readdirSync(join(directory, "partial"))).toEqual([]);
});

test("no partial file remains after a write, done or failed", async () => {
  const directory = temporaryDirectory();
  const store = new DirectoryBlobs(directory, MIB);
  await store.write(chunks(HELLO), { bytesMax: MIB });
  await store.write(chunks(HELLO), { bytesMax: MIB });
  await failureOf(store.write(chunks(HELLO), { bytesMax: 1 }));
  await failureOf(store.write(chunks(HELLO), { bytesMax: MIB, sizeBytes: 2 * MIB }));
  expect(readdirSync(join(directory, "partial"))).toEqual([]);
});

test("files that are no blobs are left alone and not counted", () => {
  const directory = temporaryDirectory();
  mkdirSync(join(directory, "ab"));
  writeFileSync(join(directory, "ab", "notes.txt"), "mine");
  writeFileSync(join(directory, "ab", "cd".repeat(32)), "in the wrong shard");
  writeFileSync(join(directory, "README"), "mine too");
  expect(new DirectoryBlobs(directory, MIB).usage()).toEqual({ count: 0, bytes: 0 });
  expect(readdirSync(join(directory, "ab"))).toHaveLength(2);
});

test("a blob that has changed on disk fails its check and is removed", async () => {
  const store = new DirectoryBlobs(temporaryDirectory(), MIB);
  const { checksum } = await store.write(chunks(HELLO), { bytesMax: MIB });
  writeFileSync(store.path(checksum), "hello, blub");
  expect(await store.verify(checksum)).toBe(false);
  expect(await store.find(checksum)).toBeUndefined();
});

test("a checksum that is not one cannot name a path outside the directory", () => {
  const store = new DirectoryBlobs(temporaryDirectory(), MIB);
  for (const name of ["../../etc/passwd", "", "AB".repeat(32), "a".repeat(63)]) {
    expect(() => store.path(name)).toThrow("checksum");
  }
});

test("a place that cannot be a directory says so", () => {
  const file = join(temporaryDirectory(), "file");
  writeFileSync(file, "");
  expect(() => new DirectoryBlobs(file, MIB)).toThrow(SomaError);
  expect(() => new DirectoryBlobs(file, MIB)).toThrow("cannot write under");
});

test("failures of the file system have codes an operator can act on", () => {
  const codeOf = (code: string): unknown => {
    const error = diskError("/data", Object.assign(new Error(code), { code }));
    return error instanceof SomaError ? error.code : error;
  };
  expect(codeOf("ENOSPC")).toBe("disk_full");
  expect(codeOf("EROFS")).toBe("directory_unwritable");
  expect(codeOf("EIO")).toBe("disk_failed");
  const bug = new TypeError("ours");
  expect(diskError("/data", bug)).toBe(bug);
});
