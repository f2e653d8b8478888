/**
 * What a network begins with, as its founders write it down, and what must hold of that. Everything
 * that is not given to somebody is in the emission fund.
 *
 * @module
 */
import { utf8 } from "../../base/bytes.ts";
import { ed25519PublicKeyValid } from "../../crypto/ed25519.ts";
import { verifyBlsPossession } from "../../crypto/pop.ts";
import { parametersOf } from "../../protocol/versions.ts";
import type { Address, Digest } from "../../types/address.ts";
import {
  CHANGED_OBJECTS_MAX,
  COMMITTEE_MEMBERS_MAX,
  NAME_BYTES_MAX,
  TENSOR_VALUES_MAX,
} from "../../types/bounds.ts";
import { TOTAL_SUPPLY } from "../../types/coin.ts";
import type { Manifest } from "../../types/manifest.ts";
import { DECRYPTION_KEY_BYTES } from "../../types/model.ts";
import type { ParameterOverrides } from "../../types/protocol-parameters.ts";
import { scalarValue, type Tensor } from "../../types/tensor.ts";
import { checkUrl } from "../../types/url.ts";
import {
  AUTHORITY_SIGNATURE_BYTES,
  ED25519_KEY_BYTES,
  PROTOCOL_KEY_BYTES,
} from "../../types/validator.ts";
import { BPS_MAX } from "../economy/models.ts";
import { cosineDistance } from "../float.ts";

/** A validator of the first epoch. */
export type GenesisValidator = {
  readonly account: Address;
  readonly protocol_pubkey: Uint8Array;
  readonly proof_of_possession: Uint8Array;
  readonly network_pubkey: Uint8Array;
  readonly worker_pubkey: Uint8Array;
  readonly net_address: string;
  readonly p2p_address: string;
  readonly primary_address: string;
  readonly proxy_address: string;
  /** In basis points. */
  readonly commission_rate: bigint;
};

/** A model that competes from the first epoch on. Its stake comes out of the emission fund. */
export type GenesisModel = {
  readonly owner: Address;
  readonly manifest: Manifest;
  readonly decryption_key: Uint8Array;
  readonly weights_commitment: Digest;
  readonly embedding: Tensor;
  readonly architecture_version: bigint;
  /** In basis points. */
  readonly commission_rate: bigint;
  readonly initial_stake: bigint;
};

/** Money that somebody has from the beginning: in a coin, or staked. */
export type Allocation = {
  readonly recipient: Address;
  readonly amount: bigint;
  readonly staked_with_validator?: Address;
  /** The place of the model in the list of models. */
  readonly staked_with_model?: number;
};

/** What a network begins with. */
export type GenesisConfig = {
  readonly chain_start_ms: bigint;
  readonly protocol_version: bigint;
  readonly overrides: Partial<ParameterOverrides>;
  readonly validators: readonly GenesisValidator[];
  readonly models: readonly GenesisModel[];
  readonly allocations: readonly Allocation[];
};

const DAYS_MAX = 366n;
const DAY_MS = 86_400_000n;
const TARGETS_MAX = 10_000n;

/** Why a network cannot begin so, if it cannot; names the field. */
export function checkConfig(config: GenesisConfig): string | undefined {
  return (
    checkOverrides(config) ??
    checkValidators(config.validators) ??
    firstReason(config.models, (model, place) => checkModel(config, model, place)) ??
    firstReason(config.allocations, (entry, place) => checkAllocation(config, entry, place)) ??
    checkTotal(config)
  );
}

/** Why a key or its proof does not hold, if one does not. Costs a pairing a validator. */
export function checkProofs({ validators }: Pick<GenesisConfig, "validators">): string | undefined {
  const unreadable = firstReason(validators, ({ network_pubkey, worker_pubkey }, place) => {
    if (!ed25519PublicKeyValid(network_pubkey))
      return `validators[${place}].network_pubkey is no key`;
    if (!ed25519PublicKeyValid(worker_pubkey))
      return `validators[${place}].worker_pubkey is no key`;
    return undefined;
  });
  if (unreadable !== undefined) return unreadable;
  return firstReason(validators, (validator, place) =>
    verifyBlsPossession(validator.protocol_pubkey, validator.account, validator.proof_of_possession)
      ? undefined
      : `validators[${place}].proof_of_possession does not hold`,
  );
}

function checkOverrides({ protocol_version, overrides }: GenesisConfig): string | undefined {
  const parameters = parametersOf(protocol_version, overrides);
  if (parameters === undefined) return `protocol_version ${protocol_version} is unknown`;
  const { epoch_duration_ms: duration, target_embedding_dim: dimension } = parameters;
  if (duration < 1n || duration > DAYS_MAX * DAY_MS) return "epoch_duration_ms is out of range";
  if (dimension < 1n || dimension > BigInt(TENSOR_VALUES_MAX)) {
    return "target_embedding_dim is out of range";
  }
  if (parameters.target_initial_targets_per_epoch > TARGETS_MAX) {
    return "target_initial_targets_per_epoch is out of range";
  }
  const threshold = scalarValue(parameters.target_initial_distance_threshold);
  if (threshold === undefined || !Number.isFinite(threshold)) {
    return "target_initial_distance_threshold is not one number";
  }
  const { min_submission_data_size: min, max_submission_data_size: max } = parameters;
  return min > max ? "min_submission_data_size is above the maximum" : undefined;
}

