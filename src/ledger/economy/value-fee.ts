/**
 * The fee on moved value and the controller that steers its rate: too little collected in an epoch
 * raises it, too much lowers it, by at most an eighth and at least one millionth.
 *
 * @module
 */
import { maxU64, minU64, mulDiv } from "../../base/u64.ts";
import { feeGoal } from "../../protocol/parameters.ts";
import type { ProtocolParameters } from "../../types/protocol-parameters.ts";

/** What one epoch collected, and how long it ran. */
export type Collected = { readonly fees: bigint; readonly elapsedMs: bigint };

const MILLION = 1_000_000n;
const BPS = 10_000n;

/** The fee on `amount` that passes to somebody else. */
export function valueFee(amount: bigint, ratePpm: bigint): bigint {
  return mulDiv(amount, ratePpm, MILLION);
}

/** The fee on `amount` that is staked, taken out of a stake or claimed: half. */
export function halfValueFee(amount: bigint, ratePpm: bigint): bigint {
  return mulDiv(amount, ratePpm, 2n * MILLION);
}

/** The rate after an epoch. */
export function adjustRate(
  ratePpm: bigint,
  { fees, elapsedMs }: Collected,
  parameters: ProtocolParameters,
): bigint {
  const goal = feeGoal(parameters, elapsedMs);
  const wanted = mulDiv(ratePpm, goal, maxU64(fees, 1n));
  const step = mulDiv(ratePpm, parameters.fee_adjustment_rate_bps, BPS);
  let next = ratePpm;
  if (fees < goal) next = maxU64(minU64(wanted, ratePpm + step), ratePpm + 1n);
  if (fees > goal) next = minU64(maxU64(wanted, ratePpm - step), ratePpm - 1n);
  return maxU64(parameters.min_value_fee_ppm, minU64(next, parameters.max_value_fee_ppm));
}
