/**
 * Reputation: who has been there when needed of late. A block earns its author a point when it
 * votes for a committed leader of the round before and is committed itself within two rounds. So
 * points go to authorities whose blocks spread in time, and nobody can give any to himself alone.
 * A leader that is skipped loses several: it was away, or it told different things to different
 * peers, which its votes do not show.
 *
 * Everything here follows from the commits; it is part of each, so that a difference between two
 * nodes shows at once, and a node that starts again takes it from the last commit on its disk.
 *
 * @module
 */
import type { Digest } from "../types/address.ts";
import type { BlockRef, SignedBlock } from "../types/block.ts";
import type { Reputation } from "../types/commit.ts";

/** A vote that is committed later than this many rounds after its own was late. */
const PROMPT_ROUNDS = 2;

/** What being skipped costs; nobody has less than no points. */
const SKIP_COST = 5;

/** The reputation before the first commit. */
export function noReputation(authorities: number): Reputation {
  const points = Array.from({ length: authorities }, () => 0);
  return { points, ranking: [], ranking_before: [], ranked_round: 0 };
}

/** Counts points, commit by commit. */
export class Reputations {
  private current: Reputation;
  private readonly windowCommits: number;
  /** Committed leaders that can still be voted for in time, by round. */
  private readonly leaders = new Map<number, Set<Digest>>();

  constructor(authorities: number, windowCommits: number) {
    this.current = noReputation(authorities);
    this.windowCommits = windowCommits;
  }

  /** The reputation after the last commit. */
  get latest(): Reputation {
    return this.current;
  }

  /** Takes up after `reputation`, that of the last of commits led by `leaders`. */
  restore(reputation: Reputation, leaders: readonly BlockRef[]): void {
    this.current = reputation;
    for (const leader of leaders) this.remember(leader);
  }

  /** Counts that a leader between two commits was skipped. */
  skip(leader: number): void {
    const points = this.current.points.map((count, authority) =>
      authority === leader ? Math.max(0, count - SKIP_COST) : count,
    );
    this.current = { ...this.current, points };
  }

  /** Counts commit `index`; the last of a window makes a new ranking. */
  count(index: number, leader: BlockRef, blocks: readonly SignedBlock[]): Reputation {
    const points = [...this.current.points];
    for (const author of this.earners(leader, blocks)) points[author]!++;
    this.remember(leader);
    this.current = { ...this.current, points };
    if (index % this.windowCommits === 0) this.rank(leader.round);
    return this.current;
  }

  private rank(round: number): void {
    const { points, ranking } = this.current;
    this.current = {
      points: points.map(() => 0),
      ranking: points,
      ranking_before: ranking,
      ranked_round: round,
    };
  }

  /** The author of each point: one a round, however many blocks he signed for it. */
  private earners(leader: BlockRef, blocks: readonly SignedBlock[]): number[] {
    const earned = new Map<string, number>();
    for (const { ref, block } of blocks) {
      const voted = this.leaders.get(ref.round - 1);
      if (voted === undefined || leader.round - ref.round > PROMPT_ROUNDS) continue;
      if (!block.ancestors.some(({ digest }) => voted.has(digest))) continue;
      earned.set(`${ref.round}/${ref.author}`, ref.author);
    }
    return [...earned.values()];
  }

  private remember({ round, digest }: BlockRef): void {
    const known = this.leaders.get(round) ?? new Set();
    this.leaders.set(round, known.add(digest));
    for (const old of this.leaders.keys()) {
      if (old + PROMPT_ROUNDS < round) this.leaders.delete(old);
    }
  }
}
