/**
 * Blobs: files named by the BLAKE2b-256 of their bytes. Whoever reads one by its name gets those
 * bytes or an error; nothing is ever whole in memory, and what is written is bounded before and
 * while it streams.
 *
 * @module
 */
import type { ByteRange } from "./range.ts";

/** A blob: its name, 64 hex digits, and its size. */
export type BlobInfo = { readonly checksum: string; readonly sizeBytes: number };

/** What a blob that is being written must be. */
export type BlobBounds = {
  /** The most bytes to take. */
  readonly bytesMax: number;
  /** What the bytes must hash to; unknown when the writer is to be told. */
  readonly checksum?: string;
  /** How many bytes there must be. */
  readonly sizeBytes?: number;
};

/** How much a store holds. */
export type BlobUsage = { readonly count: number; readonly bytes: number };

/** A place for blobs. Operational failures are `SomaError`s. */
export type BlobStore = {
  readonly find: (checksum: string) => Promise<BlobInfo | undefined>;
  /** The bytes, or a part of them; `undefined` when the blob is not there. */
  readonly read: (
    checksum: string,
    range?: ByteRange,
  ) => Promise<ReadableStream<Uint8Array> | undefined>;
  /** Takes all of `source`; nothing is kept unless size and checksum are as promised. */
  readonly write: (source: AsyncIterable<Uint8Array>, bounds: BlobBounds) => Promise<BlobInfo>;
  /** Reads a blob through and compares; one that no longer matches is removed. */
  readonly verify: (checksum: string) => Promise<boolean>;
  /** Whether it was there. */
  readonly remove: (checksum: string) => Promise<boolean>;
  readonly list: () => Promise<readonly BlobInfo[]>;
  readonly usage: () => BlobUsage;
};
