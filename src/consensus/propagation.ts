/**
 * How far own blocks have spread, as the blocks of others show: whoever names one has it. An
 * authority whose blocks do not reach a quorum stops making more until they do; it would only add
 * to what everybody has to fetch later (consensus facts §2.7).
 *
 * @module
 */
import type { SignedBlock } from "../types/block.ts";
import type { Committee } from "../types/committee.ts";
import { quorumValue } from "./stake.ts";

/** What others have named of the blocks of one authority. */
export class Propagation {
  private readonly committee: Committee;
  private readonly own: number;
  /** By authority, the highest own round that its blocks name. */
  private readonly named: number[];

  constructor(committee: Committee, own: number) {
    this.committee = committee;
    this.own = own;
    this.named = committee.members.map(() => 0);
  }

  /** Notes what an accepted block names. */
  see({ ref, block }: SignedBlock): void {
    const named = block.ancestors.find(({ author }) => author === this.own);
    if (named === undefined) return;
    this.named[ref.author] = Math.max(this.named[ref.author] ?? 0, named.round);
  }

  /**
   * How many rounds the last own block, of `round`, is ahead of what a quorum has. Who named what
   * is forgotten by a restart once it is collected, so collected rounds count as spread.
   */
  delay(round: number, gcRound: number): number {
    const known = this.named.with(this.own, round);
    return Math.max(0, round - Math.max(gcRound, quorumValue(this.committee, known)));
  }
}
