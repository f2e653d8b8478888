/**
 * Voting power out of 10,000 by stake. From ten validators on nobody counts with more than a tenth
 * of all stake, so that no power is taken from the small by rounding or handed to them by a cap.
 *
 * @module
 */
import { assert } from "../../base/assert.ts";
import { compareText } from "../../base/bytes.ts";
import { minU64 } from "../../base/u64.ts";
import type { Address } from "../../types/address.ts";
import { TOTAL_VOTING_POWER } from "../../types/committee.ts";

/** The stake of one validator. */
export type Stake = { readonly address: Address; readonly stake: bigint };

const TOTAL = BigInt(TOTAL_VOTING_POWER);
const CAP_FROM = 10;
const CAP_PARTS = 10n;

/** The voting power of each validator; parts lost to rounding go to the largest fractions. */
export function votingPowers(stakes: readonly Stake[]): ReadonlyMap<Address, number> {
  assert(stakes.length > 0, "somebody validates");
  const weights = effectiveWeights(stakes);
  const total = weights.reduce((sum, { weight }) => sum + weight, 0n);
  const shares = weights.map(({ address, weight }) => {
    const scaled = TOTAL * weight;
    return { address, power: scaled / total, fraction: scaled % total };
  });
  let left = TOTAL - shares.reduce((sum, { power }) => sum + power, 0n);
  const powers = new Map<Address, number>();
  for (const { address, power } of shares.toSorted(byFraction)) {
    const extra = left > 0n ? 1n : 0n;
    powers.set(address, Number(power + extra));
    left -= extra;
  }
  return powers;
}

type Share = { readonly address: Address; readonly fraction: bigint };

function byFraction(left: Share, right: Share): number {
  if (left.fraction !== right.fraction) return left.fraction > right.fraction ? -1 : 1;
  return compareText(left.address, right.address);
}

function effectiveWeights(
  stakes: readonly Stake[],
): readonly { readonly address: Address; readonly weight: bigint }[] {
  const total = stakes.reduce((sum, { stake }) => sum + stake, 0n);
  const cap = stakes.length < CAP_FROM ? total : total / CAP_PARTS;
  // Without any stake to go by, or with less than a tenth each, all count the same.
  const isFlat = cap === 0n;
  return stakes.map(({ address, stake }) => ({
    address,
    weight: isFlat ? 1n : minU64(stake, cap),
  }));
}
