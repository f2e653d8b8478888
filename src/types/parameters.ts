/**
 * The parameters of the network as clients read them from the system state. Our own, which carry
 * more, are in `protocol/parameters.ts`; this is what the published package expects.
 *
 * @module
 */
import { type Codec, struct, u64 } from "../bcs/schema.ts";
import { type Tensor, tensor } from "./tensor.ts";

/** The published parameters: amounts in shannons, shares in basis points, distances as tensors. */
export type SystemParameters = {
  readonly epoch_duration_ms: bigint;
  readonly validator_reward_allocation_bps: bigint;
  readonly model_min_stake: bigint;
  readonly model_architecture_version: bigint;
  readonly model_reveal_slash_rate_bps: bigint;
  readonly model_tally_slash_rate_bps: bigint;
  readonly target_epoch_fee_collection: bigint;
  readonly base_fee: bigint;
  readonly write_object_fee: bigint;
  readonly value_fee_bps: bigint;
  readonly min_value_fee_bps: bigint;
  readonly max_value_fee_bps: bigint;
  readonly fee_adjustment_rate_bps: bigint;
  readonly target_models_per_target: bigint;
  readonly target_embedding_dim: bigint;
  readonly target_initial_distance_threshold: Tensor;
  readonly target_reward_allocation_bps: bigint;
  readonly target_hits_per_epoch: bigint;
  readonly target_hits_ema_decay_bps: bigint;
  readonly target_difficulty_adjustment_rate_bps: bigint;
  readonly target_max_distance_threshold: Tensor;
  readonly target_min_distance_threshold: Tensor;
  readonly target_initial_targets_per_epoch: bigint;
  readonly target_submitter_reward_share_bps: bigint;
  readonly target_model_reward_share_bps: bigint;
  readonly target_claimer_incentive_bps: bigint;
  readonly submission_bond_per_byte: bigint;
  readonly max_submission_data_size: bigint;
};

/** Layout of `SystemParameters`. */
export const systemParameters: Codec<SystemParameters> = struct<SystemParameters>(
  "SystemParameters",
  {
    epoch_duration_ms: u64,
    validator_reward_allocation_bps: u64,
    model_min_stake: u64,
    model_architecture_version: u64,
    model_reveal_slash_rate_bps: u64,
    model_tally_slash_rate_bps: u64,
    target_epoch_fee_collection: u64,
    base_fee: u64,
    write_object_fee: u64,
    value_fee_bps: u64,
    min_value_fee_bps: u64,
    max_value_fee_bps: u64,
    fee_adjustment_rate_bps: u64,
    target_models_per_target: u64,
    target_embedding_dim: u64,
    target_initial_distance_threshold: tensor,
    target_reward_allocation_bps: u64,
    target_hits_per_epoch: u64,
    target_hits_ema_decay_bps: u64,
    target_difficulty_adjustment_rate_bps: u64,
    target_max_distance_threshold: tensor,
    target_min_distance_threshold: tensor,
    target_initial_targets_per_epoch: u64,
    target_submitter_reward_share_bps: u64,
    target_model_reward_share_bps: u64,
    target_claimer_incentive_bps: u64,
    submission_bond_per_byte: u64,
    max_submission_data_size: u64,
  },
);
