/**
 * Fills the first state: validators with their pools, models that compete from the start, coins and
 * stakes of those who have money from the beginning, and the network's own entries.
 *
 * @module
 */
import { present } from "../../base/assert.ts";
import { encode } from "../../bcs/schema.ts";
import { blake2b256Hex } from "../../crypto/digest.ts";
import { parametersOf } from "../../protocol/versions.ts";
import { type Address, type ObjectId, toDigest, ZERO_DIGEST } from "../../types/address.ts";
import { TOTAL_SUPPLY } from "../../types/coin.ts";
import {
  ECONOMY_ID,
  EPOCH_STATE_ID,
  MODEL_INDEX_ID,
  modelEntryId,
  PARAMETERS_ID,
  poolEntryId,
  ROUTING_ID,
  VALIDATOR_INDEX_ID,
  validatorEntryId,
} from "../../types/entry.ts";
import type { RevealedWeights } from "../../types/model.ts";
import { NO_OVERRIDES, type ProtocolParameters } from "../../types/protocol-parameters.ts";
import type { OtherValidator, PoolOwner } from "../../types/stake-entry.ts";
import { tensor } from "../../types/tensor.ts";
import type { ValidatorMetadata } from "../../types/validator.ts";
import { createCoin } from "../coins.ts";
import { rewardDivisor, splitBudget, submissionLimit } from "../economy/budget.ts";
import { activatePool, addStake, emptyPool } from "../economy/pool.ts";
import { epochRandomness } from "../epoch/change.ts";
import { drawTable } from "../epoch/models.ts";
import type { Opening } from "../epoch/openings.ts";
import { empower, sumStake } from "../epoch/validators.ts";
import { appendId, MODEL_LIST } from "../pages.ts";
import { NOTHING_STAGED } from "../validator-metadata.ts";
import type { View } from "../view.ts";
import type { Allocation, GenesisConfig, GenesisModel, GenesisValidator } from "./config.ts";

/** Those in whom money can be staked. */
export type Founders = {
  readonly seats: readonly OtherValidator[];
  readonly models: readonly FoundedModel[];
};

/** A model that competes from the start. */
export type FoundedModel = { readonly modelId: ObjectId; readonly poolId: ObjectId };

const FIRST_EPOCH = 0n;

/** Writes the validators with empty pools. */
export function foundValidators(
  view: View,
  validators: readonly GenesisValidator[],
): readonly OtherValidator[] {
  return validators.map((validator) => {
    const { account: address, commission_rate } = validator;
    const pool_id = openPool(view, { kind: "Validator", address });
    view.write(validatorEntryId(pool_id), {
      kind: "Validator",
      metadata: metadataOf(validator),
      commission_rate,
      next_epoch_commission_rate: commission_rate,
      commission_stake: undefined,
      disputes_epoch: 0n,
      disputes_opened: 0n,
    });
    return { address, pool_id };
  });
}

/** Writes the models, each with its first stake. */
export function foundModels(view: View, models: readonly GenesisModel[]): readonly FoundedModel[] {
  return models.map((model, place) => {
    const modelId = view.nextId();
    const poolId = openPool(view, { kind: "Model", model_id: modelId });
    const founding_stake = stake(view, poolId, model.owner, model.initial_stake);
    view.update("Pool", poolEntryId(poolId), { founding_stake });
    view.write(modelEntryId(modelId), {
      kind: "Model",
      owner: model.owner,
      architecture_version: model.architecture_version,
      pool_id: poolId,
      commission_rate: model.commission_rate,
      next_epoch_commission_rate: model.commission_rate,
      phase: { kind: "Active" },
      pending: undefined,
      next: undefined,
      current: weightsOf(model),
      current_from: FIRST_EPOCH,
      past: [],
      reporters: new Set(),
    });
    appendId(view, MODEL_LIST, BigInt(place), modelId);
    return { modelId, poolId };
  });
}

/** Gives out coins and stakes. */
export function allocate(
  view: View,
  allocations: readonly Allocation[],
  { seats, models }: Founders,
): void {
  for (const { recipient, amount, ...staked } of allocations) {
    const seat = seats.find(({ address }) => address === staked.staked_with_validator);
    const model =
      staked.staked_with_model === undefined ? undefined : models[staked.staked_with_model];
    const poolId = seat?.pool_id ?? model?.poolId;
    if (poolId === undefined) createCoin({ view }, recipient, amount);
    else stake(view, poolId, recipient, amount);
  }
}

