/**
 * Blobs that are kept because they may be wanted again: as the bytes of a new one come and have no
 * room, those that were used longest ago go. One that is held stays. What an earlier process left
 * is checked once before it is trusted.
 *
 * @module
 */
import { statSync, utimesSync } from "node:fs";

import { SYSTEM_CLOCK } from "../base/clock.ts";
import { DirectoryBlobs } from "./directory.ts";
import { diskError } from "./disk.ts";
import type { ByteRange } from "./range.ts";
import type { BlobBounds, BlobInfo, BlobStore, BlobUsage } from "./store.ts";

/** Where a blob is, or will be; once it is there it stays until it is released. */
export type HeldBlob = { readonly path: string; readonly release: () => void };

const MS_PER_SECOND = 1_000;

/** Blobs in one directory, up to a budget. */
export class BlobCache implements BlobStore {
  readonly budgetBytes: number;
  private readonly store: DirectoryBlobs;
  private readonly checked = new Set<string>();
  private readonly holders = new Map<string, number>();
  private evicted = 0;
  private lastMs = 0;

  /** Opens or creates the cache; `budgetBytes` bounds all blobs together. */
  constructor(directory: string, budgetBytes: number) {
    this.budgetBytes = budgetBytes;
    this.store = new DirectoryBlobs(directory, budgetBytes, {
      sizeBytes: () => totalBytes(this.free()),
      remove: (bytes) => this.makeRoom(bytes),
    });
  }

  /** Blobs that had to go since the cache was opened. */
  get evictions(): number {
    return this.evicted;
  }

  /** Keeps the blob from being removed to make room, whether it is there already or not. */
  hold(checksum: string): HeldBlob {
    this.holders.set(checksum, (this.holders.get(checksum) ?? 0) + 1);
    let isHeld = true;
    const release = (): void => {
      if (isHeld) this.letGo(checksum);
      isHeld = false;
    };
    return { path: this.store.path(checksum), release };
  }

  /** Marks the blob as used now; `false` when it is not there or, damaged, had to be removed. */
  async use(checksum: string): Promise<boolean> {
    if ((await this.store.find(checksum)) === undefined) return false;
    if (!this.checked.has(checksum) && !(await this.verify(checksum))) return false;
    this.touch(checksum);
    return true;
  }

  find(checksum: string): Promise<BlobInfo | undefined> {
    return this.store.find(checksum);
  }

  read(checksum: string, range?: ByteRange): Promise<ReadableStream<Uint8Array> | undefined> {
    return this.store.read(checksum, range);
  }

  /** Others make room for one whose size is promised, and for no other. */
  async write(source: AsyncIterable<Uint8Array>, bounds: BlobBounds): Promise<BlobInfo> {
    const blob = await this.store.write(source, bounds);
    this.checked.add(blob.checksum);
    this.touch(blob.checksum);
    return blob;
  }

  async verify(checksum: string): Promise<boolean> {
    const matches = await this.store.verify(checksum);
    if (matches) this.checked.add(checksum);
    else this.checked.delete(checksum);
    return matches;
  }

  remove(checksum: string): Promise<boolean> {
    this.checked.delete(checksum);
    return this.store.remove(checksum);
  }

  list(): Promise<readonly BlobInfo[]> {
    return this.store.list();
  }

  usage(): BlobUsage {
    return this.store.usage();
  }

  private letGo(checksum: string): void {
    const rest = (this.holders.get(checksum) ?? 1) - 1;
    if (rest === 0) this.holders.delete(checksum);
    else this.holders.set(checksum, rest);
  }

  /** Blobs that nobody holds. */
  private free(): BlobInfo[] {
    return this.store.all().filter(({ checksum }) => !this.holders.has(checksum));
  }

  /** Removes what was used longest ago until `bytes` are free, as far as that goes. */
  private async makeRoom(bytes: number): Promise<void> {
    const removals: Promise<boolean>[] = [];
    let freedBytes = 0;
    for (const { checksum, sizeBytes } of this.oldestFirst(this.free())) {
      if (freedBytes >= bytes) break;
      freedBytes += sizeBytes;
      this.evicted += 1;
      removals.push(this.remove(checksum));
    }
    await Promise.all(removals);
  }

  private oldestFirst(blobs: readonly BlobInfo[]): BlobInfo[] {
    const usedMs = new Map(blobs.map(({ checksum }) => [checksum, this.usedMs(checksum)]));
    const usedMsOf = ({ checksum }: BlobInfo): number => usedMs.get(checksum)!;
    return blobs.toSorted((left, right) => usedMsOf(left) - usedMsOf(right));
  }

  private usedMs(checksum: string): number {
    return statSync(this.store.path(checksum), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  }

  // The time of a file is that of its last use, so that the order outlives the process.
  private touch(checksum: string): void {
    this.lastMs = Math.max(SYSTEM_CLOCK.nowMs(), this.lastMs + 1);
    const seconds = this.lastMs / MS_PER_SECOND;
    try {
      utimesSync(this.store.path(checksum), seconds, seconds);
    } catch (error) {
      throw diskError(this.store.path(checksum), error);
    }
  }
}

function totalBytes(blobs: readonly BlobInfo[]): number {
  return blobs.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
}
