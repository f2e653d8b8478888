/**
 * From decided leaders to commits: each in turn is linearized, voted for and handed on, and moves
 * the garbage-collection round, below which uncommitted blocks are given up for ever.
 *
 * @module
 */
import type { Consensus } from "./core.ts";
import { enter } from "./intake.ts";
import { commitLeader, type Led, tipAfter } from "./linearize.ts";
import type { Outbox } from "./outbox.ts";

/** Makes every commit that is decided. */
export function advance(core: Consensus, nowMs: number, out: Outbox): void {
  for (let slot = core.sequencer.take(); slot !== undefined; slot = core.sequencer.take()) {
    if (slot.decision?.kind !== "Commit") {
      core.reputations.skip(slot.author);
      continue;
    }
    commit(core, { leader: slot.decision.leader, offset: slot.offset }, out);
    collect(core, nowMs, out);
    if (core.tip.ref.index % core.config.limits.scheduleCommits > 0) continue;
    // What is decided beyond this commit was decided with other leaders.
    core.schedule.rank(core.reputations.latest);
    core.sequencer.resumeAfter(slot);
  }
}

/** The garbage-collection round that follows from the last commit. */
export function gcRoundOf(leaderRound: number, gcDepth: number): number {
  return Math.max(0, leaderRound - gcDepth);
}

function commit(core: Consensus, led: Led, out: Outbox): void {
  const { committee } = core.config;
  const { reputations } = core;
  const made = commitLeader(led, core.tip, { committee, gcRound: core.dag.gcRound, reputations });
  core.tip = tipAfter(made.subDag);
  core.commitSync.confirm(core.tip.ref);
  core.votes.record(core.tip.ref);
  for (const { block } of made.subDag.blocks)
    if (block.transactions.length > 0) core.openPayloads--;
  out.commits.push(made.commit);
  out.subDags.push(made.subDag);
}

function collect(core: Consensus, nowMs: number, out: Outbox): void {
  const gcRound = gcRoundOf(core.tip.leaderRound, core.config.limits.gcDepth);
  if (gcRound <= core.dag.gcRound) return;
  for (const { signed } of core.dag.collect(gcRound)) {
    if (signed.block.transactions.length === 0) continue;
    core.openPayloads--;
    out.collected.push(signed);
  }
  enter(core, core.manager.collect(), nowMs, out);
}
