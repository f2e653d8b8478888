/**
 * The numbers of the economy and of the competition that one protocol version fixes. Their values
 * are in `protocol/parameters.ts`; validators that vote on a version compare the digest.
 *
 * Amounts are shannons; `_bps` are parts of 10,000 and `_ppm` parts of a million.
 *
 * @module
 */
import { type Codec, option, struct, u64 } from "../bcs/schema.ts";
import { typedDigest } from "../crypto/digest.ts";
import { type Digest, toDigest } from "./address.ts";
import { type Tensor, tensor } from "./tensor.ts";

/** The parameters of one protocol version. */
export type ProtocolParameters = {
  readonly epoch_duration_ms: bigint;
  /** What the emission fund gives in a day; an epoch gets its part of a day. */
  readonly emission_per_day: bigint;

  readonly base_fee: bigint;
  readonly write_object_fee: bigint;
  /** What shows a proof of possession pays the base fee so often: it costs a pairing. */
  readonly proof_base_fees: bigint;
  /** The share of moved value that a fee starts with, and its bounds. */
  readonly initial_value_fee_ppm: bigint;
  readonly min_value_fee_ppm: bigint;
  readonly max_value_fee_ppm: bigint;
  /** The value fee changes by at most this at an epoch change. */
  readonly fee_adjustment_rate_bps: bigint;
  /** The fees of a whole epoch that the value fee steers to. */
  readonly target_epoch_fee_collection: bigint;

  /** The part of emission and fees that is set aside for targets; validators get the rest. */
  readonly target_reward_allocation_bps: bigint;
  /** The part of its reward that a reported validator loses. */
  readonly reward_slashing_rate_bps: bigint;

  readonly model_architecture_version: bigint;
  readonly model_min_stake: bigint;
  readonly model_reveal_slash_rate_bps: bigint;
  readonly model_tally_slash_rate_bps: bigint;

  readonly target_embedding_dim: bigint;
  readonly target_models_per_target: bigint;
  readonly target_initial_targets_per_epoch: bigint;
  readonly target_initial_distance_threshold: Tensor;
  /** Difficulty steers to one hit in this time. */
  readonly target_hit_interval_ms: bigint;
  readonly target_hits_ema_decay_bps: bigint;
  readonly target_difficulty_adjustment_rate_bps: bigint;
  /** No target is made whose reward is below this part of the first one's. */
  readonly target_reward_floor_divisor: bigint;
  readonly target_submitter_reward_share_bps: bigint;
  readonly target_model_reward_share_bps: bigint;
  readonly target_claimer_incentive_bps: bigint;
  /** Filled targets that one validator may be the first to report in one epoch. */
  readonly disputes_per_epoch_max: bigint;
  /** Claiming an expired target pays at most so many base fees. */
  readonly expired_claim_base_fees_max: bigint;
  /** Filled targets nobody claimed are settled after so many epochs, so many at one change. */
  readonly unclaimed_epochs_max: bigint;
  readonly settlements_per_epoch_max: bigint;

  /** A bond is the larger of this by byte and that part of the reward. */
  readonly submission_bond_per_byte: bigint;
  readonly submission_bond_reward_bps: bigint;
  /** The size limit gives all expected submissions of an epoch together this rate… */
  readonly submission_bytes_per_second: bigint;
  /** …within these bounds. */
  readonly min_submission_data_size: bigint;
  readonly max_submission_data_size: bigint;

  /** A pool's rates are kept for so many epochs after the last stake of their epoch is gone. */
  readonly exchange_rate_epochs: bigint;
  /** Shares of all stake, in parts of 10,000, and epochs of grace between the last two. */
  readonly validator_join_stake_bps: bigint;
  readonly validator_low_stake_bps: bigint;
  readonly validator_very_low_stake_bps: bigint;
  readonly validator_low_stake_grace_epochs: bigint;
  /** The extra part of f whose votes a protocol upgrade needs. */
  readonly upgrade_buffer_stake_bps: bigint;
};

/** What a genesis may set otherwise, for good: an upgrade keeps it. */
export type ParameterOverrides = {
  readonly [K in OverridableParameter]: ProtocolParameters[K] | undefined;
};

type OverridableParameter =
  | "epoch_duration_ms"
  | "target_embedding_dim"
  | "target_initial_distance_threshold"
  | "target_initial_targets_per_epoch"
  | "min_submission_data_size";

/** Layout of `ParameterOverrides`. */
export const parameterOverrides: Codec<ParameterOverrides> = struct<ParameterOverrides>(
  "ParameterOverrides",
  {
    epoch_duration_ms: option(u64),
    target_embedding_dim: option(u64),
    target_initial_distance_threshold: option(tensor),
    target_initial_targets_per_epoch: option(u64),
    min_submission_data_size: option(u64),
  },
);

/** Nothing is set otherwise. */
export const NO_OVERRIDES: ParameterOverrides = {
  epoch_duration_ms: undefined,
  target_embedding_dim: undefined,
  target_initial_distance_threshold: undefined,
  target_initial_targets_per_epoch: undefined,
  min_submission_data_size: undefined,
};

/** Layout of `ProtocolParameters`. */
export const protocolParameters: Codec<ProtocolParameters> = struct<ProtocolParameters>(
  "ProtocolParameters",
  {
    epoch_duration_ms: u64,
    emission_per_day: u64,
    base_fee: u64,
    write_object_fee: u64,
    proof_base_fees: u64,
    initial_value_fee_ppm: u64,
    min_value_fee_ppm: u64,
    max_value_fee_ppm: u64,
    fee_adjustment_rate_bps: u64,
    target_epoch_fee_collection: u64,
    target_reward_allocation_bps: u64,
    reward_slashing_rate_bps: u64,
    model_architecture_version: u64,
    model_min_stake: u64,
    model_reveal_slash_rate_bps: u64,
    model_tally_slash_rate_bps: u64,
    target_embedding_dim: u64,
    target_models_per_target: u64,
    target_initial_targets_per_epoch: u64,
    target_initial_distance_threshold: tensor,
    target_hit_interval_ms: u64,
    target_hits_ema_decay_bps: u64,
    target_difficulty_adjustment_rate_bps: u64,
    target_reward_floor_divisor: u64,
    target_submitter_reward_share_bps: u64,
    target_model_reward_share_bps: u64,
    target_claimer_incentive_bps: u64,
    disputes_per_epoch_max: u64,
    expired_claim_base_fees_max: u64,
    unclaimed_epochs_max: u64,
    settlements_per_epoch_max: u64,
    submission_bond_per_byte: u64,
    submission_bond_reward_bps: u64,
    submission_bytes_per_second: u64,
    min_submission_data_size: u64,
    max_submission_data_size: u64,
    exchange_rate_epochs: u64,
    validator_join_stake_bps: u64,
    validator_low_stake_bps: u64,
    validator_very_low_stake_bps: u64,
    validator_low_stake_grace_epochs: u64,
    upgrade_buffer_stake_bps: u64,
  },
);

/** What two validators must have equal to mean the same by a version. */
export function parametersDigest(parameters: ProtocolParameters): Digest {
  return toDigest(typedDigest("ProtocolParameters", protocolParameters, parameters));
}
