/**
 * Starting from what a former run left on disk. Everything is rebuilt from blocks and commits:
 * what the DAG holds, which blocks are committed, what the last own block was, so that no round is
 * ever signed twice. Own blocks that others gave back are on the disk too, so it is also recorded
 * whether all are known. Commits that were decided but not stored are decided again, alike.
 *
 * Needed are the commits after the last processed one and those whose leader is above the
 * garbage-collection round, and of blocks those above `firstRoundNeeded`. More does no harm.
 *
 * @module
 */
import { assert, present } from "../base/assert.ts";
import type { Digest } from "../types/address.ts";
import type { BlockRef, SignedBlock } from "../types/block.ts";
import { type Commit, nameCommit } from "../types/commit.ts";
import { gcRoundOf } from "./advance.ts";
import { type Consensus, emptyCore } from "./core.ts";
import { adopt, enter } from "./intake.ts";
import type { ConsensusConfig, RecoveredState } from "./io.ts";
import { type CommittedSubDag, subDagOf, tipAfter } from "./linearize.ts";
import { emptyOutbox } from "./outbox.ts";

/** An instance of consensus for one epoch, new or with what a former run left. */
export function createConsensus(config: ConsensusConfig, recovered?: RecoveredState): Consensus {
  const core = emptyCore(config);
  if (recovered === undefined) return core;
  checkChain(recovered.commits);
  const blocks = recovered.blocks.toSorted(byRef);
  restoreCommits(core, recovered, blocks);
  resumeSequence(core, recovered.commits.at(-1));
  restoreBlocks(core, blocks);
  markCommitted(core, recovered.commits);
  if (recovered.skippedRound === undefined) core.amnesia.begin();
  else core.amnesia.restore(recovered.skippedRound);
  return core;
}

/**
 * The lowest round of blocks to load, given the leader round of the commit before the first one
 * that is loaded (0 if it is the first of the epoch).
 */
export function firstRoundNeeded(leaderRoundBefore: number, gcDepth: number): number {
  return gcRoundOf(leaderRoundBefore, gcDepth) + 1;
}

function checkChain(commits: readonly Commit[]): void {
  for (const [place, { index }] of commits.entries()) {
    assert(index === commits[0]!.index + place, "recovered commits have no gaps");
  }
}

function restoreCommits(
  core: Consensus,
  { commits, lastProcessedCommit }: RecoveredState,
  blocks: readonly SignedBlock[],
): void {
  const last = commits.at(-1);
  if (last === undefined) return;
  const byDigest = new Map(blocks.map((signed) => [signed.ref.digest, signed]));
  const unprocessed = commits.filter(({ index }) => index > lastProcessedCommit);
  core.redelivered = unprocessed.map((commit) => restoreSubDag(commit, byDigest));
  const leaders = commits.map(({ leader }) => leader);
  core.reputations.restore(last.reputation, leaders);
  core.schedule.rank(last.reputation);
  core.tip = tipAfter(subDagOf(last, []));
  core.dag.collect(gcRoundOf(core.tip.leaderRound, core.config.limits.gcDepth));
}

function restoreSubDag(
  commit: Commit,
  byDigest: ReadonlyMap<Digest, SignedBlock>,
): CommittedSubDag {
  const blocks = commit.blocks.map(({ digest }) =>
    present(byDigest.get(digest), `block ${digest} of commit ${commit.index}`),
  );
  return subDagOf(commit, blocks);
}

/** Blocks of which ancestors are lost wait in the block manager, which has them fetched. */
function restoreBlocks(core: Consensus, blocks: readonly SignedBlock[]): void {
  const ignored = emptyOutbox();
  for (const signed of blocks) {
    // An own block counts even if it is too old, or incomplete, to enter the DAG.
    if (signed.ref.author === core.config.authority) adopt(core, signed);
    enter(core, core.manager.offer(signed, core.config.authority, 0), 0, ignored);
  }
  core.unpersisted = [];
}

function markCommitted(core: Consensus, commits: readonly Commit[]): void {
  for (const commit of commits) {
    core.votes.record(nameCommit(commit));
    for (const ref of commit.blocks) markBlock(core, ref);
  }
}

function markBlock(core: Consensus, ref: BlockRef): void {
  const block = core.dag.find(ref);
  if (block === undefined) return;
  block.committed = true;
  if (block.signed.block.transactions.length > 0) core.openPayloads--;
}

function resumeSequence(core: Consensus, last: Commit | undefined): void {
  if (last === undefined) return;
  core.sequencer.resumeAfter({ round: last.leader.round, offset: last.leader_offset });
}

function byRef(left: SignedBlock, right: SignedBlock): number {
  return left.ref.round - right.ref.round || left.ref.author - right.ref.author;
}
