/**
 * The indirect decision rule (Mysticeti §3): what the direct rule leaves open is decided by an
 * anchor, the first later leader, from three rounds above on, that is not skipped. A slot whose
 * block has a certificate in the anchor's history is committed; otherwise it is skipped. Everybody
 * who commits the anchor sees the same history, so everybody decides alike.
 *
 * @module
 */
import { assert } from "../base/assert.ts";
import type { DagBlock } from "./dag.ts";
import type { Decision, LeaderSlot } from "./direct-rule.ts";

/** Rounds of a wave: leader, votes, certificates. */
const WAVE_ROUNDS = 3;

/**
 * Decides what can be decided among `slots`, ascending by round and offset, from the last down: a
 * slot waits for its anchor.
 */
export function decideIndirectly(slots: readonly LeaderSlot[]): void {
  for (let index = slots.length - 1; index >= 0; index--) {
    const slot = slots[index]!;
    if (slot.decision !== undefined) continue;
    const anchor = findAnchor(slots, index);
    if (anchor !== undefined) slot.decision = judgeByAnchor(slot, anchor);
  }
}

function findAnchor(slots: readonly LeaderSlot[], index: number): DagBlock | undefined {
  const lowestRound = slots[index]!.round + WAVE_ROUNDS;
  for (let later = index + 1; later < slots.length; later++) {
    const { round, decision } = slots[later]!;
    if (round < lowestRound || decision?.kind === "Skip") continue;
    return decision?.leader;
  }
  return undefined;
}

function judgeByAnchor(slot: LeaderSlot, anchor: DagBlock): Decision {
  let certified: DagBlock | undefined;
  for (const judge of historyAt(anchor, slot.round + WAVE_ROUNDS - 1)) {
    const leader = slot.certificates.get(judge);
    if (leader === undefined) continue;
    assert(certified === undefined || certified === leader, "a slot has one certified block");
    certified = leader;
  }
  if (certified === undefined) return { kind: "Skip", direct: false };
  return { kind: "Commit", leader: certified, direct: false };
}

/** The blocks of one round in the history of `block`. */
function historyAt(block: DagBlock, round: number): DagBlock[] {
  const found: DagBlock[] = [];
  const seen = new Set([block]);
  // A set is visited in the order of insertion, what is added on the way included.
  for (const visited of seen) {
    if (visited.signed.ref.round === round) {
      found.push(visited);
      continue;
    }
    for (const parent of visited.parents) {
      if (parent !== undefined && parent.signed.ref.round >= round) seen.add(parent);
    }
  }
  return found;
}
