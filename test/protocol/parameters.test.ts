/**
 * The numbers of version 1, against the published ones where the two protocols agree.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import {
  emissionPerEpoch,
  feeGoal,
  hitsGoal,
  PARAMETERS_V1,
  type ParametersInForce,
  publishParameters,
} from "../../src/protocol/parameters.ts";
import { TOTAL_SUPPLY } from "../../src/types/coin.ts";
import { scalarTensor } from "../../src/types/tensor.ts";

const IN_FORCE: ParametersInForce = {
  value_fee_ppm: 1_050n,
  max_submission_data_size: 8_192n,
  min_distance_threshold: scalarTensor(0.67),
  max_distance_threshold: scalarTensor(1.11),
};

describe("the parameters as clients read them", () => {
  test("have the published numbers, but for what our protocol changes", () => {
    expect(publishParameters(PARAMETERS_V1, IN_FORCE)).toEqual({
      epoch_duration_ms: 86_400_000n,
      // Ours: validators get what is not set aside for targets.
      validator_reward_allocation_bps: 2_000n,
      model_min_stake: 1_000_000_000n,
      model_architecture_version: 1n,
      model_reveal_slash_rate_bps: 5_000n,
      model_tally_slash_rate_bps: 9_500n,
      target_epoch_fee_collection: 1_000_000_000n,
      base_fee: 1_000n,
      write_object_fee: 300n,
      value_fee_bps: 10n,
      min_value_fee_bps: 1n,
      max_value_fee_bps: 50n,
      fee_adjustment_rate_bps: 1_250n,
      target_models_per_target: 3n,
      target_embedding_dim: 2_048n,
      target_initial_distance_threshold: scalarTensor(1.05),
      target_reward_allocation_bps: 8_000n,
      // Ours: one hit in ten seconds.
      target_hits_per_epoch: 8_640n,
      target_hits_ema_decay_bps: 9_000n,
      // Ours: the factor of the controller's linear part.
      target_difficulty_adjustment_rate_bps: 4_500n,
      target_max_distance_threshold: IN_FORCE.max_distance_threshold,
      target_min_distance_threshold: IN_FORCE.min_distance_threshold,
      target_initial_targets_per_epoch: 100n,
      target_submitter_reward_share_bps: 4_975n,
      target_model_reward_share_bps: 4_975n,
      target_claimer_incentive_bps: 50n,
      submission_bond_per_byte: 65n,
      max_submission_data_size: 8_192n,
    });
  });

  test("share the whole reward of a target", () => {
    const { target_submitter_reward_share_bps: submitter, target_claimer_incentive_bps: claimer } =
      PARAMETERS_V1;
    expect(submitter + PARAMETERS_V1.target_model_reward_share_bps + claimer).toBe(10_000n);
  });
});

describe("what follows from the length of an epoch", () => {
  const minute = { ...PARAMETERS_V1, epoch_duration_ms: 60_000n };

  test("emission", () => {
    expect(emissionPerEpoch(PARAMETERS_V1)).toBe(1_370_000_000_000n);
    expect(emissionPerEpoch(minute)).toBe(951_388_888n);
    // The fund could pay for twenty years.
    expect(TOTAL_SUPPLY / emissionPerEpoch(PARAMETERS_V1)).toBe(7_299n);
  });

  test("hits, at least one", () => {
    expect(hitsGoal(PARAMETERS_V1)).toBe(8_640n);
    expect(hitsGoal(minute)).toBe(6n);
    expect(hitsGoal({ ...minute, epoch_duration_ms: 9_999n })).toBe(1n);
  });

  test("fees, by the time an epoch took", () => {
    expect(feeGoal(minute, 60_000n)).toBe(1_000_000_000n);
    expect(feeGoal(minute, 15_000n)).toBe(250_000_000n);
    expect(feeGoal(minute, 0n)).toBe(0n);
  });
});
