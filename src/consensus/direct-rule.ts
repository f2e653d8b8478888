/**
 * The direct decision rule (Mysticeti §3). A block of round r+1 that names a leader block of round
 * r votes for it; a block of round r+2 with a quorum of such votes among its ancestors certifies
 * it. A quorum of certificates commits the leader; a quorum of round r+1 that names nothing in the
 * leader's slot skips it. Each is final, because two quorums share an honest authority, which signs
 * one block a round.
 *
 * Votes are counted once, as blocks are accepted. Cost: O(authorities) a block.
 *
 * @module
 */
import { assert } from "../base/assert.ts";
import type { Committee } from "../types/committee.ts";
import { QUORUM_POWER } from "../types/committee.ts";
import type { Dag, DagBlock } from "./dag.ts";
import { powerOf, StakeSet } from "./stake.ts";

/** What became of a leader slot; it never changes. */
export type Decision =
  | { readonly kind: "Commit"; readonly leader: DagBlock; readonly direct: boolean }
  | { readonly kind: "Skip"; readonly direct: boolean };

/** The place of one leader in one round, and what the blocks above it say about it. */
export type LeaderSlot = {
  readonly round: number;
  /** Its place among the leaders of the round. */
  readonly offset: number;
  readonly author: number;
  /** Authors of round r+1 that name no block of the slot. */
  readonly blames: StakeSet;
  /** Blocks of round r+2, and the leader block that each certifies. */
  readonly certificates: Map<DagBlock, DagBlock>;
  /** For each certified leader block the authors of its certificates. */
  readonly certifiers: Map<DagBlock, StakeSet>;
  decision: Decision | undefined;
};

/** The slot at (round, offset), judged by what the DAG holds already. */
export function openSlot(
  dag: Dag,
  committee: Committee,
  place: Pick<LeaderSlot, "round" | "offset" | "author">,
): LeaderSlot {
  const slot: LeaderSlot = {
    ...place,
    blames: new StakeSet(committee),
    certificates: new Map(),
    certifiers: new Map(),
    decision: undefined,
  };
  for (const voter of dag.round(slot.round + 1)) tally(slot, voter, committee);
  for (const judge of dag.round(slot.round + 2)) tally(slot, judge, committee);
  return slot;
}

/** Counts what `block`, one or two rounds above the slot, says; true if that decides the slot. */
export function tally(slot: LeaderSlot, block: DagBlock, committee: Committee): boolean {
  const wasOpen = slot.decision === undefined;
  if (block.signed.ref.round === slot.round + 1) countBlame(slot, block);
  if (block.signed.ref.round === slot.round + 2) countCertificate(slot, block, committee);
  return wasOpen && slot.decision !== undefined;
}

function countBlame(slot: LeaderSlot, voter: DagBlock): void {
  if (voteOf(slot, voter) !== undefined) return;
  slot.blames.add(voter.signed.ref.author);
  if (slot.blames.isQuorum) decide(slot, { kind: "Skip", direct: true });
}

function countCertificate(slot: LeaderSlot, judge: DagBlock, committee: Committee): void {
  const leader = certifiedBy(slot, judge, committee);
  if (leader === undefined) return;
  slot.certificates.set(judge, leader);
  const authors = slot.certifiers.get(leader) ?? new StakeSet(committee);
  slot.certifiers.set(leader, authors);
  authors.add(judge.signed.ref.author);
  if (authors.isQuorum) decide(slot, { kind: "Commit", leader, direct: true });
}

/** The block of the slot that a block of the next round votes for. */
function voteOf(slot: LeaderSlot, voter: DagBlock): DagBlock | undefined {
  const named = voter.parents[slot.author];
  return named?.signed.ref.round === slot.round ? named : undefined;
}

/**
 * The block of the slot for which a quorum of the judge's ancestors vote; there is at most one.
 * Only those of the round between can vote, because ancestors are of lower rounds.
 */
function certifiedBy(
  slot: LeaderSlot,
  judge: DagBlock,
  committee: Committee,
): DagBlock | undefined {
  const powers = new Map<DagBlock, number>();
  for (const [author, voter] of judge.parents.entries()) {
    const leader = voter === undefined ? undefined : voteOf(slot, voter);
    if (leader === undefined) continue;
    const power = (powers.get(leader) ?? 0) + powerOf(committee, author);
    if (power >= QUORUM_POWER) return leader;
    powers.set(leader, power);
  }
  return undefined;
}

function decide(slot: LeaderSlot, decision: Decision): void {
  const before = slot.decision;
  if (before === undefined) {
    slot.decision = decision;
    return;
  }
  // Both can only happen when a third or more of the voting power signs twice in a round.
  const same =
    before.kind === "Commit" && decision.kind === "Commit"
      ? before.leader === decision.leader
      : before.kind === decision.kind;
  assert(same, "a slot is decided one way");
}