/** Writes the network's own entries; returns what opening targets are made from. */
export function foundNetwork(view: View, config: GenesisConfig, founders: Founders): Opening {
  const { protocol_version, overrides, chain_start_ms: startMs } = config;
  const protocol = present(parametersOf(protocol_version, overrides), "known parameters");
  const { seats, models } = founders;
  for (const poolId of [...seats.map((seat) => seat.pool_id), ...models.map((m) => m.poolId)]) {
    const pool = activatePool(view.get("Pool", poolEntryId(poolId)), FIRST_EPOCH);
    view.write(poolEntryId(poolId), { kind: "Pool", ...pool });
  }
  writeValidators(view, seats);
  writeModels(view, models);
  writeMoney(view, config, protocol);
  const randomness = toDigest(epochRandomness(FIRST_EPOCH, ZERO_DIGEST).toHex());
  view.write(EPOCH_STATE_ID, {
    kind: "EpochState",
    epoch: FIRST_EPOCH,
    start_timestamp_ms: startMs,
    randomness,
    safe_mode: false,
    safe_mode_accumulated_fees: 0n,
    safe_mode_accumulated_emissions: 0n,
  });
  return { epoch: FIRST_EPOCH, startMs, randomness, transaction: ZERO_DIGEST };
}

function writeValidators(view: View, seats: readonly OtherValidator[]): void {
  view.write(VALIDATOR_INDEX_ID, {
    kind: "ValidatorIndex",
    total_stake: sumStake(view, seats),
    active: empower(view, seats),
    candidates: [],
    leaving: [],
    inactive: [],
    at_risk: new Map(),
    reports: new Map(),
  });
}

function writeModels(view: View, models: readonly FoundedModel[]): void {
  const ids = models.map((model) => model.modelId);
  view.write(MODEL_INDEX_ID, {
    kind: "ModelIndex",
    listed: BigInt(ids.length),
    withdrawn: 0n,
  });
  view.write(ROUTING_ID, { kind: "Routing", rows: drawTable(view, ids) });
}

function writeMoney(view: View, config: GenesisConfig, protocol: ProtocolParameters): void {
  const given = config.allocations.reduce((sum, { amount }) => sum + amount, 0n);
  const staked = config.models.reduce((sum, { initial_stake }) => sum + initial_stake, 0n);
  const fund = TOTAL_SUPPLY - given - staked;
  const budget = splitBudget(fund, 0n, protocol);
  const reward_divisor = rewardDivisor({ hits: 0n, hits_average: 0 }, protocol);
  view.write(ECONOMY_ID, {
    kind: "Economy",
    emission_fund: fund - budget.emission,
    validator_budget: budget.validators,
    target_budget: budget.targets,
    target_budget_start: budget.targets,
    reward_divisor,
    distance_threshold: protocol.target_initial_distance_threshold,
    targets_generated: 0n,
    hits: 0n,
    hits_average: 0,
    stopped_at_ms: undefined,
    unsettled_from: FIRST_EPOCH,
  });
  view.write(PARAMETERS_ID, {
    kind: "Parameters",
    protocol_version: config.protocol_version,
    overrides: { ...NO_OVERRIDES, ...config.overrides },
    protocol,
    value_fee_ppm: protocol.initial_value_fee_ppm,
    max_submission_data_size: submissionLimit(protocol, reward_divisor),
  });
}

function openPool(view: View, owner: PoolOwner): ObjectId {
  const poolId = view.nextId();
  view.write(poolEntryId(poolId), { kind: "Pool", ...emptyPool(owner) });
  return poolId;
}

function stake(view: View, poolId: ObjectId, owner: Address, amount: bigint): ObjectId {
  const entry = poolEntryId(poolId);
  view.write(entry, { kind: "Pool", ...addStake(view.get("Pool", entry), amount) });
  const receipt = {
    kind: "StakedSoma",
    pool_id: poolId,
    stake_activation_epoch: FIRST_EPOCH,
    principal: amount,
  } as const;
  return view.create(receipt, { kind: "AddressOwner", address: owner });
}

function weightsOf(model: GenesisModel): RevealedWeights {
  const { manifest, weights_commitment, decryption_key, embedding } = model;
  return {
    manifest,
    weights_commitment,
    embedding_commitment: toDigest(blake2b256Hex(encode(tensor, embedding))),
    decryption_key_commitment: toDigest(blake2b256Hex(decryption_key)),
    decryption_key,
    embedding,
  };
}

function metadataOf(validator: GenesisValidator): ValidatorMetadata {
  const { account, commission_rate: _, ...keys } = validator;
  return {
    soma_address: account,
    ...keys,
    ...NOTHING_STAGED,
  };
}
