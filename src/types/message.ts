/**
 * What nodes say to each other, one frame a message. Blocks travel in their signed bytes, which are
 * stored and forwarded verbatim; a reply names what it answers, because a peer may answer late.
 *
 * @module
 */
import {
  bool,
  boundedBytes,
  boundedText,
  type Codec,
  fixedBytes,
  option,
  struct,
  tagged,
  u32,
  u64,
  vector,
} from "../bcs/schema.ts";
import { type Digest, digest } from "./address.ts";
import { type BlockRef, blockRef } from "./block.ts";
import { COMMITTEE_MEMBERS_MAX } from "./bounds.ts";
import { type CheckpointBundle, checkpointBundle } from "./bundle.ts";
import { type Commit, commit } from "./commit.ts";
import { choice } from "./encoding.ts";
import { type SignedTransaction, signedTransaction } from "./transaction.ts";

const DETAIL_BYTES_MAX = 1_024;

/** The largest signed block in a message, in bytes: its transactions and room for references. */
export const BLOCK_BYTES_MAX: number = 2_097_152;

/** Commits in one message. */
export const FETCH_COMMITS_MAX: number = 100;

/** Blocks named or sent in one message. */
export const FETCH_BLOCKS_MAX: number = 1_000;

/**
 * Why a transaction was not taken. `Behind` and `Overloaded` may be asked again; `Locked` means
 * that another digest holds an input; `Stale` and `Invalid` are for ever; `Timeout` leaves it open
 * whether it will execute.
 */
export type SubmitRefusal = {
  readonly reason: "Behind" | "Overloaded" | "Locked" | "Stale" | "Invalid" | "Timeout";
  readonly detail: string;
};

/** A message between nodes. */
export type PeerMessage =
  /** A new block of the sender. */
  | { readonly kind: "Block"; readonly block: Uint8Array }
  /**
   * Says which round of the receiver's blocks in `epoch` the sender has, and asks for those above
   * it, now and as they are made; also which own round the sender has `signed` last. With `asks`
   * the same is expected in return.
   */
  | {
      readonly kind: "Subscribe";
      readonly epoch: bigint;
      readonly round: number;
      readonly signed: number;
      readonly asks: boolean;
    }
  /**
   * Asks for blocks: the named ones, and those of each author above the given rounds, oldest first.
   */
  | {
      readonly kind: "FetchBlocks";
      readonly epoch: bigint;
      readonly request: number;
      readonly refs: readonly BlockRef[];
      /** By authority index; empty asks for none. */
      readonly above: readonly number[];
    }
  /** Answers `FetchBlocks`: what the sender has of it. */
  | {
      readonly kind: "FetchedBlocks";
      readonly epoch: bigint;
      readonly request: number;
      readonly blocks: readonly Uint8Array[];
    }
  /** Asks for `count` commits of an epoch from index `first` on. */
  | {
      readonly kind: "FetchCommits";
      readonly epoch: bigint;
      readonly request: number;
      readonly first: number;
      readonly count: number;
    }
  /** Answers `FetchCommits`: commits in sequence, and blocks that vote for the last of them. */
  | {
      readonly kind: "FetchedCommits";
      readonly epoch: bigint;
      readonly request: number;
      readonly commits: readonly Commit[];
      readonly votes: readonly Uint8Array[];
    }
  /** The sender's BLS signature of the checkpoint it built. */
  | {
      readonly kind: "CheckpointSignature";
      readonly epoch: bigint;
      readonly sequence: bigint;
      readonly digest: Digest;
      readonly signature: Uint8Array;
    }
  /** The sender has executed every checkpoint below `sequence` and wants those from there on. */
  | { readonly kind: "Follow"; readonly sequence: bigint }
  | { readonly kind: "Checkpoint"; readonly bundle: CheckpointBundle }
  /** Asks a validator to order a transaction. */
  | { readonly kind: "Submit"; readonly transaction: SignedTransaction }
  /** Two blocks that one authority signed for one round. */
  | { readonly kind: "Evidence"; readonly first: Uint8Array; readonly second: Uint8Array }
  | {
      readonly kind: "Submitted";
      readonly digest: Digest;
      readonly refusal: SubmitRefusal | undefined;
    };

const submitRefusal: Codec<SubmitRefusal> = struct<SubmitRefusal>("SubmitRefusal", {
  reason: choice<SubmitRefusal["reason"]>("SubmitReason", [
    "Behind",
    "Overloaded",
    "Locked",
    "Stale",
    "Invalid",
    "Timeout",
  ]),
  detail: boundedText(DETAIL_BYTES_MAX),
});

const blockBytes: Codec<Uint8Array> = boundedBytes(BLOCK_BYTES_MAX);

/** Canonical bytes of a message. */
export const peerMessage: Codec<PeerMessage> = tagged<PeerMessage>("PeerMessage", {
  Block: { block: blockBytes },
  Subscribe: { epoch: u64, round: u32, signed: u32, asks: bool },
  FetchBlocks: {
    epoch: u64,
    request: u32,
    refs: vector(blockRef, FETCH_BLOCKS_MAX),
    above: vector(u32, COMMITTEE_MEMBERS_MAX),
  },
  FetchedBlocks: { epoch: u64, request: u32, blocks: vector(blockBytes, FETCH_BLOCKS_MAX) },
  CheckpointSignature: { epoch: u64, sequence: u64, digest, signature: fixedBytes(48) },
  Follow: { sequence: u64 },
  Checkpoint: { bundle: checkpointBundle },
  Submit: { transaction: signedTransaction },
  Submitted: { digest, refusal: option(submitRefusal) },
  Evidence: { first: blockBytes, second: blockBytes },
  FetchCommits: { epoch: u64, request: u32, first: u32, count: u32 },
  FetchedCommits: {
    epoch: u64,
    request: u32,
    commits: vector(commit, FETCH_COMMITS_MAX),
    votes: vector(blockBytes, COMMITTEE_MEMBERS_MAX),
  },
});
