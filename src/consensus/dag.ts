/**
 * The DAG: accepted blocks, each linked to the ancestors it names. A block enters only after its
 * ancestors above the garbage-collection round, so every history in here is whole down to that
 * round. Links are by author: a block names at most one block of each, so "whom of `author` does
 * this block see" is one look-up, and the commit rule never searches.
 *
 * Blocks at or below the garbage-collection round leave the DAG and can never be committed.
 *
 * @module
 */
import { assert } from "../base/assert.ts";
import type { Digest } from "../types/address.ts";
import type { BlockRef, SignedBlock } from "../types/block.ts";

/** An accepted block. */
export type DagBlock = {
  readonly signed: SignedBlock;
  /** By author: the named ancestor, unless it was below the garbage-collection round already. */
  readonly parents: (DagBlock | undefined)[];
  committed: boolean;
};

const EMPTY_SLOT: readonly DagBlock[] = [];

/** The accepted blocks above the garbage-collection round, and the genesis blocks. */
export class Dag {
  /** How many authorities there are. */
  readonly authorities: number;
  private readonly digests = new Set<Digest>();
  /** By round, then author: usually one block, more when the author equivocates. */
  private readonly rounds = new Map<number, (DagBlock[] | undefined)[]>();
  private readonly lastRounds: number[];
  private collectedRound = 0;
  private highest = 0;

  constructor(genesis: readonly SignedBlock[]) {
    this.authorities = genesis.length;
    this.lastRounds = genesis.map(() => 0);
    for (const signed of genesis) this.insert(signed, []);
  }

  /** Blocks at or below this round are gone; genesis blocks stay. */
  get gcRound(): number {
    return this.collectedRound;
  }

  /** The highest round with an accepted block. */
  get highestRound(): number {
    return this.highest;
  }

  /** The block that `ref` names truthfully. */
  find({ round, author, digest }: BlockRef): DagBlock | undefined {
    // Comparing with the few blocks of a slot is quicker than hashing the digest.
    return this.slot(round, author).find((block) => block.signed.ref.digest === digest);
  }

  /** Whether a block with this digest is accepted. */
  has(digest: Digest): boolean {
    return this.digests.has(digest);
  }

  /** The blocks of one author in one round, in the order of acceptance. */
  slot(round: number, author: number): readonly DagBlock[] {
    return this.rounds.get(round)?.[author] ?? EMPTY_SLOT;
  }

  /** The blocks of one round, by author. */
  *round(round: number): Generator<DagBlock> {
    for (const slot of this.rounds.get(round) ?? []) yield* slot ?? [];
  }

  /** Everything above the garbage-collection round, by ascending round. */
  *live(): Generator<DagBlock> {
    for (let round = this.collectedRound + 1; round <= this.highest; round++) {
      yield* this.round(round);
    }
  }

  /** The highest round in which a block of `author` was accepted, even one collected since. */
  lastRound(author: number): number {
    return this.lastRounds[author] ?? 0;
  }

  /** Adds a block whose ancestors above the garbage-collection round are all here. */
  insert(signed: SignedBlock, parents: (DagBlock | undefined)[]): DagBlock {
    const { round, author, digest } = signed.ref;
    assert(!this.digests.has(digest), "a block is accepted once");
    assert(round === 0 || round > this.collectedRound, "a block is above the collected rounds");
    const accepted: DagBlock = { signed, parents, committed: false };
    this.digests.add(digest);
    this.place(accepted);
    this.lastRounds[author] = Math.max(this.lastRound(author), round);
    this.highest = Math.max(this.highest, round);
    return accepted;
  }

  /** Raises the garbage-collection round; returns the blocks that leave without being committed. */
  collect(gcRound: number): DagBlock[] {
    const lost: DagBlock[] = [];
    for (let round = this.collectedRound + 1; round <= gcRound; round++) {
      for (const block of this.round(round)) {
        this.digests.delete(block.signed.ref.digest);
        // Without links to its own past a block keeps nothing else in memory.
        block.parents.length = 0;
        if (!block.committed) lost.push(block);
      }
      this.rounds.delete(round);
    }
    this.collectedRound = Math.max(this.collectedRound, gcRound);
    return lost;
  }

  private place(block: DagBlock): void {
    const { round, author } = block.signed.ref;
    const slots = this.rounds.get(round) ?? Array.from({ length: this.authorities });
    this.rounds.set(round, slots);
    const slot = slots[author];
    if (slot === undefined) slots[author] = [block];
    else slot.push(block);
  }
}
