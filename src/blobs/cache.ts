/**
 * Blobs that are kept because they may be wanted again: when a new one has no room, those that were
 * used longest ago go. One that is held stays. What an earlier process left is checked once before
 * it is trusted.
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
    this.store = new DirectoryBlobs(directory, budgetBytes);
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
    // The room is taken by `write` before it awaits, so nobody else can take it in between.
    const removals = this.makeRoom(bounds.sizeBytes ?? 0);
    const writing = this.store.write(source, bounds);
    const [blob] = await Promise.all([writing, ...removals]);
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

  /** Begins to remove what was used longest ago until `bytes` fit, as far as that goes. */
  private makeRoom(bytes: number): Promise<boolean>[] {
    const removals: Promise<boolean>[] = [];
    if (this.store.leftBytes >= bytes) return removals;
    for (const checksum of this.oldestFirst()) {
      if (this.store.leftBytes >= bytes) break;
      if (this.holders.has(checksum)) continue;
      this.evicted += 1;
      removals.push(this.remove(checksum));
    }
    return removals;
  }

  private oldestFirst(): string[] {
    const usedMs = new Map(this.store.names().map((name) => [name, this.usedMs(name)]));
    return [...usedMs.keys()].sort((left, right) => usedMs.get(left)! - usedMs.get(right)!);
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
