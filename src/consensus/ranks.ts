/**
 * What reputation is used for: of the authorities with the fewest points, those far behind the best
 * lead no rounds, and the best lead in their place; those with next to none are named late by
 * others, so that nobody has to wait for their blocks (consensus facts §2.6, §3.7). Bounded by
 * stake, so that lies about others gain little.
 *
 * @module
 */
import { compareText, u64le, utf8 } from "../base/bytes.ts";
import { blake2b256Hex } from "../crypto/digest.ts";
import { type Committee, TOTAL_VOTING_POWER } from "../types/committee.ts";
import { powerOf } from "./stake.ts";

const TIE_DOMAIN = utf8("soma.rank.v1");
const PERCENT = 100;
/** Below three quarters of the best an authority is a bad leader, up to a fifth it is slow. */
const BAD_SHARE = 3 / 4;
const SLOW_SHARE = 1 / 5;

/** How authorities are treated for what they did. */
export type Ranks = {
  /** Those that lead in place of the bad ones. */
  readonly good: readonly number[];
  readonly bad: ReadonlySet<number>;
  readonly slow: ReadonlySet<number>;
};

/** Everybody is as good as everybody else. */
export const NO_RANKS: Ranks = { good: [], bad: new Set(), slow: new Set() };

/** The ranks by points; at most `percentMax` of the stake is bad, two thirds of that slow. */
export function ranksOf(
  committee: Committee,
  points: readonly number[],
  percentMax: number,
): Ranks {
  if (points.length === 0) return NO_RANKS;
  const best = Math.max(...points);
  const descending = byPoints(committee, points);
  const ascending = descending.toReversed();
  const power = Math.floor((TOTAL_VOTING_POWER * percentMax) / PERCENT);
  const worst = (share: number, powerMax: number): Set<number> =>
    new Set(within(committee, ascending, powerMax).filter((one) => points[one]! < best * share));
  return {
    good: within(committee, descending, power),
    bad: worst(BAD_SHARE, power),
    slow: worst(SLOW_SHARE, Math.floor((2 * power) / 3)),
  };
}

/** The first of `order` that together have at most this power. */
function within(committee: Committee, order: readonly number[], powerMax: number): number[] {
  const chosen: number[] = [];
  let power = 0;
  for (const authority of order) {
    power += powerOf(committee, authority);
    if (power > powerMax) break;
    chosen.push(authority);
  }
  return chosen;
}

/** Authorities from the best down; a draw decides among equals, so that no index is favoured. */
function byPoints(committee: Committee, points: readonly number[]): number[] {
  const draws = points.map((_, authority) =>
    blake2b256Hex(TIE_DOMAIN, u64le(committee.epoch), u64le(BigInt(authority))),
  );
  return [...points.keys()].sort(
    (left, right) => points[right]! - points[left]! || compareText(draws[left]!, draws[right]!),
  );
}
