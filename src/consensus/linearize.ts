/**
 * From a leader to a commit: the blocks of its history that no commit has yet, in an order that
 * everybody computes alike and that favours no author for long (PROTOCOL §3).
 *
 * @module
 */
import { assert, present } from "../base/assert.ts";
import { compareText, fromHex, readU64le } from "../base/bytes.ts";
import { maxU64 } from "../base/u64.ts";
import { type Digest, ZERO_DIGEST } from "../types/address.ts";
import type { BlockRef, SignedBlock } from "../types/block.ts";
import type { CommitRef } from "../types/commit-ref.ts";
import { type Commit, nameCommit } from "../types/commit.ts";
import type { Committee } from "../types/committee.ts";
import type { DagBlock } from "./dag.ts";
import type { Reputations } from "./reputation.ts";
import { medianByStake } from "./stake.ts";

/** A commit with what it names. */
export type CommittedSubDag = {
  readonly index: number;
  readonly digest: Digest;
  readonly leader: BlockRef;
  readonly timestampMs: bigint;
  /** In the order of execution; the leader comes last. */
  readonly blocks: readonly SignedBlock[];
};

/** The end of the chain of commits so far. */
export type CommitTip = {
  readonly ref: CommitRef;
  readonly leaderRound: number;
  readonly timestampMs: bigint;
};

/** The tip before the first commit of an epoch. */
export function epochTip(epochStartMs: bigint): CommitTip {
  return { ref: { index: 0, digest: ZERO_DIGEST }, leaderRound: 0, timestampMs: epochStartMs };
}

/** The tip after a commit. */
export function tipAfter({ index, digest, leader, timestampMs }: CommittedSubDag): CommitTip {
  return { ref: { index, digest }, leaderRound: leader.round, timestampMs };
}

/** A leader block and its place among the leaders of its round. */
export type Led = { readonly leader: DagBlock; readonly offset: number };

/** What a commit depends on besides its leader and the commit before. */
export type CommitContext = {
  readonly committee: Committee;
  readonly gcRound: number;
  /** Counts the commit. */
  readonly reputations: Reputations;
};

/** The commit of a leader after `tip`; marks its blocks committed. */
export function commitLeader(
  { leader, offset }: Led,
  tip: CommitTip,
  context: CommitContext,
): { readonly commit: Commit; readonly subDag: CommittedSubDag } {
  const { committee, gcRound, reputations } = context;
  const { ref } = leader.signed;
  const members = takeHistory(leader, gcRound);
  const order = orderBy(ref.digest, committee.members.length);
  const blocks = members.map((block) => block.signed).sort(order);
  const index = tip.ref.index + 1;
  const commit: Commit = {
    index,
    previous_digest: tip.ref.digest,
    timestamp_ms: maxU64(tip.timestampMs, leaderTime(leader, committee)),
    leader: ref,
    leader_offset: offset,
    blocks: blocks.map((signed) => signed.ref),
    reputation: reputations.count(index, ref, blocks),
  };
  return { commit, subDag: subDagOf(commit, blocks) };
}

/** A commit and its blocks as they are handed on. */
export function subDagOf(commit: Commit, blocks: readonly SignedBlock[]): CommittedSubDag {
  const { index, digest } = nameCommit(commit);
  return { index, digest, leader: commit.leader, timestampMs: commit.timestamp_ms, blocks };
}

/** The uncommitted history of the leader above the garbage-collection round, marked committed. */
function takeHistory(leader: DagBlock, gcRound: number): DagBlock[] {
  assert(!leader.committed, "a leader is committed once");
  leader.committed = true;
  const taken = [leader];
  for (const block of taken) {
    for (const ref of block.signed.block.ancestors) {
      if (ref.round <= gcRound) continue;
      const parent = present(block.parents[ref.author], "an ancestor above the collected rounds");
      if (parent.committed) continue;
      parent.committed = true;
      taken.push(parent);
    }
  }
  return taken;
}

/** The median by stake of what the leader's ancestors of the round before say the time is. */
function leaderTime(leader: DagBlock, committee: Committee): bigint {
  const { round } = leader.signed.ref;
  const stamps = leader.parents.flatMap((parent, author) =>
    parent?.signed.ref.round === round - 1
      ? [{ author, timestampMs: parent.signed.block.timestamp_ms }]
      : [],
  );
  return present(medianByStake(committee, stamps), "a quorum of ancestors in the round before");
}

/** Round, then author turned by a number drawn from the leader's digest, then digest. */
function orderBy(
  leader: Digest,
  authorities: number,
): (left: SignedBlock, right: SignedBlock) => number {
  const turn = Number(readU64le(fromHex(leader)) % BigInt(authorities));
  const place = (author: number): number => (author + turn) % authorities;
  return (left, right) =>
    left.ref.round - right.ref.round ||
    place(left.ref.author) - place(right.ref.author) ||
    compareText(left.ref.digest, right.ref.digest);
}
