/**
 * A small network for simulations: validators, one fullnode and a few accounts with coins, all
 * drawn from the seed.
 *
 * @module
 */
import { present } from "../base/assert.ts";
import { toHex } from "../base/bytes.ts";
import type { Prng } from "../base/prng.ts";
import { ed25519Address } from "../crypto/address.ts";
import { blsKeygen, blsPublicKey } from "../crypto/bls.ts";
import { ed25519PublicKey } from "../crypto/ed25519.ts";
import { buildGenesis } from "../ledger/genesis/build.ts";
import type { GenesisConfig, GenesisValidator } from "../ledger/genesis/config.ts";
import { genesisRecord } from "../node/genesis.ts";
import type { CheckpointRecord } from "../node/io.ts";
import type { HeldKeys } from "../node/seat.ts";
import type { NodeConfig } from "../node/state.ts";
import type { ConsensusLimits } from "../protocol/limits.ts";
import { type Address, toAddress } from "../types/address.ts";
import { simSign } from "./crypto.ts";

/** How large a network and how long its epochs. */
export type SetupOptions = {
  readonly validators: number;
  readonly accounts: number;
  readonly coinsPerAccount: number;
  readonly epochDurationMs: number;
  readonly startMs: number;
  readonly limits: ConsensusLimits;
};

/** Somebody with coins. */
export type SimAccount = { readonly publicKey: Uint8Array; readonly address: Address };

/** A network that has not begun. */
export type Setup = {
  /** Validators first, then the fullnode. */
  readonly nodes: readonly NodeConfig[];
  readonly accounts: readonly SimAccount[];
  /** Who speaks for each validator. */
  readonly validatorAccounts: readonly SimAccount[];
  readonly validatorKeys: readonly ValidatorKeys[];
  readonly genesis: CheckpointRecord;
};

/** The public keys of a validator; real ones, as the ledger checks them. */
export type ValidatorKeys = {
  /** The BLS secret key, to prove that it is had. */
  readonly secret: Uint8Array;
  readonly protocol: Uint8Array;
  readonly network: Uint8Array;
  readonly worker: Uint8Array;
};

const COIN_SHANNONS = 1_000_000_000_000n;
const STAKE_SHANNONS = 20_000_000_000_000n;
const COMMISSION_BPS = 200n;

/** Draws a network. */
export function setUp(prng: Prng, options: SetupOptions): Setup {
  const keys = Array.from({ length: options.validators }, () => drawKeys(prng));
  const accounts = Array.from({ length: options.accounts }, () => drawAccount(prng));
  const validatorAccounts = keys.map(({ worker }) => accountOf(worker));
  const genesis = buildGenesis(genesisConfig(keys, accounts, options));
  const built = genesis.ok ? genesis.value : undefined;
  const observer = prng.bytes(32);
  return {
    nodes: [
      ...keys.map((one) => validatorConfig(one, options.limits)),
      { peer: toHex(observer), identity: undefined, limits: options.limits },
    ],
    accounts,
    validatorAccounts,
    validatorKeys: keys,
    genesis: genesisRecord(present(built, "the simulated genesis")),
  };
}

/** Draws the keys of a validator. */
export function drawKeys(prng: Prng): ValidatorKeys {
  const secret = blsKeygen(prng.bytes(32));
  const [network, worker] = [prng.bytes(32), prng.bytes(32)].map(ed25519PublicKey);
  return { secret, protocol: blsPublicKey(secret), network: network!, worker: worker! };
}

function drawAccount(prng: Prng): SimAccount {
  return accountOf(prng.bytes(32));
}

function accountOf(publicKey: Uint8Array): SimAccount {
  return { publicKey, address: toAddress(ed25519Address(publicKey)) };
}

/** What a node runs with that has these keys. */
export function validatorConfig(
  { protocol, network, worker }: ValidatorKeys,
  limits: ConsensusLimits,
): NodeConfig {
  const sign = (message: Uint8Array): Uint8Array => simSign(worker, message);
  const identity = { protocolKey: protocol, workerKey: worker, sign };
  return { peer: toHex(network), identity, limits };
}

/** The same, as keys of a node that holds others as well. */
export function heldKeys({ protocol, network, worker }: ValidatorKeys): HeldKeys {
  const sign = (message: Uint8Array): Uint8Array => simSign(worker, message);
  return { network: [toHex(network)], protocol: [protocol], worker: [{ workerKey: worker, sign }] };
}

function genesisConfig(
  keys: readonly ValidatorKeys[],
  accounts: readonly SimAccount[],
  options: SetupOptions,
): GenesisConfig {
  const validators = keys.map(genesisValidator);
  const stakes = validators.map(({ account }) => ({
    recipient: account,
    amount: STAKE_SHANNONS,
    staked_with_validator: account,
  }));
  const { coinsPerAccount: length } = options;
  const coinsOf = (recipient: Address, amount: bigint): GenesisConfig["allocations"] =>
    Array.from({ length }, () => ({ recipient, amount }));
  const coins = accounts.flatMap(({ address }) => coinsOf(address, COIN_SHANNONS));
  // Enough to stake once more what they have staked.
  const reserves = validators.flatMap(({ account }) => coinsOf(account, STAKE_SHANNONS));
  return {
    chain_start_ms: BigInt(options.startMs),
    protocol_version: 1n,
    overrides: { epoch_duration_ms: BigInt(options.epochDurationMs) },
    validators,
    models: [],
    allocations: [...stakes, ...coins, ...reserves],
  };
}

function genesisValidator(
  { protocol, network, worker }: ValidatorKeys,
  index: number,
): GenesisValidator {
  const address = `/ip4/10.10.0.${index + 1}/tcp/8081`;
  return {
    account: toAddress(ed25519Address(worker)),
    protocol_pubkey: protocol,
    proof_of_possession: new Uint8Array(48),
    network_pubkey: network,
    worker_pubkey: worker,
    net_address: address,
    p2p_address: address,
    primary_address: address,
    proxy_address: address,
    commission_rate: COMMISSION_BPS,
  };
}
