/**
 * What the node port serves from: reads of certified state and the two ways to run a transaction.
 * The host gives one to every surface; all answers reflect the same, last certified, checkpoint.
 *
 * @module
 */
import type { Execution } from "../ledger/outcome.ts";
import type { ExecuteOutcome, FinalExecution } from "../node/io.ts";
import type { Address, Digest, ObjectId } from "../types/address.ts";
import type { CheckpointBundle } from "../types/bundle.ts";
import type { Committee } from "../types/committee.ts";
import type { ContentOf, StateObject } from "../types/entry.ts";
import type { SomaObject } from "../types/object.ts";
import type { SignedTransaction, TransactionData } from "../types/transaction.ts";

/** One page of a list; `next` is the cursor of the page after it, if there is one. */
export type ListPage<T> = { readonly items: readonly T[]; readonly next: string | undefined };

/** Which page of a list: at most `limit` rows after the cursor of the page before. */
export type PageRequest = { readonly after: string | undefined; readonly limit: number };

/** Targets by status as stored; `open` includes those of past epochs that nobody filled. */
export type TargetFilter = {
  readonly status: "open" | "filled";
  readonly epoch: bigint | undefined;
};

/** An epoch as the chain saw it. */
export type EpochRecord = {
  readonly epoch: bigint;
  readonly committee: Committee;
  readonly firstCheckpoint: bigint;
  /** Absent while the epoch goes on. */
  readonly lastCheckpoint: bigint | undefined;
  readonly startMs: bigint;
  readonly endMs: bigint | undefined;
  readonly protocolVersion: bigint;
};

/** Reads of the last certified state. Synchronous: each answer is of one moment. */
export type LedgerReader = {
  /** The digest of the genesis checkpoint. */
  readonly chainId: Digest;
  readonly latest: () => CheckpointBundle;
  readonly find: (id: ObjectId) => StateObject | undefined;
  readonly findVersion: (id: ObjectId, version: bigint) => StateObject | undefined;
  /** Coins richest first, then stakes. */
  readonly owned: (
    owner: Address,
    type: "Coin" | "StakedSoma" | undefined,
    page: PageRequest,
  ) => ListPage<SomaObject>;
  readonly targets: (filter: TargetFilter, page: PageRequest) => ListPage<SomaObject>;
  readonly models: (page: PageRequest) => ListPage<ContentOf<"Model">>;
  readonly transaction: (digest: Digest) => FinalExecution | undefined;
  /** Newest first. */
  readonly transactionsOf: (owner: Address, page: PageRequest) => ListPage<FinalExecution>;
  readonly checkpoint: (sequence: bigint) => CheckpointBundle | undefined;
  readonly checkpointByDigest: (digest: Digest) => CheckpointBundle | undefined;
  readonly epoch: (epoch: bigint) => EpochRecord | undefined;
};

/** Runs transactions. */
export type TransactionRunner = {
  /** Resolves when the transaction is final here, or refused. */
  readonly execute: (
    transaction: SignedTransaction,
    signal: AbortSignal,
  ) => Promise<ExecuteOutcome>;
  /** What the transaction would do now; nothing is checked that only a signature shows. */
  readonly simulate: (transaction: TransactionData) => Execution;
};

/** Hears of every checkpoint once it can be read; returns how to stop. */
export type CheckpointFeed = (listener: (bundle: CheckpointBundle) => void) => () => void;
