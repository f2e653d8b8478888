/**
 * A blob that is being written: hashed, counted and bounded as its bytes arrive. It either becomes
 * whole, synced and as promised, or is discarded.
 *
 * @module
 */
import { type FileHandle, open, rm } from "node:fs/promises";

import { onDisk } from "./disk.ts";
import { blobError } from "./failures.ts";
import type { Quota } from "./quota.ts";
import type { BlobBounds, BlobInfo } from "./store.ts";

/** A file on its way to becoming a blob. */
export class PartialFile {
  readonly path: string;
  private readonly bounds: BlobBounds;
  private readonly quota: Quota;
  private readonly hasher = new Bun.CryptoHasher("blake2b256");
  private sizeBytes = 0;
  private takenBytes = 0;
  /** Set aside for what has not come yet. */
  private promisedBytes = 0;
  private handle: FileHandle | undefined;

  private constructor(path: string, bounds: BlobBounds, quota: Quota) {
    this.path = path;
    this.bounds = bounds;
    this.quota = quota;
  }

  /** Creates the file at `path`; fails if what is promised does not fit. */
  static async create(path: string, bounds: BlobBounds, quota: Quota): Promise<PartialFile> {
    const file = new PartialFile(path, bounds, quota);
    try {
      file.promise(bounds.sizeBytes ?? 0);
      file.handle = await onDisk(path, () => open(path, "wx", 0o600));
      return file;
    } catch (error) {
      await file.discard();
      throw error;
    }
  }

  /** Adds bytes at the end. */
  async append(chunk: Uint8Array): Promise<void> {
    this.sizeBytes += chunk.length;
    this.checkSize(this.sizeBytes);
    await this.take(chunk.length);
    this.hasher.update(chunk);
    await onDisk(this.path, async () => this.handle?.writeFile(chunk));
  }

  /** The whole is here: it is as promised and on disk, or this fails. */
  async finish(): Promise<BlobInfo> {
    const { checksum: expected, sizeBytes: promised } = this.bounds;
    const { sizeBytes } = this;
    if (promised !== undefined && sizeBytes < promised) {
      throw blobError("blob_too_short", `got ${sizeBytes} bytes of the ${promised} promised`);
    }
    const checksum = this.hasher.digest("hex");
    if (expected !== undefined && checksum !== expected) {
      throw blobError("blob_mismatch", `the bytes have checksum ${checksum}, not ${expected}`);
    }
    await onDisk(this.path, async () => this.handle?.sync());
    await this.close();
    return { checksum, sizeBytes };
  }

  /** Removes the file and gives back its share of the quota. */
  async discard(): Promise<void> {
    this.quota.release(this.takenBytes, this.promisedBytes);
    this.takenBytes = 0;
    this.promisedBytes = 0;
    await this.close();
    await rm(this.path, { force: true });
  }

  private promise(sizeBytes: number): void {
    this.checkSize(sizeBytes);
    this.quota.promise(sizeBytes);
    this.promisedBytes = sizeBytes;
  }

  private async take(bytes: number): Promise<void> {
    const promised = Math.min(bytes, this.promisedBytes);
    await this.quota.take(bytes, promised);
    this.takenBytes += bytes;
    this.promisedBytes -= promised;
  }

  private checkSize(sizeBytes: number): void {
    const { bytesMax, sizeBytes: promised = bytesMax } = this.bounds;
    const limitBytes = Math.min(bytesMax, promised);
    if (sizeBytes <= limitBytes) return;
    throw blobError("blob_too_large", `more than the ${limitBytes} bytes that were expected`);
  }

  private async close(): Promise<void> {
    const { handle } = this;
    this.handle = undefined;
    await handle?.close();
  }
}
