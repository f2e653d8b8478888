/**
 * Names, keys, accounts and the small network that tests of the ledger begin with: all follow from
 * names, so that a test reads as a story.
 *
 * @module
 */

import { encode, text } from "../../src/bcs/schema.ts";
import { blake2b256 } from "../../src/crypto/digest.ts";
import { ed25519PublicKey } from "../../src/crypto/ed25519.ts";
import type { GenesisConfig, GenesisModel } from "../../src/ledger/genesis/config.ts";
import { type Address, type Digest, toAddress, toDigest } from "../../src/types/address.ts";
import { type Tensor, vectorTensor } from "../../src/types/tensor.ts";
import type { KindOf } from "../../src/types/transaction-kind.ts";

/** Shannons in one SOMA. */
export const SOMA: bigint = 1_000_000_000n;

/** The length of an epoch. */
export const DAY_MS: bigint = 86_400_000n;

/** When the network begins. */
export const START_MS: bigint = 1_700_000_000_000n;

/** Values of an embedding. */
export const DIMENSION: number = 16;

/** Bytes that a name determines. */
export function bytesOf(name: string, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let start = 0; start < size; start += 32) {
    const block = blake2b256(new TextEncoder().encode(`${name}/${start}`));
    bytes.set(block.subarray(0, Math.min(32, size - start)), start);
  }
  return bytes;
}

/** An address that a name determines. */
export function account(name: string): Address {
  return toAddress(bytesOf(name, 32).toHex());
}

/** A digest that a name determines. */
export function digestFrom(name: string): Digest {
  return toDigest(bytesOf(name, 32).toHex());
}

/** A vector that a name determines, with values between −1 and 1. */
export function embeddingOf(name: string, dimension: number = DIMENSION): Tensor {
  return vectorTensor([...bytesOf(name, dimension)].map((byte) => (byte - 127.5) / 127.5));
}

/** Names of the validators. */
export const VALIDATORS: readonly string[] = ["v0", "v1", "v2", "v3"];

/** A model that is there from the beginning. */
export function genesisModel(name: string, stake: bigint = SOMA): GenesisModel {
  return {
    owner: account(`owner of ${name}`),
    manifest: {
      url: `http://127.0.0.1:9000/v1/blobs/${name}`,
      metadata: { checksum: digestFrom(`weights of ${name}`), size: 1_000n },
    },
    decryption_key: bytesOf(`key of ${name}`, 32),
    weights_commitment: digestFrom(`weights of ${name}`),
    embedding: embeddingOf(name),
    architecture_version: 1n,
    commission_rate: 1_000n,
    initial_stake: stake,
  };
}

/** Four validators, three models, and two coins of 1,000 SOMA for each of three accounts. */
export function testConfig(changes: Partial<GenesisConfig> = {}): GenesisConfig {
  const accounts = ["alice", "bob", "carol"];
  return {
    chain_start_ms: START_MS,
    protocol_version: 1n,
    overrides: {
      target_embedding_dim: BigInt(DIMENSION),
      target_initial_targets_per_epoch: 4n,
      min_submission_data_size: 1_048_576n,
    },
    validators: VALIDATORS.map((name) => genesisValidator(name)),
    models: [genesisModel("prose"), genesisModel("code"), genesisModel("binary")],
    allocations: [
      ...VALIDATORS.map((name) => ({
        recipient: account(name),
        amount: 20_000n * SOMA,
        staked_with_validator: account(name),
      })),
      ...VALIDATORS.map((name) => ({ recipient: account(name), amount: 100n * SOMA })),
      ...[...accounts, ...accounts].map((name) => ({
        recipient: account(name),
        amount: 1_000n * SOMA,
      })),
    ],
    ...changes,
  };
}

/** A validator with keys that its name determines. */
export function genesisValidator(name: string): GenesisConfig["validators"][number] {
  return {
    account: account(name),
    protocol_pubkey: bytesOf(`protocol key of ${name}`, 96),
    proof_of_possession: bytesOf(`proof of ${name}`, 48),
    network_pubkey: ed25519PublicKey(bytesOf(`network key of ${name}`, 32)),
    worker_pubkey: ed25519PublicKey(bytesOf(`worker key of ${name}`, 32)),
    net_address: `/dns/${name}/tcp/8080`,
    p2p_address: `/dns/${name}/tcp/8084`,
    primary_address: `/dns/${name}/tcp/8081`,
    proxy_address: `/dns/${name}/tcp/8082`,
    commission_rate: 200n,
  };
}

/** What makes somebody a candidate. */
export function joiningAs(
  name: string,
  protocolKey: Uint8Array,
  proof: Uint8Array,
): KindOf<"AddValidator"> {
  return {
    kind: "AddValidator",
    pubkey_bytes: protocolKey,
    network_pubkey_bytes: ed25519PublicKey(bytesOf(`network key of ${name}`, 32)),
    worker_pubkey_bytes: ed25519PublicKey(bytesOf(`worker key of ${name}`, 32)),
    proof_of_possession: proof,
    net_address: encode(text, `/dns/${name}/tcp/8080`),
    p2p_address: encode(text, `/dns/${name}/tcp/8084`),
    primary_address: encode(text, `/dns/${name}/tcp/8081`),
    proxy_address: encode(text, `/dns/${name}/tcp/8082/http`),
  };
}

/** An update of metadata that changes nothing. */
export const NOTHING_NEW: Omit<KindOf<"UpdateValidatorMetadata">, "kind"> = {
  next_epoch_network_address: undefined,
  next_epoch_p2p_address: undefined,
  next_epoch_primary_address: undefined,
  next_epoch_proxy_address: undefined,
  next_epoch_protocol_pubkey: undefined,
  next_epoch_worker_pubkey: undefined,
  next_epoch_network_pubkey: undefined,
  next_epoch_proof_of_possession: undefined,
};
