/**
 * Commit votes: every commit that an authority makes is named once in a block of its own, so that
 * all learn how far a quorum has come and that they agree. A vote for an index stands for all
 * commits before it, because commits form a chain.
 *
 * @module
 */
import type { CommitRef } from "../types/commit-ref.ts";
import type { Committee } from "../types/committee.ts";
import { validityValue } from "./stake.ts";

/** Own commits that wait for a block, and recent ones to compare votes with. */
const REMEMBERED_MAX = 1_024;

/** The votes to cast and those seen. */
export class CommitVotes {
  private readonly committee: Committee;
  /** Own commits, the newest `REMEMBERED_MAX`, by index. */
  private readonly own = new Map<number, CommitRef>();
  private readonly highest: number[];
  private lastCast = 0;
  private lastOwn = 0;
  /** What `highest` says, until it changes. */
  private reached: number | undefined;

  constructor(committee: Committee) {
    this.committee = committee;
    this.highest = committee.members.map(() => 0);
  }

  /** The highest commit index that some honest authority has voted for: f+1 say so. */
  get reachedIndex(): number {
    this.reached ??= validityValue(this.committee, this.highest);
    return this.reached;
  }

  /** Notes an own commit, to be voted for. */
  record(commit: CommitRef): void {
    this.own.set(commit.index, commit);
    this.own.delete(commit.index - REMEMBERED_MAX);
    this.lastOwn = commit.index;
  }

  /** The votes for the next own block, at most `max`; what was forgotten is not voted for. */
  cast(max: number): CommitRef[] {
    const votes: CommitRef[] = [];
    const first = Math.max(this.lastCast, this.lastOwn - REMEMBERED_MAX) + 1;
    for (let index = first; index <= this.lastOwn && votes.length < max; index++) {
      const commit = this.own.get(index);
      if (commit !== undefined) votes.push(commit);
      this.lastCast = index;
    }
    return votes;
  }

  /** Notes votes that an own block of a former run carries: they are not cast again. */
  recover(votes: readonly CommitRef[]): void {
    for (const { index } of votes) this.lastCast = Math.max(this.lastCast, index);
  }

  /** Counts the votes of a block; returns the first that contradicts an own commit. */
  observe(author: number, votes: readonly CommitRef[]): CommitRef | undefined {
    let contradiction: CommitRef | undefined;
    if (votes.length > 0) this.reached = undefined;
    for (const vote of votes) {
      this.highest[author] = Math.max(this.highest[author] ?? 0, vote.index);
      const own = this.own.get(vote.index);
      if (own !== undefined && own.digest !== vote.digest) contradiction ??= vote;
    }
    return contradiction;
  }
}
