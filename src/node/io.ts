/**
 * What goes into the node's step function and what comes out. Inputs are facts from outside;
 * outputs are orders to the driver, which carries them out in the given order: what must be durable
 * is persisted before anything of the same step is sent or answered. A crash may fall between any
 * two outputs and never inside one.
 *
 * @module
 */
import type { CommitProof } from "../consensus/certified.ts";
import type { FetchQuery } from "../consensus/io.ts";
import type { Digest, ObjectId } from "../types/address.ts";
import type { BlockRef, SignedBlock } from "../types/block.ts";
import type { CheckpointBundle } from "../types/bundle.ts";
import type { Committee } from "../types/committee.ts";
import type { TransactionEffects } from "../types/effects.ts";
import type { StateObject } from "../types/entry.ts";
import type { PeerMessage, SubmitRefusal } from "../types/message.ts";
import type { SomaObject } from "../types/object.ts";
import type { SignedTransaction } from "../types/transaction.ts";
import type { VersionVote } from "../types/version-vote.ts";

/** A peer's Ed25519 network public key in hex. */
export type PeerId = string;

/** What a node reads of its own durable storage, synchronously. */
export type NodeReader = {
  /** The live version of an object or entry. */
  readonly find: (id: ObjectId) => StateObject | undefined;
  /** What executing the transaction did, if a certified checkpoint contains it. */
  readonly execution: (digest: Digest) => FinalExecution | undefined;
  /** Persisted blocks: the named ones first, then by ascending round, within both limits. */
  readonly blocks: (epoch: bigint, query: FetchQuery, limits: ReadLimits) => readonly Uint8Array[];
  /** Persisted commits in sequence, `count` at most, from index `first` on. */
  readonly commits: (epoch: bigint, first: number, count: number) => readonly Uint8Array[];
  /** A certified checkpoint. */
  readonly bundle: (sequence: bigint) => CheckpointBundle | undefined;
};

/** How much one answer may carry. */
export type ReadLimits = { readonly blocksMax: number; readonly bytesMax: number };

/** One executed transaction. */
export type ExecutedTransaction = {
  readonly digest: Digest;
  readonly transaction: SignedTransaction;
  readonly effects: TransactionEffects;
};

/** An executed transaction in a certified checkpoint. */
export type FinalExecution = {
  readonly executed: ExecutedTransaction;
  readonly sequence: bigint;
  readonly timestampMs: bigint;
};

/** Everything one certified checkpoint changes, written in one atomic batch. */
export type CheckpointRecord = {
  readonly bundle: CheckpointBundle;
  readonly digest: Digest;
  readonly executed: readonly ExecutedTransaction[];
  /** Versions that clients may ask for and that the checkpoint itself replaced or deleted again. */
  readonly superseded: readonly SomaObject[];
  /** The last version of every object the checkpoint wrote and did not delete. */
  readonly written: readonly StateObject[];
  readonly deleted: readonly ObjectId[];
  /** The live-set state after it, 2,048 bytes. */
  readonly liveSet: Uint8Array;
  readonly progress: ConsensusProgress;
};

/** How far a checkpoint's node had followed the commits of its epoch when it closed it. */
export type ConsensusProgress = {
  /** The last commit processed; 0 before the first. */
  readonly commitIndex: number;
  /** The last commit whose transactions certified checkpoints contain; may be ahead. */
  readonly coveredCommit: number;
  /** Authorities that have nothing more to publish in the epoch. */
  readonly endOfPublish: readonly number[];
  /** What authorities said about protocol versions in the epoch, ascending by authority. */
  readonly ballots: readonly VersionBallot[];
};

/** What one authority said about protocol versions. */
export type VersionBallot = {
  readonly authority: number;
  readonly votes: readonly VersionVote[];
};

/** How an `Execute` request ended. */
export type ExecuteOutcome =
  | ({ readonly kind: "Executed" } & FinalExecution)
  | { readonly kind: "Refused"; readonly refusal: SubmitRefusal };

