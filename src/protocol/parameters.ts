/**
 * The numbers of the economy and of the competition, one record a protocol version. A genesis may
 * override some; an upgrade keeps these overrides. Clients see them, together with what changes by
 * itself at epoch changes, as `SystemParameters`.
 *
 * Amounts are shannons; `_bps` are parts of 10,000 and `_ppm` parts of a million.
 *
 * @module
 */
import { SHANNONS_PER_SOMA } from "../types/coin.ts";
import type { SystemParameters } from "../types/parameters.ts";
import type { ProtocolParameters } from "../types/protocol-parameters.ts";
import { scalarTensor, type Tensor } from "../types/tensor.ts";

/** What changes by itself at epoch changes, or follows from the size of the embedding. */
export type ParametersInForce = {
  readonly value_fee_ppm: bigint;
  readonly max_submission_data_size: bigint;
  /** Between these difficulty keeps the threshold. */
  readonly min_distance_threshold: Tensor;
  readonly max_distance_threshold: Tensor;
};

const DAY_MS = 86_400_000n;
const BPS = 10_000n;
const PPM_PER_BPS = 100n;
const SOMA = SHANNONS_PER_SOMA;

/** Protocol version 1. */
export const PARAMETERS_V1: ProtocolParameters = {
  epoch_duration_ms: DAY_MS,
  emission_per_day: 1_370n * SOMA,

  base_fee: 1_000n,
  write_object_fee: 300n,
  proof_base_fees: 1_000n,
  initial_value_fee_ppm: 1_000n,
  min_value_fee_ppm: 100n,
  max_value_fee_ppm: 5_000n,
  fee_adjustment_rate_bps: 1_250n,
  target_epoch_fee_collection: SOMA,

  target_reward_allocation_bps: 8_000n,
  reward_slashing_rate_bps: 5_000n,

  model_architecture_version: 1n,
  model_min_stake: SOMA,
  model_reveal_slash_rate_bps: 5_000n,
  model_tally_slash_rate_bps: 9_500n,

  target_embedding_dim: 2_048n,
  target_models_per_target: 3n,
  target_initial_targets_per_epoch: 100n,
  target_initial_distance_threshold: scalarTensor(1.05),
  target_hit_interval_ms: 10_000n,
  target_hits_ema_decay_bps: 9_000n,
  target_difficulty_adjustment_rate_bps: 4_500n,
  target_reward_floor_divisor: 64n,
  target_submitter_reward_share_bps: 4_975n,
  target_model_reward_share_bps: 4_975n,
  target_claimer_incentive_bps: 50n,
  disputes_per_epoch_max: 64n,
  expired_claim_base_fees_max: 10n,
  unclaimed_epochs_max: 30n,
  settlements_per_epoch_max: 256n,

  submission_bond_per_byte: 65n,
  submission_bond_reward_bps: 500n,
  submission_bytes_per_second: 1_024n,
  min_submission_data_size: 4_096n,
  max_submission_data_size: 1_048_576n,

  exchange_rate_epochs: 30n,
  validator_join_stake_bps: 12n,
  validator_low_stake_bps: 8n,
  validator_very_low_stake_bps: 4n,
  validator_low_stake_grace_epochs: 7n,
  upgrade_buffer_stake_bps: 5_000n,
};

/** What the emission fund gives to one epoch. */
export function emissionPerEpoch(parameters: ProtocolParameters): bigint {
  return (parameters.emission_per_day * parameters.epoch_duration_ms) / DAY_MS;
}

/** The hits of one epoch that difficulty steers to, at least one. */
export function hitsGoal(parameters: ProtocolParameters): bigint {
  const goal = parameters.epoch_duration_ms / parameters.target_hit_interval_ms;
  return goal > 0n ? goal : 1n;
}

/** The fees of an epoch that took `elapsedMs` which the value fee steers to. */
export function feeGoal(parameters: ProtocolParameters, elapsedMs: bigint): bigint {
  return (parameters.target_epoch_fee_collection * elapsedMs) / parameters.epoch_duration_ms;
}

/** The parameters as clients read them. */
export function publishParameters(
  parameters: ProtocolParameters,
  inForce: ParametersInForce,
): SystemParameters {
  return {
    ...publishedConstants(parameters),
    validator_reward_allocation_bps: BPS - parameters.target_reward_allocation_bps,
    value_fee_bps: inForce.value_fee_ppm / PPM_PER_BPS,
    min_value_fee_bps: parameters.min_value_fee_ppm / PPM_PER_BPS,
    max_value_fee_bps: parameters.max_value_fee_ppm / PPM_PER_BPS,
    target_hits_per_epoch: hitsGoal(parameters),
    target_max_distance_threshold: inForce.max_distance_threshold,
    target_min_distance_threshold: inForce.min_distance_threshold,
    max_submission_data_size: inForce.max_submission_data_size,
  };
}

type PublishedConstants = Pick<
  SystemParameters,
  Extract<keyof SystemParameters, Exclude<keyof ProtocolParameters, "max_submission_data_size">>
>;

function publishedConstants(parameters: ProtocolParameters): PublishedConstants {
  return {
    epoch_duration_ms: parameters.epoch_duration_ms,
    model_min_stake: parameters.model_min_stake,
    model_architecture_version: parameters.model_architecture_version,
    model_reveal_slash_rate_bps: parameters.model_reveal_slash_rate_bps,
    model_tally_slash_rate_bps: parameters.model_tally_slash_rate_bps,
    target_epoch_fee_collection: parameters.target_epoch_fee_collection,
    base_fee: parameters.base_fee,
    write_object_fee: parameters.write_object_fee,
    fee_adjustment_rate_bps: parameters.fee_adjustment_rate_bps,
    target_models_per_target: parameters.target_models_per_target,
    target_embedding_dim: parameters.target_embedding_dim,
    target_initial_distance_threshold: parameters.target_initial_distance_threshold,
    target_reward_allocation_bps: parameters.target_reward_allocation_bps,
    target_hits_ema_decay_bps: parameters.target_hits_ema_decay_bps,
    target_difficulty_adjustment_rate_bps: parameters.target_difficulty_adjustment_rate_bps,
    target_initial_targets_per_epoch: parameters.target_initial_targets_per_epoch,
    target_submitter_reward_share_bps: parameters.target_submitter_reward_share_bps,
    target_model_reward_share_bps: parameters.target_model_reward_share_bps,
    target_claimer_incentive_bps: parameters.target_claimer_incentive_bps,
    submission_bond_per_byte: parameters.submission_bond_per_byte,
  };
}
