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
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

import { assert } from "../base/assert.ts";
import { diskError, onDisk } from "./disk.ts";
import { PartialFile } from "./partial-file.ts";
import { type Displaceable, Quota } from "./quota.ts";
import type { ByteRange } from "./range.ts";
import type { BlobBounds, BlobInfo, BlobStore, BlobUsage } from "./store.ts";

const CHECKSUM_FORM = /^[0-9a-f]{64}$/;
const PARTIAL = "partial";
const SHARD_DIGITS = 2;
const OWNER_ONLY = 0o700;

/** Blobs in one directory, up to a quota. */
export class DirectoryBlobs implements BlobStore {
  private readonly directory: string;
  private readonly quota: Quota;
  private readonly sizes = new Map<string, number>();
  private storedBytes = 0;

  /**
   * Opens or creates the store; `quotaBytes` bounds all blobs together. Those of `displaceable`
   * make room for others.
   */
  constructor(directory: string, quotaBytes: number, displaceable?: Displaceable) {
    this.directory = directory;
    this.quota = new Quota(quotaBytes, displaceable);
    try {
      rmSync(join(directory, PARTIAL), { recursive: true, force: true });
      mkdirSync(join(directory, PARTIAL), { recursive: true, mode: OWNER_ONLY });
      for (const { checksum, sizeBytes } of scan(directory)) {
        this.quota.count(sizeBytes);
        this.add(checksum, sizeBytes);
      }
    } catch (error) {
      throw diskError(directory, error);
    }
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

  async read(checksum: string, range?: ByteRange): Promise<ReadableStream<Uint8Array> | undefined> {
    if (!this.sizes.has(checksum)) return undefined;
    const file = Bun.file(this.path(checksum));
    return (range === undefined ? file : file.slice(range.start, range.end)).stream();
  }

  async write(source: AsyncIterable<Uint8Array>, bounds: BlobBounds): Promise<BlobInfo> {
    const path = join(this.directory, PARTIAL, randomUUID());
    const partial = await PartialFile.create(path, bounds, this.quota);
    try {
      for await (const chunk of source) await partial.append(chunk);
      const blob = await partial.finish();
      await this.keep(partial, blob);
      return blob;
    } catch (error) {
      await partial.discard();
      throw error;
    }
  }

  async verify(checksum: string): Promise<boolean> {
    const stream = await this.read(checksum);
    if (stream === undefined) return false;
    const hasher = new Bun.CryptoHasher("blake2b256");
    await onDisk(this.directory, async () => {
      for await (const chunk of stream) hasher.update(chunk);
    });
    const matches = hasher.digest("hex") === checksum;
    if (!matches) await this.remove(checksum);
    return matches;
  }

  async remove(checksum: string): Promise<boolean> {
    const sizeBytes = this.sizes.get(checksum);
    if (sizeBytes === undefined) return false;
    this.sizes.delete(checksum);
    this.storedBytes -= sizeBytes;
    this.quota.release(sizeBytes);
    await onDisk(this.directory, () => rm(this.path(checksum), { force: true }));
    return true;
  }

  /** What `list` gives, at once. */
  all(): readonly BlobInfo[] {
    return [...this.sizes].map(([checksum, sizeBytes]) => ({ checksum, sizeBytes }));
  }

  async list(): Promise<readonly BlobInfo[]> {
    return this.all();
  }

  usage(): BlobUsage {
    return { count: this.sizes.size, bytes: this.storedBytes };
  }

  private async keep(partial: PartialFile, { checksum, sizeBytes }: BlobInfo): Promise<void> {
    if (this.sizes.has(checksum)) return partial.discard();
    const path = this.path(checksum);
    await onDisk(this.directory, async () => {
      await mkdir(dirname(path), { recursive: true, mode: OWNER_ONLY });
      await rename(partial.path, path);
      await syncDirectory(dirname(path));
    });
    // Another writer of the same bytes may have been here while this one waited for the disk.
    if (this.sizes.has(checksum)) return partial.discard();
    this.add(checksum, sizeBytes);
  }

  private add(checksum: string, sizeBytes: number): void {
    this.sizes.set(checksum, sizeBytes);
    this.storedBytes += sizeBytes;
  }
}

/** The blobs that are in `directory`; files of other names are left alone. */
function scan(directory: string): BlobInfo[] {
  const blobs: BlobInfo[] = [];
  for (const shard of readdirSync(directory, { withFileTypes: true })) {
    if (!shard.isDirectory() || shard.name.length !== SHARD_DIGITS) continue;
    for (const checksum of readdirSync(join(directory, shard.name))) {
      if (!CHECKSUM_FORM.test(checksum) || !checksum.startsWith(shard.name)) continue;
      const sizeBytes = statSync(join(directory, shard.name, checksum)).size;
      blobs.push({ checksum, sizeBytes });
    }
  }
  return blobs;
}

// A rename is on disk when its directory is.
async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