/** A fact from outside. Messages have passed `prepare`, and their signatures are valid. */
export type NodeInput =
  /** The time asked for by the last `SetTimer` has come. */
  | { readonly kind: "Timer" }
  | { readonly kind: "Connected"; readonly peer: PeerId }
  | { readonly kind: "Disconnected"; readonly peer: PeerId }
  /** A block that its author sent. */
  | { readonly kind: "Block"; readonly peer: PeerId; readonly block: SignedBlock }
  /** Blocks that were asked for, of any author. */
  | {
      readonly kind: "FetchedBlocks";
      readonly peer: PeerId;
      readonly request: number;
      readonly blocks: readonly SignedBlock[];
    }
  /** Commits that were asked for, and blocks that vote for the last of them. */
  | {
      readonly kind: "FetchedCommits";
      readonly peer: PeerId;
      readonly request: number;
      readonly proof: CommitProof;
    }
  /** Two blocks that one authority signed for one round. */
  | {
      readonly kind: "Evidence";
      readonly peer: PeerId;
      readonly first: SignedBlock;
      readonly second: SignedBlock;
    }
  /** Any message that carries no blocks. */
  | { readonly kind: "Message"; readonly peer: PeerId; readonly message: PlainMessage }
  /** A peer is in an epoch that this node has not reached. */
  | { readonly kind: "Behind"; readonly peer: PeerId }
  /** A client wants a transaction executed. */
  | { readonly kind: "Execute"; readonly request: number; readonly transaction: SignedTransaction }
  /** The client of `request` went away. */
  | { readonly kind: "Cancel"; readonly request: number }
  /** An operator asks to close the epoch now. */
  | { readonly kind: "AdvanceEpoch" }
  /** Answers `SignCheckpoint`. */
  | {
      readonly kind: "CheckpointSigned";
      readonly sequence: bigint;
      readonly digest: Digest;
      readonly signature: Uint8Array;
    }
  /** Answers `Aggregate`: the aggregate, or `undefined` and whose signatures are invalid. */
  | {
      readonly kind: "Aggregated";
      readonly sequence: bigint;
      readonly digest: Digest;
      readonly signers: readonly number[];
      readonly signature: Uint8Array | undefined;
      readonly invalid: readonly number[];
    };

/** A peer message other than blocks. */
export type PlainMessage = Exclude<
  PeerMessage,
  { readonly kind: "Block" | "FetchedBlocks" | "FetchedCommits" | "Evidence" }
>;

/** An order to the driver. */
export type NodeOutput =
  /** All own blocks of `epoch` are known, and rounds up to `skippedRound` are left out. */
  | { readonly kind: "PersistMemory"; readonly epoch: bigint; readonly skippedRound: number }
  | {
      readonly kind: "PersistBlocks";
      readonly epoch: bigint;
      readonly blocks: readonly StoredBlock[];
    }
  | {
      readonly kind: "PersistCommits";
      readonly epoch: bigint;
      readonly commits: readonly StoredCommit[];
    }
  | { readonly kind: "PersistCheckpoint"; readonly record: CheckpointRecord }
  | { readonly kind: "Send"; readonly peer: PeerId; readonly message: PeerMessage }
  /** Sends to every other member of the committee that is connected. */
  | { readonly kind: "Broadcast"; readonly message: PeerMessage }
  /** Replaces the timer. */
  | { readonly kind: "SetTimer"; readonly atMs: number }
  /** Asks for this validator's BLS signature over `message`. */
  | {
      readonly kind: "SignCheckpoint";
      /** The key to sign with. */
      readonly protocolKey: Uint8Array;
      readonly sequence: bigint;
      readonly digest: Digest;
      readonly message: Uint8Array;
    }
  /** Asks to add signatures up and to verify the sum. */
  | {
      readonly kind: "Aggregate";
      readonly sequence: bigint;
      readonly digest: Digest;
      readonly message: Uint8Array;
      readonly signers: readonly number[];
      /** In the order of `signers`. */
      readonly publicKeys: readonly Uint8Array[];
      readonly signatures: readonly Uint8Array[];
    }
  /** A commit has put these transactions into the one order; nobody can change it any more. */
  | { readonly kind: "Ordered"; readonly digests: readonly Digest[] }
  | { readonly kind: "Answer"; readonly request: number; readonly outcome: ExecuteOutcome }
  /** A new epoch begins here: connect to this committee. */
  | { readonly kind: "EpochStarted"; readonly epoch: bigint; readonly committee: Committee }
  /** An authority signed two blocks for one round. */
  | {
      readonly kind: "Evidence";
      readonly authority: number;
      readonly blocks: readonly [SignedBlock, SignedBlock];
    }
  /** The peer broke the protocol; the driver may throttle or drop it. */
  | { readonly kind: "Misbehaved"; readonly peer: PeerId; readonly reason: string };

/** A block as stored: its reference and its signed bytes. */
export type StoredBlock = { readonly ref: BlockRef; readonly bytes: Uint8Array };

/** A commit as stored. */
export type StoredCommit = { readonly index: number; readonly bytes: Uint8Array };

/** A signature that the driver verifies before the node sees the message. */
export type SignatureCheck =
  | {
      readonly kind: "Ed25519";
      readonly publicKey: Uint8Array;
      readonly message: Uint8Array;
      readonly signature: Uint8Array;
    }
  /** A user's signature container over a transaction's signing digest. */
  | {
      readonly kind: "User";
      readonly address: string;
      readonly digest: Uint8Array;
      readonly signature: Uint8Array;
    }
  /** A BLS signature that is the sum of all keys' signatures over `message`. */
  | {
      readonly kind: "Aggregate";
      readonly publicKeys: readonly Uint8Array[];
      readonly message: Uint8Array;
      readonly signature: Uint8Array;
    };
