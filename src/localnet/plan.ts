/**
 * What a local network begins with, drawn from the randomness that is given: the keys of everybody,
 * the genesis, and the encrypted weights of the demo models. Nothing is read or written here.
 *
 * Of the supply of ten million SOMA the largest network gives out about a quarter; the rest is the
 * emission fund, which lasts for years.
 *
 * @module
 */
import { ed25519Address } from "../crypto/address.ts";
import { AES_KEY_BYTES, applyAesCtr } from "../crypto/aes-ctr.ts";
import { blsKeygen, blsPublicKey, blsSign } from "../crypto/bls.ts";
import { blake2b256Hex } from "../crypto/digest.ts";
import { ed25519PublicKey } from "../crypto/ed25519.ts";
import { popMessage } from "../crypto/pop.ts";
import { formatMultiaddr } from "../host/multiaddr.ts";
import type {
  Allocation,
  GenesisConfig,
  GenesisModel,
  GenesisValidator,
} from "../ledger/genesis/config.ts";
import { type ModelConfig, SMALL } from "../model/config.ts";
import { PARAMETERS_V1 } from "../protocol/parameters.ts";
import { type Address, toAddress, toDigest } from "../types/address.ts";
import { SHANNONS_PER_SOMA } from "../types/coin.ts";
import { scalarTensor, vectorTensor } from "../types/tensor.ts";
import type { DemoModel } from "./demo-models.ts";
import { LOOPBACK } from "./ports.ts";

/** What may be chosen. */
export type PlanOptions = {
  readonly startMs: number;
  readonly epochDurationMs: number;
  /** Where validators listen for each other; there are as many as ports. */
  readonly validatorPorts: readonly number[];
  /** Where clients fetch weights. */
  readonly rpcUrl: string;
  /** The size of all models of the network. */
  readonly model: ModelConfig;
  readonly models: readonly DemoModel[];
  /** Random bytes that are fit for keys. */
  readonly randomBytes: (size: number) => Uint8Array;
};

/** The keys of a validator. */
export type FounderKeys = {
  readonly account: Uint8Array;
  readonly network: Uint8Array;
  readonly worker: Uint8Array;
  /** BLS12-381. */
  readonly protocol: { readonly secretKey: Uint8Array; readonly publicKey: Uint8Array };
};

/** A founder and the port on which others reach it. */
export type Founder = { readonly keys: FounderKeys; readonly port: number };

/** A network that does not exist yet. */
export type NetworkPlan = {
  readonly genesis: GenesisConfig;
  readonly founders: readonly Founder[];
  /** Seeds of the fullnode's network key and of the accounts that the network brings along. */
  readonly fullnode: Uint8Array;
  readonly faucet: Uint8Array;
  readonly demo: Uint8Array;
  /** What the manifests of the models name. */
  readonly blobs: readonly Uint8Array[];
};

const SEED_BYTES = 32;
const SOMA = SHANNONS_PER_SOMA;
const STAKE = 20_000n * SOMA;
const VALIDATOR_COIN = 10_000n * SOMA;
const FAUCET_COIN = 200_000n * SOMA;
const FAUCET_COINS = 10;
const DEMO_COIN = 100n * SOMA;
const VALIDATOR_COMMISSION_BPS = 200n;
const MODEL_COMMISSION_BPS = 1_000n;

// One standard deviation of the cosine of random directions in 16 dimensions, 1/√16, from the
// mean: a file is near enough to one target in six, so of a hundred it can win some, and not all.
const DISTANCE_THRESHOLD = 0.75;
const SMALL_OVERRIDES = {
  target_initial_distance_threshold: scalarTensor(DISTANCE_THRESHOLD),
  // The small model scores a whole megabyte in seconds.
  min_submission_data_size: PARAMETERS_V1.max_submission_data_size,
} as const;

