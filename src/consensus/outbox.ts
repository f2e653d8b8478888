/**
 * The outputs of one step, gathered by kind and handed out in the one order that is safe: persist,
 * then send, then deliver. What a step sends or delivers is on disk before, with everything that it
 * builds on.
 *
 * @module
 */
import type { SignedBlock } from "../types/block.ts";
import type { Commit } from "../types/commit.ts";
import type { Output } from "./io.ts";
import type { CommittedSubDag } from "./linearize.ts";

/** What a step has to say so far. */
export type Outbox = {
  /** Up to which round nothing is signed, as soon as that is known. */
  skippedRound?: number;
  /** Own blocks made in this step. */
  readonly proposed: SignedBlock[];
  readonly accepted: SignedBlock[];
  readonly commits: Commit[];
  readonly subDags: CommittedSubDag[];
  readonly collected: SignedBlock[];
  /** Everything that needs nothing persisted before it. */
  readonly others: Output[];
};

/** An outbox with nothing in it. */
export function emptyOutbox(): Outbox {
  return { proposed: [], accepted: [], commits: [], subDags: [], collected: [], others: [] };
}

/** Whether the outbox holds something that must not leave before its blocks are on disk. */
export function needsPersistence(outbox: Outbox): boolean {
  const { proposed, commits, others } = outbox;
  // An own block that is pushed may have come back from others after a loss of the disk.
  return proposed.length > 0 || commits.length > 0 || others.some(({ kind }) => kind === "Push");
}

/** All outputs in their order; `persisted` are the blocks to be made durable first. */
export function finish(outbox: Outbox, persisted: readonly SignedBlock[]): Output[] {
  const { proposed, accepted, commits, subDags, collected, others, skippedRound } = outbox;
  const outputs: Output[] = [];
  if (skippedRound !== undefined) outputs.push({ kind: "PersistMemory", skippedRound });
  if (persisted.length > 0) outputs.push({ kind: "PersistBlocks", blocks: persisted });
  if (commits.length > 0) outputs.push({ kind: "PersistCommits", commits });
  for (const block of proposed) outputs.push({ kind: "Broadcast", block });
  if (accepted.length > 0) outputs.push({ kind: "Accepted", blocks: accepted });
  for (const subDag of subDags) outputs.push({ kind: "Commit", subDag });
  if (collected.length > 0) outputs.push({ kind: "Collected", blocks: collected });
  return [...outputs, ...others];
}
