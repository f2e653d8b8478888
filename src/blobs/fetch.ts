/**
 * Brings blobs from URLs into a store: verified while they stream, each only once however many ask
 * for it at the same time, and only so many at a time.
 *
 * @module
 */
import { download, type DownloadOptions } from "./download.ts";
import { blobError } from "./failures.ts";
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

/** A download under way and how many wait for it; when nobody does, it is cancelled. */
type Fetch = {
  readonly done: Promise<BlobInfo>;
  readonly controller: AbortController;
  waiters: number;
};

/** Fetches blobs into one store. */
export class BlobFetcher {
  private readonly store: BlobStore;
  private readonly options: FetcherOptions;
  private readonly underway = new Map<string, Fetch>();
  private readonly queue: (() => void)[] = [];
  private running = 0;

  constructor(store: BlobStore, options: FetcherOptions) {
    this.store = store;
    this.options = options;
  }

  /** The blob, in the store; `signal` ends the wait of this caller only. */
  async fetch(source: BlobSource, signal?: AbortSignal): Promise<BlobInfo> {
    if (source.sizeBytes > this.options.bytesMax) {
      const says = `${source.sizeBytes} bytes; at most ${this.options.bytesMax} are fetched`;
      throw blobError("blob_too_large", says);
    }
    const known = await this.store.find(source.checksum);
    if (known !== undefined) return known;
    if (signal?.aborted === true) throw cancelled();
    const name = `${source.checksum} ${source.sizeBytes} ${source.url}`;
    const underway = this.underway.get(name) ?? this.start(name, source);
    return this.wait(underway, signal);
  }

  private start(name: string, source: BlobSource): Fetch {
    const controller = new AbortController();
    const done = this.transfer(source, controller.signal).finally(() => this.underway.delete(name));
    const started = { done, controller, waiters: 0 };
    this.underway.set(name, started);
    return started;
  }

  private async transfer(source: BlobSource, signal: AbortSignal): Promise<BlobInfo> {
    await this.takeTurn();
    try {
      const { url, checksum, sizeBytes } = source;
      const chunks = download(url, sizeBytes, { ...this.options, signal });
      return await this.store.write(chunks, { bytesMax: sizeBytes, checksum, sizeBytes });
    } finally {
      this.endTurn();
    }
  }

  private async wait(underway: Fetch, signal: AbortSignal | undefined): Promise<BlobInfo> {
    const gone = Promise.withResolvers<never>();
    const leave = (): void => gone.reject(cancelled());
    underway.waiters += 1;
    signal?.addEventListener("abort", leave, { once: true });
    try {
      return await Promise.race([underway.done, gone.promise]);
    } finally {
      signal?.removeEventListener("abort", leave);
      underway.waiters -= 1;
      if (underway.waiters === 0) underway.controller.abort();
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

function cancelled(): Error {
  return blobError("blob_cancelled", "download cancelled");
}
