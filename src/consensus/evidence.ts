/**
 * Evidence of equivocation: two blocks that one authority signed for one round. An honest authority
 * never does. The second block is not refused: others may build on it, and the commit rule counts
 * an author once whatever it signs. What is kept is bounded: a liar gains nothing by lying more.
 *
 * @module
 */
import type { BlockRef } from "../types/block.ts";

/** Remembers for which slots evidence was reported. */
export class EvidenceBook {
  private readonly rounds: Set<number>[];
  private readonly perAuthorMax: number;

  constructor(authorities: number, evidenceMax: number) {
    // Equal shares, so that one liar cannot use up the room for another.
    this.perAuthorMax = Math.max(1, Math.floor(evidenceMax / authorities));
    this.rounds = Array.from({ length: authorities }, () => new Set<number>());
  }

  /** Whether the slot of this second block is news that there is room for; it is not any more. */
  record({ round, author }: BlockRef): boolean {
    const reported = this.rounds[author];
    if (reported === undefined || reported.has(round)) return false;
    if (reported.size >= this.perAuthorMax) return false;
    reported.add(round);
    return true;
  }

  /** How many rounds of `author` are on record. */
  count(author: number): number {
    return this.rounds[author]?.size ?? 0;
  }
}
