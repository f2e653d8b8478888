/**
 * What an epoch may spend: emission and the fees of the epoch before, split between targets and
 * validators; the reward of each new target, which thins out so that the budget cannot run dry; and
 * the size limit that follows from how many submissions are expected.
 *
 * @module
 */
import { maxU64, minU64, mulDiv } from "../../base/u64.ts";
import { emissionPerEpoch, hitsGoal } from "../../protocol/parameters.ts";
import type { Economy } from "../../types/network-entry.ts";
import type { ProtocolParameters } from "../../types/protocol-parameters.ts";
import { wholePart } from "../float.ts";

/** How the money of an epoch is split. */
export type Budget = {
  /** Taken from the emission fund. */
  readonly emission: bigint;
  readonly targets: bigint;
  readonly validators: bigint;
};

const BPS = 10_000n;
const MS_PER_SECOND = 1_000n;

/** The budget of an epoch that begins with this in the fund and follows one with these fees. */
export function splitBudget(fund: bigint, fees: bigint, parameters: ProtocolParameters): Budget {
  const emission = minU64(emissionPerEpoch(parameters), fund);
  const targets = mulDiv(emission + fees, parameters.target_reward_allocation_bps, BPS);
  return { emission, targets, validators: emission + fees - targets };
}

/** What validators have earned of their budget in an epoch that ran this long. */
export function earnedBudget(budget: bigint, elapsedMs: bigint, durationMs: bigint): bigint {
  return mulDiv(budget, minU64(elapsedMs, durationMs), durationMs);
}

/** Each new target gets this part of what is left: about as many hits as are expected. */
export function rewardDivisor(
  { hits, hits_average }: Pick<Economy, "hits" | "hits_average">,
  parameters: ProtocolParameters,
): bigint {
  const least = maxU64(2n * parameters.target_initial_targets_per_epoch, 1n);
  const expected = maxU64(maxU64(wholePart(hits_average), hits), least);
  return minU64(expected, maxU64(hitsGoal(parameters), least));
}

/** The reward of the next target; 0 when it would be below the floor. */
export function nextReward(economy: Economy, floorDivisor: bigint): bigint {
  const reward = economy.target_budget / economy.reward_divisor;
  const first = economy.target_budget_start / economy.reward_divisor;
  return reward * floorDivisor < first ? 0n : reward;
}

/** The largest submission of an epoch, in bytes, when so many submissions are expected. */
export function submissionLimit(parameters: ProtocolParameters, expected: bigint): bigint {
  const { submission_bytes_per_second: rate, epoch_duration_ms: duration } = parameters;
  const share = (rate * duration) / (MS_PER_SECOND * expected);
  const { min_submission_data_size: min, max_submission_data_size: max } = parameters;
  return maxU64(min, minU64(share, max));
}
