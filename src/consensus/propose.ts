/**
 * Proposing: an authority signs one block in every round, in order, each on top of its last
 * (PROTOCOL §3, no honest gaps). Jumping ahead freely, as the threshold clock would allow, lets an
 * adversary that delivers the highest rounds first keep every leader from being voted for.
 *
 * @module
 */
import { assert } from "../base/assert.ts";
import { maxU64 } from "../base/u64.ts";
import { type Block, signBlock, type SignedBlock } from "../types/block.ts";
import type { Consensus } from "./core.ts";
import { CLOCK_MEMORY_ROUNDS } from "./threshold-clock.ts";

/** Rounds below the clock's at which leaders are still waited for. */
const NEAR_ROUNDS = CLOCK_MEMORY_ROUNDS - 1;

/** The next own block: its round, and when it is due if nothing else happens. */
export type Proposal = { readonly round: number; readonly atMs: number };

/** What to propose next, if the clock allows anything. */
export function nextProposal(core: Consensus): Proposal | undefined {
  const round = nextRound(core);
  if (round === undefined) return undefined;
  const due = dueMs(core, round);
  return { round, atMs: isSpread(core) ? due : Math.max(due, core.catchUp.stallMs) };
}

/** Makes the own block of `round`. */
export function propose(core: Consensus, round: number, nowMs: number): SignedBlock {
  const { committee, authority, limits, sign } = core.config;
  assert(round > core.own.ref.round, "an authority signs one block in a round");
  const ancestors = core.ancestry.choose(core.own, round, core.schedule.slow);
  const unsigned: Block = {
    epoch: committee.epoch,
    round,
    author: authority,
    timestamp_ms: ancestors.reduce(
      (latest, { block }) => maxU64(latest, block.timestamp_ms),
      BigInt(nowMs),
    ),
    ancestors: ancestors.map(({ ref }) => ref),
    transactions: isNear(core, round) ? takePayload(core) : [],
    commit_votes: core.votes.cast(limits.commitVotesMax),
  };
  core.proposedMs = nowMs;
  return signBlock(unsigned, sign);
}

function nextRound(core: Consensus): number | undefined {
  const { ref } = core.own;
  // After a loss of data the own last block may have to be completed from others first.
  if (ref.round > core.dag.gcRound && !core.dag.has(ref.digest)) return undefined;
  if (!core.amnesia.remembers) return undefined;
  // What the clock shows is history; the missed rounds are made up for when it has caught up.
  if (core.catchUp.isLagging) return undefined;
  const highest = core.clock.round;
  const next = Math.max(ref.round, core.amnesia.skippedRound) + 1;
  if (next > highest) return undefined;
  // So far behind, the blocks in between would be collected before anybody could use them.
  if (2 * (highest - next) > core.config.limits.gcDepth) return highest - NEAR_ROUNDS;
  return next;
}

/**
 * Whether a quorum has own blocks that are recent enough. If not, more would only have to be
 * fetched later; unless the others cannot go on without them, which shows by the clock.
 */
function isSpread({ propagation, own, dag, config }: Consensus): boolean {
  return propagation.delay(own.ref.round, dag.gcRound) <= config.limits.propagationRoundsMax;
}

function dueMs(core: Consensus, round: number): number {
  const { clock, pace } = core;
  if (!isNear(core, round)) return 0;
  const leaderMs = clock.reachedMs(round) + patienceMs(core, round - 1);
  // Only at the front: whoever is a little behind must be able to close up.
  const paceMs = round === clock.round ? core.proposedMs + pace.roundDelayMs : 0;
  return Math.max(leaderMs, paceMs);
}

function isNear(core: Consensus, round: number): boolean {
  return round >= core.clock.round - NEAR_ROUNDS;
}

/** How long the leaders of `round` are waited for: the first longer than the others. */
function patienceMs({ schedule, dag, pace }: Consensus, round: number): number {
  const leaders = schedule.leaders(round);
  const missing = leaders.findIndex((author) => dag.slot(round, author).length === 0);
  if (missing === 0) return pace.leaderTimeoutMs;
  return missing < 0 ? 0 : pace.roundDelayMs;
}

function takePayload(core: Consensus): readonly Uint8Array[] {
  const { blockTransactionsMax, blockTransactionBytesMax } = core.config.limits;
  const taken = core.config.payload.take(blockTransactionsMax, blockTransactionBytesMax);
  assert(taken.length <= blockTransactionsMax, "the payload source keeps to the count");
  const size = taken.reduce((sum, { length }) => sum + length, 0);
  assert(size <= blockTransactionBytesMax, "the payload source keeps to the size");
  return taken;
}
