/**
 * The system state that clients read, composed from the entries of the ledger. It costs as much as
 * there are validators and models, so whoever serves it keeps the last one.
 *
 * @module
 */
import { present } from "../base/assert.ts";
import { maxU64 } from "../base/u64.ts";
import { emissionPerEpoch, publishParameters } from "../protocol/parameters.ts";
import type { Address, ObjectId } from "../types/address.ts";
import {
  type ContentOf,
  ECONOMY_ID,
  EPOCH_STATE_ID,
  PARAMETERS_ID,
  poolEntryId,
  type StateContent,
  VALIDATOR_INDEX_ID,
  validatorEntryId,
} from "../types/entry.ts";
import type { SystemParameters } from "../types/parameters.ts";
import type { OtherValidator } from "../types/stake-entry.ts";
import type {
  EmissionPool,
  SystemState,
  TargetState,
  ValidatorSet,
} from "../types/system-state.ts";
import { scalarTensor } from "../types/tensor.ts";
import type { Validator } from "../types/validator.ts";
import { nextReward } from "./economy/budget.ts";
import { thresholdBounds, wholePart } from "./float.ts";
import { composeModels, composePool } from "./model-view.ts";
import { type ContentReader, readContent } from "./view.ts";

/** The system state that `state` amounts to. */
export function composeSystemState(state: ContentReader): SystemState {
  const time = entry(state, "EpochState", EPOCH_STATE_ID);
  const parameters = entry(state, "Parameters", PARAMETERS_ID);
  const economy = entry(state, "Economy", ECONOMY_ID);
  const index = entry(state, "ValidatorIndex", VALIDATOR_INDEX_ID);
  return {
    epoch: time.epoch,
    protocol_version: parameters.protocol_version,
    validators: composeValidators(state, index),
    parameters: composeParameters(parameters),
    epoch_start_timestamp_ms: time.start_timestamp_ms,
    validator_report_records: index.reports,
    model_registry: composeModels(state),
    emission_pool: composeEmission(economy, parameters),
    target_state: composeTargets(economy, parameters),
    safe_mode: time.safe_mode,
    safe_mode_accumulated_fees: time.safe_mode_accumulated_fees,
    safe_mode_accumulated_emissions: time.safe_mode_accumulated_emissions,
  };
}

/** The parameters that clients read. */
export function composeParameters(parameters: ContentOf<"Parameters">): SystemParameters {
  const { protocol, value_fee_ppm, max_submission_data_size } = parameters;
  const { min, max } = thresholdBounds(protocol.target_embedding_dim);
  return publishParameters(protocol, {
    value_fee_ppm,
    max_submission_data_size,
    min_distance_threshold: scalarTensor(min),
    max_distance_threshold: scalarTensor(max),
  });
}

/** The validators that clients read. */
export function composeValidators(
  state: ContentReader,
  index: ContentOf<"ValidatorIndex">,
): ValidatorSet {
  const { active, candidates, inactive, leaving } = index;
  const compose = (validator: OtherValidator): Validator => composeValidator(state, validator, 0);
  const mapped = [...active, ...candidates];
  // The pool of one that left goes with its last stake, the row at the next epoch change.
  const left = inactive.filter(({ pool_id }) => state.find(poolEntryId(pool_id)) !== undefined);
  return {
    total_stake: index.total_stake,
    validators: active.map((validator) =>
      composeValidator(state, validator, validator.voting_power),
    ),
    pending_validators: candidates.map(compose),
    pending_removals: leaving.map((address) => BigInt(placeOf(active, address))),
    staking_pool_mappings: new Map(mapped.map(({ pool_id, address }) => [pool_id, address])),
    inactive_validators: new Map(left.map((validator) => [validator.pool_id, compose(validator)])),
    at_risk_validators: index.at_risk,
  };
}

function composeValidator(
  state: ContentReader,
  { pool_id }: OtherValidator,
  votingPower: number,
): Validator {
  const validator = entry(state, "Validator", validatorEntryId(pool_id));
  const pool = entry(state, "Pool", poolEntryId(pool_id));
  return {
    metadata: validator.metadata,
    voting_power: BigInt(votingPower),
    staking_pool: composePool(pool_id, pool),
    commission_rate: validator.commission_rate,
    next_epoch_stake: nextStake(pool),
    next_epoch_commission_rate: validator.next_epoch_commission_rate,
  };
}

// Clients read the state in safe mode too, when a pool may owe more than it has.
function nextStake(pool: ContentOf<"Pool">): bigint {
  return maxU64(0n, pool.soma_balance + pool.pending_stake - pool.pending_total_soma_withdraw);
}

// What is set aside for this epoch may come back, so clients see it as not given out.
function composeEmission(
  economy: ContentOf<"Economy">,
  { protocol }: ContentOf<"Parameters">,
): EmissionPool {
  return {
    balance: economy.emission_fund + economy.validator_budget + economy.target_budget,
    emission_per_epoch: emissionPerEpoch(protocol),
  };
}

function composeTargets(
  economy: ContentOf<"Economy">,
  { protocol }: ContentOf<"Parameters">,
): TargetState {
  return {
    distance_threshold: economy.distance_threshold,
    targets_generated_this_epoch: economy.targets_generated,
    hits_this_epoch: economy.hits,
    hits_ema: wholePart(economy.hits_average),
    reward_per_target: nextReward(economy, protocol.target_reward_floor_divisor),
  };
}

function placeOf(validators: readonly OtherValidator[], address: Address): number {
  return validators.findIndex((validator) => validator.address === address);
}

function entry<K extends StateContent["kind"]>(
  state: ContentReader,
  kind: K,
  id: ObjectId,
): ContentOf<K> {
  return present(readContent(state, kind, id), `the entry ${kind}`);
}
