/**
 * Brings blobs from URLs into a store: verified while they stream, each only once however many ask
 * for it at the same time, and only so many at a time.
 *
 * @module
 */
import { SomaError } from "../base/errors.ts";
import { download, type DownloadOptions } from "./download.ts";
import { blobError } from "./failures.ts";
import { SharedWork } from "./shared-work.ts";
import type { BlobInfo, BlobStore } from "./store.ts";

/** Where a blob is said to be, and what it must be. */
export type BlobSource = BlobInfo & { readonly url: string };

/** How a fetcher downloads. */
export type FetcherOptions = Omit<DownloadOptions, "signal"> & {
  /** The largest blob that is fetched at all. */
  readonly bytesMax: number;
  /** Downloads at a time; more wait their turn. */
  readonly parallelMax?: number;
};

const PARALLEL_MAX = 8;
const QUEUE_MAX = 1_024;

/** How a caller follows a fetch and ends its wait. */
export type FetchWatch = {
  readonly signal?: AbortSignal | undefined;
  /** Hears how many bytes are here; not called for a blob that is in the store already. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
};

/** Fetches blobs into one store. */
export class BlobFetcher {
  private readonly store: BlobStore;
  private readonly options: FetcherOptions;
  private readonly underway = new SharedWork<BlobInfo, FetchWatch>();
  /** Writes that were given up and still have their room. */
  private readonly ending = new Set<Promise<unknown>>();
  private readonly queue: (() => void)[] = [];
  private running = 0;
  private started = 0;
  private received = 0;

  constructor(store: BlobStore, options: FetcherOptions) {
    this.store = store;
    this.options = options;
  }

  /** Downloads that were begun, and the bytes that they brought. */
  get traffic(): { readonly downloads: number; readonly bytes: number } {
    return { downloads: this.started, bytes: this.received };
  }

  /** The blob, in the store; the signal ends the wait of this caller only. */
  async fetch(source: BlobSource, watch: FetchWatch = {}): Promise<BlobInfo> {
    if (source.sizeBytes > this.options.bytesMax) {
      const says = `${source.sizeBytes} bytes; at most ${this.options.bytesMax} are fetched`;
      throw blobError("blob_too_large", says);
    }
    const known = await this.store.find(source.checksum);
    if (known !== undefined) return checkSize(known, source);
    const name = `${source.checksum} ${source.sizeBytes} ${source.url}`;
    return this.underway.wait(name, watch, (waiters, signal) =>
      this.transfer(source, waiters, signal),
    );
  }

  private async transfer(
    source: BlobSource,
    waiters: ReadonlySet<FetchWatch>,
    signal: AbortSignal,
  ): Promise<BlobInfo> {
    await this.takeTurn();
    try {
      return await this.bring(source, waiters, signal);
    } catch (error) {
      // What was given up just now may have had the room.
      if (!isQuota(error) || this.ending.size === 0) throw error;
      await Promise.allSettled(this.ending);
      return await this.bring(source, waiters, signal);
    } finally {
      this.endTurn();
    }
  }

  private async bring(
    { url, checksum, sizeBytes }: BlobSource,
    waiters: ReadonlySet<FetchWatch>,
    signal: AbortSignal,
  ): Promise<BlobInfo> {
    const chunks = this.counted(download(url, sizeBytes, { ...this.options, signal }), waiters);
    const writing = this.store.write(chunks, { bytesMax: sizeBytes, checksum, sizeBytes });
    const giveUp = (): void => void this.ending.add(writing);
    signal.addEventListener("abort", giveUp, { once: true });
    try {
      return await writing;
    } finally {
      signal.removeEventListener("abort", giveUp);
      this.ending.delete(writing);
    }
  }

  private async *counted(
    chunks: AsyncIterable<Uint8Array>,
    waiters: ReadonlySet<FetchWatch>,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    let bytes = 0;
    this.started += 1;
    for await (const chunk of chunks) {
      bytes += chunk.length;
      this.received += chunk.length;
      for (const { onBytes } of waiters) onBytes?.(bytes);
      yield chunk;
    }
  }

  private async takeTurn(): Promise<void> {
    if (this.running < (this.options.parallelMax ?? PARALLEL_MAX)) {
      this.running += 1;
      return;
    }
    if (this.queue.length >= QUEUE_MAX) throw blobError("blob_busy", "too many downloads wait");
    const ready = Promise.withResolvers<void>();
    this.queue.push(ready.resolve);
    await ready.promise;
  }

  // A turn goes from hand to hand, so that nobody can take it in between.
  private endTurn(): void {
    const next = this.queue.shift();
    if (next === undefined) this.running -= 1;
    else next();
  }
}

function isQuota(error: unknown): boolean {
  return error instanceof SomaError && error.code === "blob_quota";
}

/** What a blob is said to be holds whether it is here already or not. */
function checkSize(known: BlobInfo, { sizeBytes }: BlobSource): BlobInfo {
  if (known.sizeBytes === sizeBytes) return known;
  const code = known.sizeBytes > sizeBytes ? "blob_too_large" : "blob_too_short";
  throw blobError(code, `the blob has ${known.sizeBytes} bytes, not the ${sizeBytes} promised`);
}
