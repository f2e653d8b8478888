/**
 * Which blocks a new block names: the author's previous one first, then of every other authority
 * the newest that none of our blocks has named yet. So each block is named once by each author, and
 * what a peer proposed late still gets in.
 *
 * @module
 */
import { assert } from "../base/assert.ts";
import type { SignedBlock } from "../types/block.ts";
import type { Committee } from "../types/committee.ts";
import type { Dag, DagBlock } from "./dag.ts";
import { StakeSet } from "./stake.ts";

/** What own blocks have named so far. */
export class Ancestry {
  private readonly dag: Dag;
  private readonly committee: Committee;
  /** By author, the highest round that an own block names. */
  private readonly named: number[];

  constructor(dag: Dag, committee: Committee) {
    this.dag = dag;
    this.committee = committee;
    this.named = committee.members.map(() => 0);
  }

  /** The ancestors of an own block at `round` that follows `previous`. */
  choose(previous: SignedBlock, round: number): SignedBlock[] {
    const chosen = [previous];
    for (const author of this.named.keys()) {
      if (author === previous.ref.author) continue;
      const newest = this.newestUnnamed(author, round);
      if (newest !== undefined) chosen.push(newest.signed);
    }
    this.assertQuorum(chosen, round - 1);
    return chosen;
  }

  /** Notes what an own block names. */
  record(own: SignedBlock): void {
    for (const { author, round } of own.block.ancestors) {
      this.named[author] = Math.max(this.named[author] ?? 0, round);
    }
  }

  private newestUnnamed(author: number, round: number): DagBlock | undefined {
    // The genesis blocks are ancestors of the first round and of no other.
    if (round === 1) return this.dag.slot(0, author)[0];
    const highest = Math.min(round - 1, this.dag.lastRound(author));
    const lowest = Math.max(this.named[author]!, this.dag.gcRound) + 1;
    for (let candidate = highest; candidate >= lowest; candidate--) {
      const found = this.dag.slot(candidate, author)[0];
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private assertQuorum(chosen: readonly SignedBlock[], round: number): void {
    const authors = new StakeSet(this.committee);
    for (const { ref } of chosen) if (ref.round === round) authors.add(ref.author);
    assert(authors.isQuorum, "a proposal has a quorum of ancestors in the round before");
  }
}
