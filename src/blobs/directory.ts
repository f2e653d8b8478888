/**
 * A blob store in a directory: `ab/abcd…` by checksum, and `partial/` for what is still being
 * written. A blob gets its name only when its bytes are hashed, synced and as promised, so a crash
 * leaves whole blobs and partial files, and the latter are removed at the next opening. One process
 * uses a directory at a time.
 *
 * @module
 */
import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

import { assert } from "../base/assert.ts";
import { SomaError } from "../base/errors.ts";

import { blobError } from "./failures.ts";
import type { ByteRange } from "./range.ts";
import type { BlobBounds, BlobInfo, BlobStore, BlobUsage } from "./store.ts";

const CHECKSUM_FORM = /^[0-9a-f]{64}$/;
const PARTIAL = "partial";
const SHARD_DIGITS = 2;
const OWNER_ONLY = 0o700;

/** Blobs in one directory, up to a quota. */
export class DirectoryBlobs implements BlobStore {
  private readonly directory: string;
  private readonly quotaBytes: number;
  private readonly sizes = new Map<string, number>();
  private storedBytes = 0;
  /** Bytes of blobs that are being written: they count before they are there. */
  private partialBytes = 0;

  /** Opens or creates the store; `quotaBytes` bounds all blobs together. */
  constructor(directory: string, quotaBytes: number) {
    this.directory = directory;
    this.quotaBytes = quotaBytes;
    onDisk(directory, () => {
      rmSync(join(directory, PARTIAL), { recursive: true, force: true });
      mkdirSync(join(directory, PARTIAL), { recursive: true, mode: OWNER_ONLY });
      for (const { checksum, sizeBytes } of scan(directory)) this.count(checksum, sizeBytes);
    });
  }

  /** Where a blob is, for those who map files into memory; it may not be there. */
  path(checksum: string): string {
    assert(CHECKSUM_FORM.test(checksum), "a checksum has 64 lower-case hex digits");
    return join(this.directory, checksum.slice(0, SHARD_DIGITS), checksum);
  }

  async find(checksum: string): Promise<BlobInfo | undefined> {
    const sizeBytes = this.sizes.get(checksum);
    return sizeBytes === undefined ? undefined : { checksum, sizeBytes };
  }

  async read(
    checksum: string,
    range?: ByteRange,
  ): Promise<ReadableStream<Uint8Array> | undefined> {
    if (!this.sizes.has(checksum)) return undefined;
    const file = Bun.file(this.path(checksum));
    return (range === undefined ? file : file.slice(range.start, range.end)).stream();
  }

  async write(source: AsyncIterable<Uint8Array>, bounds: BlobBounds): Promise<BlobInfo> {
    const partial = join(this.directory, PARTIAL, randomUUID());
    let takenBytes = 0;
    try {
      const taken = await this.take(source, partial, bounds, (sizeBytes) => {
        takenBytes += sizeBytes;
      });
      await this.keep(partial, taken);
      return taken;
    } catch (error) {
      await rm(partial, { force: true });
      throw diskError(this.directory, error);
    } finally {
      this.partialBytes -= takenBytes;
    }
  }

  async verify(checksum: string): Promise<boolean> {
    const stream = await this.read(checksum);
    if (stream === undefined) return false;
    const hasher = new Bun.CryptoHasher("blake2b256");
    for await (const chunk of stream) hasher.update(chunk);
    const matches = hasher.digest("hex") === checksum;
    if (!matches) await this.remove(checksum);
    return matches;
  }

  async remove(checksum: string): Promise<boolean> {
    const sizeBytes = this.sizes.get(checksum);
    if (sizeBytes === undefined) return false;
    await rm(this.path(checksum), { force: true });
    this.sizes.delete(checksum);
    this.storedBytes -= sizeBytes;
    return true;
  }

  async list(): Promise<readonly BlobInfo[]> {
    return [...this.sizes].map(([checksum, sizeBytes]) => ({ checksum, sizeBytes }));
  }

  usage(): BlobUsage {
    return { count: this.sizes.size, bytes: this.storedBytes };
  }
}
