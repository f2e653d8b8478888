/**
 * Which blocks a new block names: the author's previous one first, then of every other authority
 * the newest that none of our blocks has named yet. So each block is named once by each author, and
 * what a peer proposed late still gets in. Of an authority that has been slow, only what has had
 * time to spread is named, unless there is no quorum without it: whoever gets a block has to have
 * all that it names first.
 *
 * @module
 */
import { assert } from "../base/assert.ts";
import type { SignedBlock } from "../types/block.ts";
import type { Committee } from "../types/committee.ts";
import type { Dag, DagBlock } from "./dag.ts";
import { StakeSet } from "./stake.ts";

/** Blocks of slow authorities are named when they are this many rounds old: all have them then. */
const SLOW_ROUNDS = 3;

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
  choose(previous: SignedBlock, round: number, slow: ReadonlySet<number>): SignedBlock[] {
    const chosen = new Map([[previous.ref.author, previous]]);
    const name = (author: number, below: number): void => {
      const newest = this.newestUnnamed(author, below);
      if (newest !== undefined) chosen.set(author, newest.signed);
    };
    const others = [...this.named.keys()].filter((author) => author !== previous.ref.author);
    for (const author of others) name(author, slow.has(author) ? round - SLOW_ROUNDS + 1 : round);
    for (const author of others) {
      if (this.isQuorum(chosen.values(), round - 1)) break;
      if (slow.has(author)) name(author, round);
    }
    assert(this.isQuorum(chosen.values(), round - 1), "a proposal has a quorum of ancestors");
    return [...chosen.values()];
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

  /** Whether a quorum of the chosen blocks is of `round`. */
  private isQuorum(chosen: Iterable<SignedBlock>, round: number): boolean {
    const authors = new StakeSet(this.committee);
    for (const { ref } of chosen) if (ref.round === round) authors.add(ref.author);
    return authors.isQuorum;
  }
}
