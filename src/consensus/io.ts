/**
 * What goes into consensus and what comes out. Inputs are facts that the host learnt; outputs are
 * orders to it, to be carried out in the order given: whatever must survive a crash is persisted
 * before anything of the same step is sent or handed on.
 *
 * @module
 */
import type { ConsensusLimits } from "../protocol/limits.ts";
import type { BlockRef, SignedBlock } from "../types/block.ts";
import type { CommitRef } from "../types/commit-ref.ts";
import type { Commit } from "../types/commit.ts";
import type { Committee } from "../types/committee.ts";
import type { Claim } from "./amnesia.ts";
import type { CommitProof } from "./certified.ts";
import type { CommittedSubDag } from "./linearize.ts";
import type { BlockFault } from "./verify.ts";

/** What an instance of consensus, which lives for one epoch, is given. */
export type ConsensusConfig = {
  readonly committee: Committee;
  readonly epochStartMs: bigint;
  /** This node's own authority index. */
  readonly authority: number;
  readonly limits: ConsensusLimits;
  /** The Ed25519 signature of this authority's worker key. */
  readonly sign: (message: Uint8Array) => Uint8Array;
  readonly payload: PayloadSource;
};

/** Where blocks get their payload, and who judges that of others. */
export type PayloadSource = {
  /** Removes and returns what the next own block carries, within both limits. */
  readonly take: (countMax: number, bytesMax: number) => readonly Uint8Array[];
  /** Whether rounds should go at full pace for reasons that consensus does not see itself. */
  readonly busy: () => boolean;
  /** Why a block of `author` with these transactions is invalid, the same on every node. */
  readonly check: (transactions: readonly Uint8Array[], author: number) => string | undefined;
};

/** What a former run left on disk: any superset of what `recover.ts` says is needed. */
export type RecoveredState = {
  readonly blocks: readonly SignedBlock[];
  /** Ascending and without gaps. */
  readonly commits: readonly Commit[];
  /** Commits up to this index need no second delivery. */
  readonly lastProcessedCommit: number;
  /** What `PersistMemory` said last; without it own blocks may be missing. */
  readonly skippedRound: number | undefined;
};

/** Asks for blocks: the named ones, and the oldest that come after a known part of the DAG. */
export type FetchQuery = {
  readonly refs: readonly BlockRef[];
  /** By author, send blocks of higher rounds than this, oldest first; empty asks for none. */
  readonly above: readonly number[];
};

/** A fact that the host learnt. Signatures of all blocks in it are verified already. */
export type Input =
  /** The first input: recovered commits are delivered again and the first block is proposed. */
  | { readonly kind: "Start" }
  /** A peer sent a block of its own. */
  | { readonly kind: "Block"; readonly from: number; readonly block: SignedBlock }
  /** The answer to a `Fetch`; blocks that are not in the store of the peer are missing from it. */
  | {
      readonly kind: "BlocksFetched";
      readonly from: number;
      readonly request: number;
      readonly blocks: readonly SignedBlock[];
    }
  /** The answer to a `FetchCommits`; the signatures of the votes are verified. */
  | {
      readonly kind: "CommitsFetched";
      readonly from: number;
      readonly request: number;
      readonly proof: CommitProof;
    }
  /** A `Fetch` or `FetchCommits` will get no answer. */
  | { readonly kind: "FetchFailed"; readonly request: number }
  /** A peer asks for blocks; `request` is its own number for the question. */
  | {
      readonly kind: "FetchRequest";
      readonly from: number;
      readonly request: number;
      readonly query: FetchQuery;
    }
  /** A peer has evidence: two blocks of one author and round, with valid signatures. */
  | { readonly kind: "Evidence"; readonly first: SignedBlock; readonly second: SignedBlock }
  /** The time asked for by the last `SetTimer` has come. */
  | { readonly kind: "Timer" }
  /** Something waits in the payload source, or `busy` has changed. */
  | { readonly kind: "Submitted" }
  /** A connection to a peer is up: it can be asked. */
  | { readonly kind: "Connected"; readonly peer: number }
  /** A peer says what it has of ours, and wants the rest of our blocks. */
  | { readonly kind: "Subscribed"; readonly peer: number; readonly claim: Claim }
  | { readonly kind: "Disconnected"; readonly peer: number };

/** An order to the host. */
export type Output =
  /** Make durable that all own blocks are known, and that rounds up to this one are left out. */
  | { readonly kind: "PersistMemory"; readonly skippedRound: number }
  /** Make durable, in one transaction with the `PersistCommits` that may follow. */
  | { readonly kind: "PersistBlocks"; readonly blocks: readonly SignedBlock[] }
  | { readonly kind: "PersistCommits"; readonly commits: readonly Commit[] }
  /** Send an own block to all connected peers. */
  | { readonly kind: "Broadcast"; readonly block: SignedBlock }
  /** Ask a peer once more what it has. */
  | { readonly kind: "Greet"; readonly to: number }
  /** Send own blocks to one peer, oldest first, as if they were new. */
  | { readonly kind: "Push"; readonly to: number; readonly blocks: readonly SignedBlock[] }
  /** Answer a `FetchRequest`. */
  | {
      readonly kind: "SendBlocks";
      readonly to: number;
      readonly request: number;
      readonly blocks: readonly SignedBlock[];
    }
  /** Answer a `FetchRequest` from the store: named blocks first, then by ascending round. */
  | {
      readonly kind: "SendStored";
      readonly to: number;
      readonly request: number;
      readonly query: FetchQuery;
      readonly blocksMax: number;
      readonly bytesMax: number;
    }
  | {
      readonly kind: "Fetch";
      readonly from: number;
      readonly request: number;
      readonly query: FetchQuery;
    }
  /** Ask for `count` commits from index `first` on, and for votes that certify them. */
  | {
      readonly kind: "FetchCommits";
      readonly from: number;
      readonly request: number;
      readonly first: number;
      readonly count: number;
    }
  /** Blocks of any author that are in the DAG now and carry transactions. */
  | { readonly kind: "Accepted"; readonly blocks: readonly SignedBlock[] }
  /** The next commit; execute its blocks in their order. */
  | { readonly kind: "Commit"; readonly subDag: CommittedSubDag }
  /** Accepted blocks with transactions that can never be committed any more. */
  | { readonly kind: "Collected"; readonly blocks: readonly SignedBlock[] }
  /** Two blocks that one authority signed for one round; tell the others if we found them. */
  | {
      readonly kind: "Evidence";
      readonly first: SignedBlock;
      readonly second: SignedBlock;
      readonly isOwnFinding: boolean;
    }
  /** An authority voted for another commit than ours at the same index. */
  | { readonly kind: "Diverged"; readonly authority: number; readonly vote: CommitRef }
  /** A peer sent what no honest one sends. */
  | { readonly kind: "Misbehaved"; readonly peer: number; readonly fault: BlockFault }
  /** Replaces the timer. */
  | { readonly kind: "SetTimer"; readonly atMs: number };
