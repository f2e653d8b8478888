/**
 * Random values of what clients read about the network: pools, validators, models, system state.
 *
 * @module
 */
import fc from "fast-check";

import type { Address } from "../../src/types/address.ts";
import type { Model } from "../../src/types/model.ts";
import type { SystemParameters } from "../../src/types/parameters.ts";
import type { StakingPool } from "../../src/types/pool.ts";
import type { SystemState } from "../../src/types/system-state.ts";
import type { Validator } from "../../src/types/validator.ts";
import {
  address,
  addresses,
  bytesOf,
  digest,
  manifest,
  objectId,
  optional,
  scalar,
  u64,
  vectorOf,
} from "./arbitraries.ts";

const line = fc.string({ maxLength: 8, unit: "grapheme" });

function few<T>(item: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.array(item, { maxLength: 2 });
}

function mapOf<K, V>(key: fc.Arbitrary<K>, value: fc.Arbitrary<V>): fc.Arbitrary<Map<K, V>> {
  return few(fc.tuple(key, value)).map((entries) => new Map(entries));
}

/** Any pool. */
export const stakingPool: fc.Arbitrary<StakingPool> = fc.record({
  id: objectId,
  activation_epoch: optional(u64),
  deactivation_epoch: optional(u64),
  soma_balance: u64,
  rewards_pool: u64,
  pool_token_balance: u64,
  exchange_rates: mapOf(u64, fc.record({ soma_amount: u64, pool_token_amount: u64 })),
  pending_stake: u64,
  pending_total_soma_withdraw: u64,
  pending_pool_token_withdraw: u64,
});

/** Any validator. */
export const validator: fc.Arbitrary<Validator> = fc.record({
  metadata: fc.record({
    soma_address: address,
    protocol_pubkey: bytesOf(96),
    network_pubkey: bytesOf(32),
    worker_pubkey: bytesOf(32),
    net_address: line,
    p2p_address: line,
    primary_address: line,
    proxy_address: line,
    proof_of_possession: bytesOf(48),
    next_epoch_protocol_pubkey: optional(bytesOf(96)),
    next_epoch_network_pubkey: optional(bytesOf(32)),
    next_epoch_net_address: optional(line),
    next_epoch_p2p_address: optional(line),
    next_epoch_primary_address: optional(line),
    next_epoch_worker_pubkey: optional(bytesOf(32)),
    next_epoch_proof_of_possession: optional(bytesOf(48)),
    next_epoch_proxy_address: optional(line),
  }),
  voting_power: u64,
  staking_pool: stakingPool,
  commission_rate: u64,
  next_epoch_stake: u64,
  next_epoch_commission_rate: u64,
});

const base = {
  owner: address,
  architecture_version: u64,
  staking_pool: stakingPool,
  commission_rate: u64,
  next_epoch_commission_rate: u64,
};
const committed = {
  manifest,
  weights_commitment: digest,
  embedding_commitment: digest,
  decryption_key_commitment: digest,
};
const revealed = { ...committed, decryption_key: bytesOf(32), embedding: vectorOf };
const update = fc.record({ ...committed, commit_epoch: u64 });

/** A model in any state. */
export const model: fc.Arbitrary<Model> = fc.oneof(
  fc.record({ kind: fc.constant("Created" as const), ...base, create_epoch: u64 }),
  fc.record({ kind: fc.constant("Pending" as const), ...base, ...committed, commit_epoch: u64 }),
  fc.record({
    kind: fc.constant("Active" as const),
    ...base,
    ...revealed,
    pending_update: optional(update),
  }),
  fc.record({ kind: fc.constant("Inactive" as const), ...base, ...revealed }),
);

/** Any parameters. */
export const systemParameters: fc.Arbitrary<SystemParameters> = fc.record({
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
  target_initial_distance_threshold: scalar,
  target_reward_allocation_bps: u64,
  target_hits_per_epoch: u64,
  target_hits_ema_decay_bps: u64,
  target_difficulty_adjustment_rate_bps: u64,
  target_max_distance_threshold: scalar,
  target_min_distance_threshold: scalar,
  target_initial_targets_per_epoch: u64,
  target_submitter_reward_share_bps: u64,
  target_model_reward_share_bps: u64,
  target_claimer_incentive_bps: u64,
  submission_bond_per_byte: u64,
  max_submission_data_size: u64,
});

const reports: fc.Arbitrary<ReadonlyMap<Address, ReadonlySet<Address>>> = mapOf(address, addresses);

/** Any system state. */
export const systemState: fc.Arbitrary<SystemState> = fc.record({
  epoch: u64,
  protocol_version: u64,
  validators: fc.record({
    total_stake: u64,
    validators: few(validator),
    pending_validators: few(validator),
    pending_removals: few(u64),
    staking_pool_mappings: mapOf(objectId, address),
    inactive_validators: mapOf(objectId, validator),
    at_risk_validators: mapOf(address, u64),
  }),
  parameters: systemParameters,
  epoch_start_timestamp_ms: u64,
  validator_report_records: reports,
  model_registry: fc.record({
    models: mapOf(objectId, model),
    staking_pool_mappings: mapOf(objectId, objectId),
    total_model_stake: u64,
    model_report_records: mapOf(objectId, addresses),
  }),
  emission_pool: fc.record({ balance: u64, emission_per_epoch: u64 }),
  target_state: fc.record({
    distance_threshold: scalar,
    targets_generated_this_epoch: u64,
    hits_this_epoch: u64,
    hits_ema: u64,
    reward_per_target: u64,
  }),
  safe_mode: fc.boolean(),
  safe_mode_accumulated_fees: u64,
  safe_mode_accumulated_emissions: u64,
});
