/**
 * The network that a plan begins with: validators and models with their stakes, and coins for
 * everybody who acts.
 *
 * @module
 */
import type { Prng } from "../base/prng.ts";
import type {
  Allocation,
  GenesisConfig,
  GenesisModel,
  GenesisValidator,
} from "../ledger/genesis/config.ts";
import { PARAMETERS_V1 } from "../protocol/parameters.ts";
import { SHANNONS_PER_SOMA } from "../types/coin.ts";
import { scalarTensor } from "../types/tensor.ts";
import {
  AUTHORITY_SIGNATURE_BYTES,
  ED25519_KEY_BYTES,
  PROTOCOL_KEY_BYTES,
} from "../types/validator.ts";
import { accountNamed, bytesNamed, hunterAccount, PAYERS, trainerAccount } from "./accounts.ts";
import type { Plan } from "./plan.ts";
import { weightsOf } from "./weights.ts";

/** When played networks begin. */
export const START_MS: bigint = 1_767_225_600_000n;

const MINUTE_MS = 60_000n;
const VALIDATOR_STAKE = 20_000n * SHANNONS_PER_SOMA;
const HUNTER_COIN = 1_000n * SHANNONS_PER_SOMA;
const TRAINER_COIN = 10n * SHANNONS_PER_SOMA;
const PAYER_COIN_LEAST = 1_000n * SHANNONS_PER_SOMA;
const VALIDATOR_COMMISSION_BPS = 200n;
const MODEL_COMMISSION_BPS = 1_000n;
/** Stakes of trainers are between these, evenly. */
const STAKE_MIN_SOMA = 50;
const STAKE_MAX_SOMA = 150;
/** All others together have this many times the attacker's stake: he has a tenth of all. */
const OTHERS_PER_ATTACKER = 9n;

/** The genesis of a plan. */
export function genesisOf(plan: Plan, prng: Prng): GenesisConfig {
  const { validators, dimension, epochMinutes, threshold } = plan;
  const seats = Array.from({ length: validators }, (_, place) => validatorOf(place));
  return {
    chain_start_ms: START_MS,
    protocol_version: 1n,
    overrides: {
      epoch_duration_ms: BigInt(epochMinutes) * MINUTE_MS,
      target_embedding_dim: BigInt(dimension),
      ...(threshold === undefined
        ? {}
        : { target_initial_distance_threshold: scalarTensor(threshold) }),
    },
    validators: seats,
    models: modelsOf(plan, prng),
    allocations: [
      ...seats.map(({ account }) => ({
        recipient: account,
        amount: VALIDATOR_STAKE,
        staked_with_validator: account,
      })),
      ...coinsOf(plan),
    ],
  };
}

function modelsOf(plan: Plan, prng: Prng): readonly GenesisModel[] {
  const spread = STAKE_MAX_SOMA - STAKE_MIN_SOMA + 1;
  const drawn = Array.from(
    { length: plan.trainers },
    () => BigInt(STAKE_MIN_SOMA + prng.below(spread)) * SHANNONS_PER_SOMA,
  );
  const others = drawn.reduce((sum, stake) => sum + stake, 0n);
  const smallest = others / (OTHERS_PER_ATTACKER * BigInt(Math.max(1, plan.attackers)));
  // All stakes grow alike until the attacker's smallest is one that a model may have.
  const factor = 1n + PARAMETERS_V1.model_min_stake / smallest;
  const scale = smallest < PARAMETERS_V1.model_min_stake ? factor : 1n;
  const stakes = drawn.map((stake) => stake * scale);
  const part = smallest * scale;
  const all = [...stakes, ...Array.from({ length: plan.attackers }, () => part)];
  return all.map((initial_stake, trainer) => {
    const weights = weightsOf({ trainer, number: 0, dimension: plan.dimension });
    const { manifest, decryption_key, weights_commitment, embedding } = weights;
    return {
      owner: trainerAccount(trainer),
      manifest,
      decryption_key,
      weights_commitment,
      embedding,
      architecture_version: 1n,
      commission_rate: MODEL_COMMISSION_BPS,
      initial_stake,
    };
  });
}

function coinsOf({ hunters, change, trainers, attackers, payments }: Plan): readonly Allocation[] {
  const most = Math.max(hunters, change?.hunters ?? 0);
  const coin = (recipient: Allocation["recipient"], amount: bigint): Allocation => {
    return { recipient, amount };
  };
  return [
    ...Array.from({ length: most }, (_, place) => coin(hunterAccount(place), HUNTER_COIN)),
    ...Array.from({ length: trainers + attackers }, (_, place) =>
      coin(trainerAccount(place), TRAINER_COIN),
    ),
    ...PAYERS.map((payer) => coin(payer, payments + PAYER_COIN_LEAST)),
  ];
}

function validatorOf(place: number): GenesisValidator {
  const name = `validator ${place}`;
  const address = `/dns/validator-${place}/tcp/8081`;
  return {
    account: accountNamed(name),
    protocol_pubkey: bytesNamed(`protocol key of ${name}`, PROTOCOL_KEY_BYTES),
    proof_of_possession: new Uint8Array(AUTHORITY_SIGNATURE_BYTES),
    network_pubkey: bytesNamed(`network key of ${name}`, ED25519_KEY_BYTES),
    worker_pubkey: bytesNamed(`worker key of ${name}`, ED25519_KEY_BYTES),
    net_address: address,
    p2p_address: address,
    primary_address: address,
    proxy_address: address,
    commission_rate: VALIDATOR_COMMISSION_BPS,
  };
}
