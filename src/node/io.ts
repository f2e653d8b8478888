/**
 * What goes into the node's step function and what comes out. Inputs are facts from outside;
 * outputs are orders to the driver, which carries them out in the given order: what must be durable
 * is persisted before anything of the same step is sent or answered. A crash may fall between any
 * two outputs and never inside one.
 *
 * @module
 */
import type { ObjectId, Digest } from "../types/address.ts";
import type { BlockRef } from "../types/block.ts";
import type { CheckpointBundle } from "../types/bundle.ts";
import type { Committee } from "../types/committee.ts";
import type { StateObject } from "../types/entry.ts";
import type { TransactionEffects } from "../types/effects.ts";
import type { PeerMessage } from "../types/message.ts";
import type { SignedTransaction } from "../types/transaction.ts";

/** A peer's Ed25519 network public key in hex. */
export type PeerId = string;

/** What a node reads of its own durable storage, synchronously. */
export type NodeReader = {
  /** The live version of an object or entry. */
  readonly find: (id: ObjectId) => StateObject | undefined;
  /** Whether a certified checkpoint contains the transaction. */
  readonly executed: (digest: Digest) => boolean;
  /** The signed bytes of a persisted block. */
  readonly block: (epoch: bigint, ref: BlockRef) => Uint8Array | undefined;
  /** A certified checkpoint. */
  readonly bundle: (sequence: bigint) => CheckpointBundle | undefined;
};

/** One executed transaction. */
export type ExecutedTransaction = {
  readonly digest: Digest;
  readonly transaction: SignedTransaction;
  readonly effects: TransactionEffects;
};

/** Everything one certified checkpoint changes, written in one atomic batch. */
export type CheckpointRecord = {
  readonly bundle: CheckpointBundle;
  readonly digest: Digest;
  readonly executed: readonly ExecutedTransaction[];
  /** The last version of every object the checkpoint wrote and did not delete. */
  readonly written: readonly StateObject[];
  readonly deleted: readonly ObjectId[];
  /** The live-set state after it, 2,048 bytes. */
  readonly liveSet: Uint8Array;
  /** The last consensus commit of its epoch that it covers. */
  readonly commitIndex: number;
};

/** How an `Execute` request ended. */
export type ExecuteOutcome =
  | {
      readonly kind: "Executed";
      readonly executed: ExecutedTransaction;
      readonly sequence: bigint;
      readonly timestampMs: bigint;
    }
  | { readonly kind: "Refused"; readonly reason: RefusalReason; readonly detail: string };

/** Why a transaction was not executed; `timeout` leaves it open whether it will be. */
export type RefusalReason = "invalid" | "stale" | "locked" | "overloaded" | "timeout";

/** A fact from outside. */
export type NodeInput =
  /** The node may act: recover, connect, propose. */
  | { readonly kind: "Start" }
  /** The time asked for by the last `SetTimer` has come. */
  | { readonly kind: "Timer" }
  | { readonly kind: "Connected"; readonly peer: PeerId }
  | { readonly kind: "Disconnected"; readonly peer: PeerId }
  /** A message whose signatures the driver found valid (`signatureChecks`). */
  | { readonly kind: "Message"; readonly peer: PeerId; readonly message: PeerMessage }
  /** A client wants a transaction executed; its signature is valid. */
  | {
      readonly kind: "Execute";
      readonly request: number;
      readonly transaction: SignedTransaction;
    }
  /** The client of `request` went away. */
  | { readonly kind: "Cancel"; readonly request: number }
  /** An operator asks to close the epoch now. */
  | { readonly kind: "AdvanceEpoch" }
  /** Answers `SignCheckpoint`. */
  | {
      readonly kind: "CheckpointSigned";
      readonly epoch: bigint;
      readonly sequence: bigint;
      readonly signature: Uint8Array;
    }
  /** Answers `Aggregate`: the aggregate signature, or whose signatures are invalid. */
  | {
      readonly kind: "Aggregated";
      readonly epoch: bigint;
      readonly sequence: bigint;
      readonly signature: Uint8Array | undefined;
      readonly invalid: readonly number[];
    };

/** An order to the driver. */
export type NodeOutput =
  | { readonly kind: "PersistBlocks"; readonly epoch: bigint; readonly blocks: readonly StoredBlock[] }
  | {
      readonly kind: "PersistCommits";
      readonly epoch: bigint;
      readonly commits: readonly StoredCommit[];
    }
  | { readonly kind: "PersistCheckpoint"; readonly record: CheckpointRecord }
  /** Consensus data of epochs before this one may be deleted. */
  | { readonly kind: "DropEpochsBefore"; readonly epoch: bigint }
  | { readonly kind: "Send"; readonly peer: PeerId; readonly message: PeerMessage }
  /** Replaces the timer. */
  | { readonly kind: "SetTimer"; readonly atMs: number }
  /** Asks for this validator's BLS signature over `message`. */
  | {
      readonly kind: "SignCheckpoint";
      readonly epoch: bigint;
      readonly sequence: bigint;
      readonly message: Uint8Array;
    }
  /** Asks to add the signatures up and to verify the sum. */
  | {
      readonly kind: "Aggregate";
      readonly epoch: bigint;
      readonly sequence: bigint;
      readonly message: Uint8Array;
      readonly signers: readonly number[];
      readonly publicKeys: readonly Uint8Array[];
      readonly signatures: readonly Uint8Array[];
    }
  | { readonly kind: "Answer"; readonly request: number; readonly outcome: ExecuteOutcome }
  /** A new epoch begins here: connect to this committee. */
  | { readonly kind: "EpochStarted"; readonly epoch: bigint; readonly committee: Committee }
  /** The peer broke the protocol; the driver may throttle or drop it. */
  | { readonly kind: "Misbehaved"; readonly peer: PeerId; readonly reason: string };

/** A block as stored: its reference and its signed bytes. */
export type StoredBlock = { readonly ref: BlockRef; readonly bytes: Uint8Array };

/** A commit as stored. */
export type StoredCommit = { readonly index: number; readonly bytes: Uint8Array };
