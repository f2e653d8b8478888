/**
 * The published layout of what the system state shows, spelled out field by field.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { utf8 } from "../../src/base/bytes.ts";
import { encode } from "../../src/bcs/schema.ts";
import { blake2b256Hex } from "../../src/crypto/digest.ts";
import { SYSTEM_STATE_ID, toAddress, toDigest, toObjectId } from "../../src/types/address.ts";
import { type Model, model } from "../../src/types/model.ts";
import { type StakingPool, stakingPool } from "../../src/types/pool.ts";
import {
  buildSystemStateObject,
  type SystemState,
  systemState,
  systemStateDigest,
  systemStateObject,
} from "../../src/types/system-state.ts";
import { scalarTensor } from "../../src/types/tensor.ts";
import { type Validator, validator } from "../../src/types/validator.ts";

/** u64 below 256 in hex, little-endian. */
function u64(value: number): string {
  return value.toString(16).padStart(2, "0") + "00".repeat(7);
}

/** A tensor of one value that is 0.5. */
const HALF = `00040000003f01${u64(1)}`;
const half = scalarTensor(0.5);
const ALICE = toAddress("a1".repeat(32));
const POOL = toObjectId("99".repeat(32));
const MODEL = toObjectId("77".repeat(32));
const [W, E, K, C] = ["d1", "d2", "d3", "d4"].map((byte) => byte.repeat(32)) as [
  string,
  string,
  string,
  string,
];

const pool: StakingPool = {
  id: POOL,
  activation_epoch: 1n,
  deactivation_epoch: undefined,
  soma_balance: 2n,
  rewards_pool: 3n,
  pool_token_balance: 4n,
  exchange_rates: new Map([[256n, { soma_amount: 5n, pool_token_amount: 6n }]]),
  pending_stake: 7n,
  pending_total_soma_withdraw: 8n,
  pending_pool_token_withdraw: 9n,
};
const POOL_HEX =
  `${POOL}01${u64(1)}00${u64(2)}${u64(3)}${u64(4)}01${"0001000000000000"}${u64(5)}${u64(6)}` +
  `${u64(7)}${u64(8)}${u64(9)}`;

const joined: Validator = {
  metadata: {
    soma_address: ALICE,
    protocol_pubkey: new Uint8Array(96).fill(1),
    network_pubkey: new Uint8Array(32).fill(2),
    worker_pubkey: new Uint8Array(32).fill(3),
    net_address: "n",
    p2p_address: "p",
    primary_address: "q",
    proxy_address: "r",
    proof_of_possession: new Uint8Array(48).fill(4),
    next_epoch_protocol_pubkey: new Uint8Array(96).fill(5),
    next_epoch_network_pubkey: new Uint8Array(32).fill(6),
    next_epoch_net_address: "N",
    next_epoch_p2p_address: "P",
    next_epoch_primary_address: "Q",
    next_epoch_worker_pubkey: new Uint8Array(32).fill(7),
    next_epoch_proof_of_possession: new Uint8Array(48).fill(8),
    next_epoch_proxy_address: undefined,
  },
  voting_power: 10n,
  staking_pool: pool,
  commission_rate: 11n,
  next_epoch_stake: 12n,
  next_epoch_commission_rate: 13n,
};
const VALIDATOR_HEX = [
  ALICE,
  `60${"01".repeat(96)}20${"02".repeat(32)}20${"03".repeat(32)}`,
  "016e" + "0170" + "0171" + "0172",
  `30${"04".repeat(48)}`,
  `0160${"05".repeat(96)}0120${"06".repeat(32)}`,
  "01014e" + "010150" + "010151",
  `0120${"07".repeat(32)}0130${"08".repeat(48)}00`,
  u64(10) + POOL_HEX + u64(11) + u64(12) + u64(13),
].join("");

const modelBase = {
  owner: ALICE,
  architecture_version: 1n,
  staking_pool: pool,
  commission_rate: 2n,
  next_epoch_commission_rate: 3n,
};
const committed = {
  manifest: { url: "http://a/", metadata: { checksum: toDigest(C), size: 5n } },
  weights_commitment: toDigest(W),
  embedding_commitment: toDigest(E),
  decryption_key_commitment: toDigest(K),
};
const revealed = { ...committed, decryption_key: new Uint8Array(32).fill(6), embedding: half };
const BASE_HEX = `${ALICE}${u64(1)}${POOL_HEX}${u64(2)}${u64(3)}`;
const COMMITTED_HEX = `0009${utf8("http://a/").toHex()}0020${C}${u64(5)}` + `20${W}20${E}20${K}`;
const REVEALED_HEX = `${COMMITTED_HEX}20${"06".repeat(32)}${HALF}`;