/** Draws a network. */
export function planNetwork(options: PlanOptions): NetworkPlan {
  const { randomBytes, validatorPorts } = options;
  const founders = validatorPorts.map((port) => ({ keys: drawKeys(randomBytes), port }));
  const [fullnode, faucet, demo] = [0, 1, 2].map(() => randomBytes(SEED_BYTES)) as Seeds;
  const models = options.models.map((model) => encryptModel(model, addressOf(demo), options));
  const genesis: GenesisConfig = {
    chain_start_ms: BigInt(options.startMs),
    protocol_version: 1n,
    overrides: {
      epoch_duration_ms: BigInt(options.epochDurationMs),
      target_embedding_dim: BigInt(options.model.dim),
      ...(options.model === SMALL && SMALL_OVERRIDES),
    },
    validators: founders.map(genesisValidator),
    models: models.map(({ model }) => model),
    allocations: allocate(founders, addressOf(faucet), addressOf(demo)),
  };
  return { genesis, founders, fullnode, faucet, demo, blobs: models.map(({ blob }) => blob) };
}

/** The account of an Ed25519 seed. */
export function addressOf(seed: Uint8Array): Address {
  return toAddress(ed25519Address(ed25519PublicKey(seed)));
}

type Seeds = [Uint8Array, Uint8Array, Uint8Array];

function drawKeys(randomBytes: PlanOptions["randomBytes"]): FounderKeys {
  const secretKey = blsKeygen(randomBytes(SEED_BYTES));
  return {
    account: randomBytes(SEED_BYTES),
    network: randomBytes(SEED_BYTES),
    worker: randomBytes(SEED_BYTES),
    protocol: { secretKey, publicKey: blsPublicKey(secretKey) },
  };
}

function genesisValidator({ keys, port }: Founder): GenesisValidator {
  const account = addressOf(keys.account);
  const address = formatMultiaddr({ host: LOOPBACK, port });
  const { publicKey, secretKey } = keys.protocol;
  return {
    account,
    protocol_pubkey: publicKey,
    proof_of_possession: blsSign(secretKey, popMessage(publicKey, account)),
    network_pubkey: ed25519PublicKey(keys.network),
    worker_pubkey: ed25519PublicKey(keys.worker),
    net_address: address,
    p2p_address: address,
    primary_address: address,
    proxy_address: address,
    commission_rate: VALIDATOR_COMMISSION_BPS,
  };
}

function allocate(
  founders: readonly Founder[],
  faucet: Address,
  demo: Address,
): readonly Allocation[] {
  const validators = founders.flatMap(({ keys }) => {
    const recipient = addressOf(keys.account);
    return [
      { recipient, amount: STAKE, staked_with_validator: recipient },
      { recipient, amount: VALIDATOR_COIN },
    ];
  });
  const coins = Array.from({ length: FAUCET_COINS }, () => ({
    recipient: faucet,
    amount: FAUCET_COIN,
  }));
  return [...validators, ...coins, { recipient: demo, amount: DEMO_COIN }];
}

/** A model as genesis has it, with exactly the least stake, and the file that its URL leads to. */
function encryptModel(
  { weights, commitment, embedding }: DemoModel,
  owner: Address,
  { randomBytes, rpcUrl }: PlanOptions,
): { readonly model: GenesisModel; readonly blob: Uint8Array } {
  const decryption_key = randomBytes(AES_KEY_BYTES);
  const blob = applyAesCtr(decryption_key, weights);
  const checksum = toDigest(blake2b256Hex(blob));
  const metadata = { checksum, size: BigInt(blob.length) };
  const model = {
    owner,
    manifest: { url: `${rpcUrl}/v1/blobs/${checksum}`, metadata },
    decryption_key,
    weights_commitment: commitment,
    embedding: vectorTensor(embedding),
    architecture_version: PARAMETERS_V1.model_architecture_version,
    commission_rate: MODEL_COMMISSION_BPS,
    initial_stake: PARAMETERS_V1.model_min_stake,
  };
  return { model, blob };
}