function checkValidators(validators: readonly GenesisValidator[]): string | undefined {
  if (validators.length === 0) return "validators is empty";
  if (validators.length > COMMITTEE_MEMBERS_MAX) return "validators has too many members";
  const taken = new Set<string>();
  return firstReason(validators, (validator, place) => {
    if (validator.commission_rate > BPS_MAX) {
      return `validators[${place}].commission_rate is above 10000`;
    }
    const unfit = checkSizes(validator);
    if (unfit !== undefined) return `validators[${place}].${unfit} has a wrong size`;
    // One set for all keys: a network key must not be anybody's worker key either.
    for (const [field, value] of identities(validator)) {
      if (taken.has(value)) return `validators[${place}].${field} is used twice`;
      taken.add(value);
    }
    return undefined;
  });
}

// The first field that the layout of the state has no room for.
function checkSizes(validator: GenesisValidator): string | undefined {
  const { net_address, p2p_address, primary_address, proxy_address } = validator;
  const lines = Object.entries({ net_address, p2p_address, primary_address, proxy_address });
  const long = lines.find(([, line]) => utf8(line).length > NAME_BYTES_MAX);
  if (long !== undefined) return long[0];
  if (validator.protocol_pubkey.length !== PROTOCOL_KEY_BYTES) return "protocol_pubkey";
  if (validator.proof_of_possession.length !== AUTHORITY_SIGNATURE_BYTES) {
    return "proof_of_possession";
  }
  if (validator.network_pubkey.length !== ED25519_KEY_BYTES) return "network_pubkey";
  return validator.worker_pubkey.length === ED25519_KEY_BYTES ? undefined : "worker_pubkey";
}

function identities(validator: GenesisValidator): readonly (readonly [string, string])[] {
  return [
    ["account", `account ${validator.account}`],
    ["protocol_pubkey", validator.protocol_pubkey.toHex()],
    ["network_pubkey", validator.network_pubkey.toHex()],
    ["worker_pubkey", validator.worker_pubkey.toHex()],
  ];
}

function checkModel(
  { protocol_version, overrides }: GenesisConfig,
  model: GenesisModel,
  place: number,
): string | undefined {
  const parameters = parametersOf(protocol_version, overrides);
  const dimension = Number(parameters?.target_embedding_dim);
  const { values, shape } = model.embedding;
  if (shape.length !== 1 || values.length !== dimension) {
    return `models[${place}].embedding does not have ${dimension} values`;
  }
  if (!values.every(Number.isFinite) || cosineDistance(values, values) === undefined) {
    return `models[${place}].embedding has no direction`;
  }
  const url = checkUrl(model.manifest.url);
  if (url !== undefined) return `models[${place}].manifest.url: ${url}`;
  if (model.decryption_key.length !== DECRYPTION_KEY_BYTES) {
    return `models[${place}].decryption_key does not have ${DECRYPTION_KEY_BYTES} bytes`;
  }
  if (model.commission_rate > BPS_MAX) return `models[${place}].commission_rate is above 10000`;
  if (model.architecture_version !== parameters?.model_architecture_version) {
    return `models[${place}].architecture_version is not the network's`;
  }
  if (model.initial_stake < parameters.model_min_stake) {
    return `models[${place}].initial_stake is below the minimum`;
  }
  return undefined;
}

function checkAllocation(
  { validators, models }: GenesisConfig,
  allocation: Allocation,
  place: number,
): string | undefined {
  const { amount, staked_with_validator: validator, staked_with_model: model } = allocation;
  if (amount <= 0n) return `allocations[${place}].amount is not positive`;
  if (validator !== undefined && model !== undefined) {
    return `allocations[${place}] is staked twice`;
  }
  if (validator !== undefined && !validators.some(({ account }) => account === validator)) {
    return `allocations[${place}].staked_with_validator is not a validator`;
  }
  if (model !== undefined && models[model] === undefined) {
    return `allocations[${place}].staked_with_model is not a model`;
  }
  return undefined;
}

function checkTotal({ allocations, models }: GenesisConfig): string | undefined {
  if (allocations.length > CHANGED_OBJECTS_MAX / 2) return "allocations has too many entries";
  const given = allocations.reduce((sum, { amount }) => sum + amount, 0n);
  const staked = models.reduce((sum, { initial_stake }) => sum + initial_stake, 0n);
  if (given + staked <= TOTAL_SUPPLY) return undefined;
  return `allocations and models hold ${given + staked} shannons; there are ${TOTAL_SUPPLY}`;
}

function firstReason<T>(
  items: readonly T[],
  check: (item: T, place: number) => string | undefined,
): string | undefined {
  for (const [place, item] of items.entries()) {
    const reason = check(item, place);
    if (reason !== undefined) return reason;
  }
  return undefined;
}
