/**
 * The way of a block into the DAG: is it known, valid, due, not too far ahead; then it is offered
 * to the block manager, and every part of the core learns of what enters.
 *
 * @module
 */
import type { SignedBlock } from "../types/block.ts";
import type { Consensus } from "./core.ts";
import type { DagBlock } from "./dag.ts";
import type { Arrival } from "./early-blocks.ts";
import type { Outbox } from "./outbox.ts";
import { checkBlock, fault } from "./verify.ts";

/** A block further above the clock is left to catching up, which brings it in its turn. */
const AHEAD_ROUNDS_MAX = 16;

/** Takes a block with a verified signature from a peer. */
export function receive(core: Consensus, arrival: Arrival, nowMs: number, out: Outbox): void {
  const { signed, from, fetched } = arrival;
  if (isKnown(core, signed) || signed.ref.round <= core.dag.gcRound) return;
  const broken =
    fetched || signed.ref.author === from
      ? checkBlock(signed, core.rules)
      : fault("sender", `authority ${from} pushed a block of authority ${signed.ref.author}`);
  if (broken !== undefined) {
    out.others.push({ kind: "Misbehaved", peer: from, fault: broken });
    return;
  }
  observe(core, signed, out);
  // An own block that comes from outside was lost with a disk: its round is taken.
  if (signed.ref.author === core.config.authority) adopt(core, signed);
  if (isSecond(core, arrival)) report(core, signed, out);
  else if (!core.early.defers(arrival, nowMs)) offer(core, arrival, nowMs, out);
}

/** Takes blocks of certified commits, in their order: they are valid, due and complete. */
export function receiveCertified(
  core: Consensus,
  blocks: readonly SignedBlock[],
  nowMs: number,
  out: Outbox,
): void {
  for (const signed of blocks) {
    observe(core, signed, out);
    enter(core, core.manager.offer(signed, core.config.authority, nowMs), nowMs, out);
  }
}

/** Takes the blocks whose time has come. */
export function receiveDue(core: Consensus, nowMs: number, out: Outbox): void {
  for (const arrival of core.early.takeDue(nowMs)) offer(core, arrival, nowMs, out);
}

/** Tells every part of the core of blocks that have entered the DAG, in causal order. */
export function enter(
  core: Consensus,
  blocks: readonly DagBlock[],
  nowMs: number,
  out: Outbox,
): void {
  for (const block of blocks) {
    const { signed } = block;
    core.clock.add(signed.ref, nowMs);
    core.sequencer.observe(block);
    core.catchUp.see(signed.ref);
    core.propagation.see(signed);
    core.unpersisted.push(signed);
    if (signed.block.transactions.length > 0) {
      core.openPayloads++;
      out.accepted.push(signed);
    }
    if (signed.ref.author === core.config.authority) adopt(core, signed);
    report(core, signed, out);
  }
}

function offer(core: Consensus, { signed, from }: Arrival, nowMs: number, out: Outbox): void {
  if (signed.ref.round > core.clock.round + AHEAD_ROUNDS_MAX) return;
  enter(core, core.manager.offer(signed, from, nowMs), nowMs, out);
}

function isKnown(core: Consensus, { ref }: SignedBlock): boolean {
  const { dag, manager, early } = core;
  return dag.has(ref.digest) || manager.holds(ref.digest) || early.holds(ref.digest);
}

/** What a valid block tells even if it is dropped. */
function observe(core: Consensus, signed: SignedBlock, out: Outbox): void {
  core.catchUp.see(signed.ref);
  const { author, commit_votes } = signed.block;
  const vote = core.votes.observe(author, commit_votes);
  if (vote !== undefined) out.others.push({ kind: "Diverged", authority: author, vote });
}

/**
 * Whether the block is a second one for its slot that nobody has built on. It is evidence and no
 * more: were it taken, an equivocator could fill the DAG. Once an accepted author names it, it is
 * fetched.
 */
function isSecond(core: Consensus, { signed, fetched }: Arrival): boolean {
  if (fetched || core.manager.wants(signed.ref)) return false;
  return core.dag.slot(signed.ref.round, signed.ref.author).length > 0;
}

/** An own block: just made, from the disk, or lost with a disk and brought back by others. */
export function adopt(core: Consensus, signed: SignedBlock): void {
  core.ancestry.record(signed);
  core.votes.recover(signed.block.commit_votes);
  if (signed.ref.round > core.own.ref.round) core.own = signed;
}

/** Reports a second block in a slot. */
function report(core: Consensus, second: SignedBlock, out: Outbox): void {
  const [first] = core.dag.slot(second.ref.round, second.ref.author);
  if (first === undefined || first.signed === second) return;
  if (!core.evidence.record(second.ref)) return;
  out.others.push({ kind: "Evidence", first: first.signed, second, isOwnFinding: true });
}
