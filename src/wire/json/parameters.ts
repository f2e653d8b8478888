/**
 * The parameters in force, in JSON: those that are published, and what a client needs beyond them
 * to know a bond and a fee in advance.
 *
 * @module
 */
import { z } from "zod";

import type { SystemParameters } from "../../types/parameters.ts";
import type { ProtocolParameters } from "../../types/protocol-parameters.ts";
import { count, u64 } from "./primitives.ts";
import { scalar } from "./tensor.ts";
import type { View } from "./view.ts";

/** The parameters in force. Amounts are shannons, `_bps` parts of 10,000, `_ppm` of a million. */
export type ParametersView = SystemParameters &
  Pick<ProtocolParameters, "submission_bond_reward_bps" | "proof_base_fees"> & {
    readonly protocol_version: bigint;
    /** The share of moved value that is due as a fee. */
    readonly value_fee_ppm: bigint;
  };

/** The parameters in force, in JSON. */
export const parametersView: View<ParametersView> = z.object({
  protocol_version: u64,
  epoch_duration_ms: u64,
  validator_reward_allocation_bps: count,
  model_min_stake: u64,
  model_architecture_version: u64,
  model_reveal_slash_rate_bps: count,
  model_tally_slash_rate_bps: count,
  target_epoch_fee_collection: u64,
  base_fee: u64,
  /** Base fees of a transaction with a proof of possession. */
  proof_base_fees: count,
  write_object_fee: u64,
  value_fee_ppm: count,
  value_fee_bps: count,
  min_value_fee_bps: count,
  max_value_fee_bps: count,
  fee_adjustment_rate_bps: count,
  target_models_per_target: count,
  target_embedding_dim: count,
  target_initial_distance_threshold: scalar,
  target_reward_allocation_bps: count,
  target_hits_per_epoch: count,
  target_hits_ema_decay_bps: count,
  target_difficulty_adjustment_rate_bps: count,
  target_max_distance_threshold: scalar,
  target_min_distance_threshold: scalar,
  target_initial_targets_per_epoch: count,
  target_submitter_reward_share_bps: count,
  target_model_reward_share_bps: count,
  target_claimer_incentive_bps: count,
  submission_bond_per_byte: u64,
  submission_bond_reward_bps: count,
  max_submission_data_size: u64,
});
