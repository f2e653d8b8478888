/**
 * Entries about stake: pools with what the ledger needs beyond the published view, validators, and
 * the set that says who validates in this epoch and who comes and goes at its end.
 *
 * @module
 */
import { type Codec, map, option, set, struct, tagged, u16, u64, vector } from "../bcs/schema.ts";
import { type Address, address, type ObjectId, objectId } from "./address.ts";
import { COMMITTEE_MEMBERS_MAX, REGISTRY_MAX } from "./bounds.ts";
import { type ValidatorMetadata, validatorMetadata } from "./validator.ts";

/** Whose pool it is. */
export type PoolOwner =
  | { readonly kind: "Validator"; readonly address: Address }
  | { readonly kind: "Model"; readonly model_id: ObjectId };

/** The exchange rate at one epoch change, and how many stakes began to earn then. */
export type PoolRate = {
  readonly epoch: bigint;
  readonly soma_amount: bigint;
  readonly pool_token_amount: bigint;
  readonly stakes: bigint;
};

/** A staking pool. Its key is its id. */
export type Pool = {
  readonly owner: PoolOwner;
  readonly activation_epoch: bigint | undefined;
  readonly deactivation_epoch: bigint | undefined;
  /** Includes what was withdrawn in this epoch: its power leaves at the epoch change. */
  readonly soma_balance: bigint;
  readonly rewards_pool: bigint;
  readonly pool_token_balance: bigint;
  /** Ascending by epoch; only the changes at which the rate was set anew. */
  readonly rates: readonly PoolRate[];
  /** Stakes from before the pool was active: one token a shannon. */
  readonly early_stakes: bigint;
  readonly pending_stake: bigint;
  readonly pending_stakes: bigint;
  readonly pending_total_soma_withdraw: bigint;
  readonly pending_pool_token_withdraw: bigint;
  /** The stake that a model was created with: it stays while the model is in use. */
  readonly founding_stake: ObjectId | undefined;
};

/** A validator, a candidate or one that left. Its key is the id of its pool. */
export type ValidatorEntry = {
  readonly metadata: ValidatorMetadata;
  /** In basis points. */
  readonly commission_rate: bigint;
  readonly next_epoch_commission_rate: bigint;
  /** The stake into which commissions go. */
  readonly commission_stake: ObjectId | undefined;
  /** The last epoch in which it disputed a submission, and how many it did then. */
  readonly disputes_epoch: bigint;
  readonly disputes_opened: bigint;
};

/** A validator of this epoch. */
export type ActiveValidator = {
  readonly address: Address;
  readonly pool_id: ObjectId;
  /** Out of 10,000. */
  readonly voting_power: number;
};

/** A validator that is not in this epoch's committee. */
export type OtherValidator = { readonly address: Address; readonly pool_id: ObjectId };

/** Who validates in this epoch, and who comes and goes at its end. */
export type ValidatorIndex = {
  readonly total_stake: bigint;
  readonly active: readonly ActiveValidator[];
  readonly candidates: readonly OtherValidator[];
  /** Active validators that leave at the end of this epoch. */
  readonly leaving: readonly Address[];
  /** Those that left and whose pool is not empty. */
  readonly inactive: readonly OtherValidator[];
  /** For how many epochs a validator had too little stake. */
  readonly at_risk: ReadonlyMap<Address, bigint>;
  /** By reported validator: who reports it. */
  readonly reports: ReadonlyMap<Address, ReadonlySet<Address>>;
};

const poolOwner: Codec<PoolOwner> = tagged<PoolOwner>("PoolOwner", {
  Validator: { address },
  Model: { model_id: objectId },
});

const poolRate: Codec<PoolRate> = struct<PoolRate>("PoolRate", {
  epoch: u64,
  soma_amount: u64,
  pool_token_amount: u64,
  stakes: u64,
});

/** Layout of `Pool`. */
export const pool: Codec<Pool> = struct<Pool>("Pool", {
  owner: poolOwner,
  activation_epoch: option(u64),
  deactivation_epoch: option(u64),
  soma_balance: u64,
  rewards_pool: u64,
  pool_token_balance: u64,
  rates: vector(poolRate, REGISTRY_MAX),
  early_stakes: u64,
  pending_stake: u64,
  pending_stakes: u64,
  pending_total_soma_withdraw: u64,
  pending_pool_token_withdraw: u64,
  founding_stake: option(objectId),
});

/** Layout of `ValidatorEntry`. */
export const validatorEntry: Codec<ValidatorEntry> = struct<ValidatorEntry>("ValidatorEntry", {
  metadata: validatorMetadata,
  commission_rate: u64,
  next_epoch_commission_rate: u64,
  commission_stake: option(objectId),
  disputes_epoch: u64,
  disputes_opened: u64,
});

const activeValidator: Codec<ActiveValidator> = struct<ActiveValidator>("ActiveValidator", {
  address,
  pool_id: objectId,
  voting_power: u16,
});

const otherValidators: Codec<readonly OtherValidator[]> = vector(
  struct<OtherValidator>("OtherValidator", { address, pool_id: objectId }),
);

/** Layout of `ValidatorIndex`. */
export const validatorIndex: Codec<ValidatorIndex> = struct<ValidatorIndex>("ValidatorIndex", {
  total_stake: u64,
  active: vector(activeValidator, COMMITTEE_MEMBERS_MAX),
  candidates: otherValidators,
  leaving: vector(address, COMMITTEE_MEMBERS_MAX),
  inactive: otherValidators,
  at_risk: map(address, u64, COMMITTEE_MEMBERS_MAX),
  reports: map(address, set(address, COMMITTEE_MEMBERS_MAX), COMMITTEE_MEMBERS_MAX),
});