const MODELS: readonly (readonly [Model, string])[] = [
  [{ kind: "Created", ...modelBase, create_epoch: 4n }, `0000${BASE_HEX}${u64(4)}`],
  [
    { kind: "Pending", ...modelBase, ...committed, commit_epoch: 4n },
    `0001${BASE_HEX}${COMMITTED_HEX}${u64(4)}`,
  ],
  [
    { kind: "Active", ...modelBase, ...revealed, pending_update: undefined },
    `0002${BASE_HEX}${REVEALED_HEX}00`,
  ],
  [
    {
      kind: "Active",
      ...modelBase,
      ...revealed,
      pending_update: { ...committed, commit_epoch: 9n },
    },
    `0002${BASE_HEX}${REVEALED_HEX}01${COMMITTED_HEX}${u64(9)}`,
  ],
  [{ kind: "Inactive", ...modelBase, ...revealed }, `0003${BASE_HEX}${REVEALED_HEX}`],
];

const STATE: SystemState = {
  epoch: 1n,
  protocol_version: 2n,
  validators: {
    total_stake: 3n,
    validators: [joined],
    pending_validators: [],
    pending_removals: [0n],
    staking_pool_mappings: new Map([[POOL, ALICE]]),
    inactive_validators: new Map(),
    at_risk_validators: new Map([[ALICE, 4n]]),
  },
  parameters: {
    epoch_duration_ms: 1n,
    validator_reward_allocation_bps: 2n,
    model_min_stake: 3n,
    model_architecture_version: 4n,
    model_reveal_slash_rate_bps: 5n,
    model_tally_slash_rate_bps: 6n,
    target_epoch_fee_collection: 7n,
    base_fee: 8n,
    write_object_fee: 9n,
    value_fee_bps: 10n,
    min_value_fee_bps: 11n,
    max_value_fee_bps: 12n,
    fee_adjustment_rate_bps: 13n,
    target_models_per_target: 14n,
    target_embedding_dim: 15n,
    target_initial_distance_threshold: half,
    target_reward_allocation_bps: 17n,
    target_hits_per_epoch: 18n,
    target_hits_ema_decay_bps: 19n,
    target_difficulty_adjustment_rate_bps: 20n,
    target_max_distance_threshold: half,
    target_min_distance_threshold: half,
    target_initial_targets_per_epoch: 23n,
    target_submitter_reward_share_bps: 24n,
    target_model_reward_share_bps: 25n,
    target_claimer_incentive_bps: 26n,
    submission_bond_per_byte: 27n,
    max_submission_data_size: 30n,
  },
  epoch_start_timestamp_ms: 5n,
  validator_report_records: new Map([[ALICE, new Set([ALICE])]]),
  model_registry: {
    models: new Map(),
    staking_pool_mappings: new Map([[POOL, MODEL]]),
    total_model_stake: 6n,
    model_report_records: new Map([[MODEL, new Set([ALICE])]]),
  },
  emission_pool: { balance: 7n, emission_per_epoch: 8n },
  target_state: {
    distance_threshold: half,
    targets_generated_this_epoch: 9n,
    hits_this_epoch: 10n,
    hits_ema: 11n,
    reward_per_target: 12n,
  },
  safe_mode: true,
  safe_mode_accumulated_fees: 13n,
  safe_mode_accumulated_emissions: 14n,
};

/** Parameters 1 … 27 by their published numbers, then 30; 16, 21 and 22 are tensors. */
const PARAMETERS_HEX = [...Array(27).keys(), 29]
  .map((index) => ([15, 20, 21].includes(index) ? HALF : u64(index + 1)))
  .join("");

const STATE_HEX = [
  "00" + u64(1) + u64(2),
  `${u64(3)}01${VALIDATOR_HEX}0001${u64(0)}01${POOL}${ALICE}0001${ALICE}${u64(4)}`,
  PARAMETERS_HEX,
  u64(5),
  `01${ALICE}01${ALICE}`,
  `0001${POOL}${MODEL}${u64(6)}01${MODEL}01${ALICE}`,
  u64(7) + u64(8),
  HALF + u64(9) + u64(10) + u64(11) + u64(12),
  "01" + u64(13) + u64(14),
].join("");

describe("the published layout", () => {
  test("of a staking pool", () => {
    expect(encode(stakingPool, pool).toHex()).toBe(POOL_HEX);
  });

  test("of a validator", () => {
    expect(encode(validator, joined).toHex()).toBe(VALIDATOR_HEX);
  });

  test("of a model in each state", () => {
    for (const [value, hex] of MODELS) expect(encode(model, value).toHex()).toBe(hex);
  });

  test("of the system state", () => {
    expect(encode(systemState, STATE).toHex()).toBe(STATE_HEX);
  });
});

describe("the system state as an object", () => {
  const object = buildSystemStateObject(STATE, 9n, toDigest(W));

  test("is shared, of type 0, under its well-known id", () => {
    const size = 32 + STATE_HEX.length / 2;
    const uleb = Uint8Array.of((size & 0x7f) | 0x80, size >> 7).toHex();
    const hex = `00${u64(9)}${uleb}${SYSTEM_STATE_ID}${STATE_HEX}01${u64(1)}20${W}`;
    expect(encode(systemStateObject, object).toHex()).toBe(hex);
    expect<string>(systemStateDigest(object)).toBe(
      blake2b256Hex(utf8("Object::"), Uint8Array.fromHex(hex)),
    );
  });
});
