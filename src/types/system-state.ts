/**
 * The system state as clients read it: one value that shows validators, models, parameters and the
 * economy. The ledger keeps these as separate entries; this is a view composed from them, never
 * stored, so its size costs no transaction anything.
 *
 * @module
 */
import { bool, type Codec, map, set, struct, u64, vector } from "../bcs/schema.ts";
import {
  type Address,
  address,
  type Digest,
  type ObjectId,
  objectId,
  SYSTEM_STATE_ID,
} from "./address.ts";
import { COMMITTEE_MEMBERS_MAX, REGISTRY_MAX } from "./bounds.ts";
import { firstVersion } from "./encoding.ts";
import { type Model, model } from "./model.ts";
import { digestObject, objectCodec, type ObjectOf } from "./object.ts";
import { SHARED } from "./owner.ts";
import { type SystemParameters, systemParameters } from "./parameters.ts";
import { type Tensor, tensor } from "./tensor.ts";
import { type Validator, validator } from "./validator.ts";

/** Who reported whom. */
export type ReportRecords<Subject extends string> = ReadonlyMap<Subject, ReadonlySet<Address>>;

/** The validators of this epoch, those to come and those that left. */
export type ValidatorSet = {
  readonly total_stake: bigint;
  readonly validators: readonly Validator[];
  readonly pending_validators: readonly Validator[];
  /** Places in `validators`. */
  readonly pending_removals: readonly bigint[];
  /** Pool to validator. */
  readonly staking_pool_mappings: ReadonlyMap<ObjectId, Address>;
  /** By pool. */
  readonly inactive_validators: ReadonlyMap<ObjectId, Validator>;
  /** Epochs that each has been below the least stake. */
  readonly at_risk_validators: ReadonlyMap<Address, bigint>;
};

/** All models, by id. */
export type ModelRegistry = {
  readonly models: ReadonlyMap<ObjectId, Model>;
  /** Pool to model. */
  readonly staking_pool_mappings: ReadonlyMap<ObjectId, ObjectId>;
  readonly total_model_stake: bigint;
  readonly model_report_records: ReportRecords<ObjectId>;
};

/** The money that is not yet given out. */
export type EmissionPool = { readonly balance: bigint; readonly emission_per_epoch: bigint };

/** Difficulty and reward of the targets made now. */
export type TargetState = {
  readonly distance_threshold: Tensor;
  readonly targets_generated_this_epoch: bigint;
  readonly hits_this_epoch: bigint;
  readonly hits_ema: bigint;
  readonly reward_per_target: bigint;
};

/** The state of the network in one value. */
export type SystemState = {
  readonly epoch: bigint;
  readonly protocol_version: bigint;
  readonly validators: ValidatorSet;
  readonly parameters: SystemParameters;
  readonly epoch_start_timestamp_ms: bigint;
  readonly validator_report_records: ReportRecords<Address>;
  readonly model_registry: ModelRegistry;
  readonly emission_pool: EmissionPool;
  readonly target_state: TargetState;
  readonly safe_mode: boolean;
  readonly safe_mode_accumulated_fees: bigint;
  readonly safe_mode_accumulated_emissions: bigint;
};

/** The system state in the layout of an object. */
export type SystemStateObject = ObjectOf<{ readonly kind: "SystemState" } & SystemState>;

const reporters = set(address, COMMITTEE_MEMBERS_MAX);

const validatorSet: Codec<ValidatorSet> = struct<ValidatorSet>("ValidatorSet", {
  total_stake: u64,
  validators: vector(validator, COMMITTEE_MEMBERS_MAX),
  pending_validators: vector(validator, REGISTRY_MAX),
  pending_removals: vector(u64, COMMITTEE_MEMBERS_MAX),
  staking_pool_mappings: map(objectId, address, REGISTRY_MAX),
  inactive_validators: map(objectId, validator, REGISTRY_MAX),
  at_risk_validators: map(address, u64, COMMITTEE_MEMBERS_MAX),
});

const modelRegistry: Codec<ModelRegistry> = struct<ModelRegistry>("ModelRegistry", {
  models: map(objectId, model, REGISTRY_MAX),
  staking_pool_mappings: map(objectId, objectId, REGISTRY_MAX),
  total_model_stake: u64,
  model_report_records: map(objectId, reporters, REGISTRY_MAX),
});

const emissionPool: Codec<EmissionPool> = struct<EmissionPool>("EmissionPool", {
  balance: u64,
  emission_per_epoch: u64,
});

const targetState: Codec<TargetState> = struct<TargetState>("TargetState", {
  distance_threshold: tensor,
  targets_generated_this_epoch: u64,
  hits_this_epoch: u64,
  hits_ema: u64,
  reward_per_target: u64,
});

/** Layout of `SystemState`. */
export const systemState: Codec<SystemState> = firstVersion(
  struct<SystemState>("SystemState", {
    epoch: u64,
    protocol_version: u64,
    validators: validatorSet,
    parameters: systemParameters,
    epoch_start_timestamp_ms: u64,
    validator_report_records: map(address, reporters, REGISTRY_MAX),
    model_registry: modelRegistry,
    emission_pool: emissionPool,
    target_state: targetState,
    safe_mode: bool,
    safe_mode_accumulated_fees: u64,
    safe_mode_accumulated_emissions: u64,
  }),
);

/** Layout of `SystemStateObject`. */
export const systemStateObject: Codec<SystemStateObject> = objectCodec<
  SystemStateObject["content"]
>({ SystemState: { tag: 0, body: systemState } });

/** The object that clients get under the id of the system state. */
export function buildSystemStateObject(
  state: SystemState,
  version: bigint,
  previousTransaction: Digest,
): SystemStateObject {
  return {
    id: SYSTEM_STATE_ID,
    version,
    owner: SHARED,
    previous_transaction: previousTransaction,
    content: { kind: "SystemState", ...state },
  };
}

/** The digest of that object. */
export function systemStateDigest(object: SystemStateObject): Digest {
  return digestObject(systemStateObject, object);
}
