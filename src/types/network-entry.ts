/**
 * Entries about the network as a whole: where it is in time, its parameters, its accounts, the
 * table from which targets draw their models, and pages of ids that let the ledger walk long lists.
 *
 * @module
 */
import { assert } from "../base/assert.ts";
import { bool, type Codec, option, refine, struct, transform, u64, vector } from "../bcs/schema.ts";
import { type Digest, digest, type ObjectId, objectId } from "./address.ts";
import { REGISTRY_MAX } from "./bounds.ts";
import {
  type ParameterOverrides,
  parameterOverrides,
  type ProtocolParameters,
  protocolParameters,
} from "./protocol-parameters.ts";
import { type Tensor, tensor } from "./tensor.ts";

/** Ids on one page of a list. */
export const PAGE_IDS_MAX: number = 32;

/** Where the network is in time. */
export type EpochState = {
  readonly epoch: bigint;
  readonly start_timestamp_ms: bigint;
  /** Seeds what this epoch draws; nobody knew it before the last commit of the epoch before. */
  readonly randomness: Digest;
  readonly safe_mode: boolean;
  readonly safe_mode_accumulated_fees: bigint;
  readonly safe_mode_accumulated_emissions: bigint;
};

/** Which parameters are in force in this epoch, and those that change by themselves. */
export type Parameters = {
  readonly protocol_version: bigint;
  /** What the genesis set otherwise than the version. */
  readonly overrides: ParameterOverrides;
  /** Those of the version, with what the genesis set otherwise. */
  readonly protocol: ProtocolParameters;
  /** The share of moved value that is due as a fee, in millionths. */
  readonly value_fee_ppm: bigint;
  /** The largest submission of this epoch, in bytes. */
  readonly max_submission_data_size: bigint;
};

/** The accounts of the network in this epoch. All amounts are shannons. */
export type Economy = {
  readonly emission_fund: bigint;
  /** What validators share when this epoch closes. */
  readonly validator_budget: bigint;
  /** What is left for new targets in this epoch. */
  readonly target_budget: bigint;
  /** What there was for targets when the epoch began. */
  readonly target_budget_start: bigint;
  /** A new target gets this part of what is left. */
  readonly reward_divisor: bigint;
  /** The largest cosine distance that fills a target; one value. */
  readonly distance_threshold: Tensor;
  readonly targets_generated: bigint;
  readonly hits: bigint;
  /** Moving average of hits by epoch; 0 until the first. */
  readonly hits_average: number;
  /** When targets stopped because the reward would have been below the floor. */
  readonly stopped_at_ms: bigint | undefined;
  /** The oldest epoch whose filled targets are not all settled. */
  readonly unsettled_from: bigint;
};

/** One active model of the draw table. */
export type RoutingRow = {
  readonly model_id: ObjectId;
  /** Pool stake at the epoch change of this model and all before it. */
  readonly cumulative_stake: bigint;
};

/** The models in force at the last epoch change, ascending by id. Written at epoch changes only. */
export type Routing = { readonly rows: readonly RoutingRow[] };

/** How many models there are. */
export type ModelIndex = {
  /** Models on the pages of the list of models. */
  readonly listed: bigint;
  /** Models of the draw table that were deactivated since. */
  readonly withdrawn: bigint;
};

/** A part of a list of ids. */
export type IdPage = { readonly ids: readonly ObjectId[] };

// A finite f64 by its bits.
const f64: Codec<number> = refine(transform(u64, numberOfBits, bitsOfNumber), (value) =>
  Number.isFinite(value) ? undefined : "number is not finite",
);

/** Layout of `EpochState`. */
export const epochState: Codec<EpochState> = struct<EpochState>("EpochState", {
  epoch: u64,
  start_timestamp_ms: u64,
  randomness: digest,
  safe_mode: bool,
  safe_mode_accumulated_fees: u64,
  safe_mode_accumulated_emissions: u64,
});

/** Layout of `Parameters`. */
export const parameters: Codec<Parameters> = struct<Parameters>("Parameters", {
  protocol_version: u64,
  overrides: parameterOverrides,
  protocol: protocolParameters,
  value_fee_ppm: u64,
  max_submission_data_size: u64,
});

/** Layout of `Economy`. */
export const economy: Codec<Economy> = struct<Economy>("Economy", {
  emission_fund: u64,
  validator_budget: u64,
  target_budget: u64,
  target_budget_start: u64,
  reward_divisor: u64,
  distance_threshold: tensor,
  targets_generated: u64,
  hits: u64,
  hits_average: f64,
  stopped_at_ms: option(u64),
  unsettled_from: u64,
});

const routingRow: Codec<RoutingRow> = struct<RoutingRow>("RoutingRow", {
  model_id: objectId,
  cumulative_stake: u64,
});

/** Layout of `Routing`. */
export const routing: Codec<Routing> = struct<Routing>("Routing", {
  rows: vector(routingRow, REGISTRY_MAX),
});

/** Layout of `ModelIndex`. */
export const modelIndex: Codec<ModelIndex> = struct<ModelIndex>("ModelIndex", {
  listed: u64,
  withdrawn: u64,
});

/** Layout of `IdPage`. */
export const idPage: Codec<IdPage> = struct<IdPage>("IdPage", {
  ids: vector(objectId, PAGE_IDS_MAX),
});

function numberOfBits(bits: bigint): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, bits);
  return view.getFloat64(0);
}

function bitsOfNumber(value: number): bigint {
  assert(Number.isFinite(value), "number is finite");
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0);
}
