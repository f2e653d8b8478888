/**
 * What the HTTP surface is given: the node's state, its way to run transactions, its blobs, and who
 * is told of our own bugs.
 *
 * @module
 */
import type { Clock } from "../../base/clock.ts";
import type { Metric } from "../../base/metrics.ts";
import type { BlobInfo, BlobStore } from "../../blobs/store.ts";
import type { Patience } from "../../wire/timed-body.ts";
import type { CheckpointFeed, LedgerReader, TransactionRunner } from "../reader.ts";
import type { Turns } from "../turns.ts";

/** A blob that a manifest names. */
export type NamedBlob = BlobInfo & { readonly url: string };

/** Blobs, and how much of them is taken in. */
export type BlobPorts = {
  readonly store: BlobStore;
  /** The largest blob that is taken, in bytes. */
  readonly bytesMax: number;
  /** Brings a blob that is elsewhere into the store; without it only what is there is served. */
  readonly fetch?: (blob: NamedBlob, signal: AbortSignal) => Promise<BlobInfo>;
};

/** What the HTTP surface is given. */
export type HttpPorts = {
  /** The name of the network, such as `localnet`. */
  readonly chain: string;
  readonly reader: LedgerReader;
  readonly runner: TransactionRunner;
  readonly feed: CheckpointFeed;
  readonly blobs: BlobPorts;
  readonly clock: Clock;
  /** Shared with the node's other doors; without it this one has its own. */
  readonly turns?: Turns;
  /** What else an operator watches. */
  readonly metrics?: () => readonly Metric[];
  /** Hears of errors that are not the client's: to log them. */
  readonly report: (error: unknown) => void;
};

/** What the server knows of the connection that a request came on. */
export type Connection = {
  /** The client's IP address. */
  readonly ip?: string;
  /** Lets the connection stay silent for so long from now on. */
  readonly allowSilence?: (seconds: number) => void;
  /** How long a body may take, if not as long as usual. */
  readonly patience?: Patience;
};

/** Headers of every answer, until the next checkpoint. */
export type CommonHeaders = {
  readonly fields: Readonly<Record<string, string>>;
  /** With those of an answer in JSON that is not kept: most are, so these are made once. */
  readonly live: Headers;
};

/** The types of our Hono application. */
export type HttpEnv = {
  readonly Bindings: Connection;
  readonly Variables: {
    common: CommonHeaders;
  };
};
