/**
 * What nodes say to each other, one frame a message. Blocks travel in their signed bytes, which are
 * stored and forwarded verbatim; a reply names what it answers, because a peer may answer late.
 *
 * @module
 */
import {
  boundedBytes,
  type Codec,
  fixedBytes,
  option,
  prefixedHex32,
  struct,
  tagged,
  text,
  u32,
  u64,
  vector,
} from "../bcs/schema.ts";
import type { Digest } from "./address.ts";
import { type BlockRef, blockRef } from "./block.ts";
import { type CheckpointBundle, checkpointBundle } from "./bundle.ts";
import { type SignedTransaction, signedTransaction } from "./transaction.ts";

/** The largest signed block in a message, in bytes: its transactions and room for references. */
export const BLOCK_BYTES_MAX: number = 2_097_152;

/** Blocks asked for in one message. */
export const FETCH_BLOCKS_MAX: number = 32;

/** Why a validator did not take a transaction. */
export type SubmitRefusal = {
  /** `behind`: ask again soon; `locked`: another digest holds an input; `invalid`: never. */
  readonly reason: string;
  readonly detail: string;
};

/** A message between nodes. */
export type PeerMessage =
  /** A new block of the sender. */
  | { readonly kind: "Block"; readonly block: Uint8Array }
  /** Asks for the sender's blocks above `round` in `epoch`, now and as they are made. */
  | { readonly kind: "Subscribe"; readonly epoch: bigint; readonly round: number }
  | { readonly kind: "FetchBlocks"; readonly epoch: bigint; readonly refs: readonly BlockRef[] }
  /** Answers `FetchBlocks`: what the sender has of `refs`. */
  | {
      readonly kind: "FetchedBlocks";
      readonly epoch: bigint;
      readonly refs: readonly BlockRef[];
      readonly blocks: readonly Uint8Array[];
    }
  /** The sender's BLS signature of the checkpoint it built. */
  | {
      readonly kind: "CheckpointSignature";
      readonly epoch: bigint;
      readonly sequence: bigint;
      readonly digest: Digest;
      readonly signature: Uint8Array;
    }
  /** Asks for certified checkpoints from `sequence` on: those there are, or the next one made. */
  | { readonly kind: "Follow"; readonly sequence: bigint }
  | { readonly kind: "Checkpoint"; readonly bundle: CheckpointBundle }
  /** Asks a validator to order a transaction. */
  | { readonly kind: "Submit"; readonly transaction: SignedTransaction }
  | {
      readonly kind: "Submitted";
      readonly digest: Digest;
      readonly refusal: SubmitRefusal | undefined;
    };

const submitRefusal: Codec<SubmitRefusal> = struct<SubmitRefusal>("SubmitRefusal", {
  reason: text,
  detail: text,
});

const digest: Codec<Digest> = prefixedHex32<Digest>("Digest");
const blockRefs: Codec<readonly BlockRef[]> = vector(blockRef, FETCH_BLOCKS_MAX);
const blockBytes: Codec<Uint8Array> = boundedBytes(BLOCK_BYTES_MAX);

/** Canonical bytes of a message. */
export const peerMessage: Codec<PeerMessage> = tagged<PeerMessage>("PeerMessage", {
  Block: { block: blockBytes },
  Subscribe: { epoch: u64, round: u32 },
  FetchBlocks: { epoch: u64, refs: blockRefs },
  FetchedBlocks: { epoch: u64, refs: blockRefs, blocks: vector(blockBytes, FETCH_BLOCKS_MAX) },
  CheckpointSignature: { epoch: u64, sequence: u64, digest, signature: fixedBytes(48) },
  Follow: { sequence: u64 },
  Checkpoint: { bundle: checkpointBundle },
  Submit: { transaction: signedTransaction },
  Submitted: { digest, refusal: option(submitRefusal) },
});
