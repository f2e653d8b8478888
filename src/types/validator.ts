/**
 * Validators as the system state shows them: keys, addresses, power, stake, and what their owner
 * has staged for the next epoch.
 *
 * @module
 */
import { boundedText, type Codec, option, struct, u64 } from "../bcs/schema.ts";
import { type Address, address } from "./address.ts";
import { NAME_BYTES_MAX } from "./bounds.ts";
import { sizedBytes } from "./encoding.ts";
import { type StakingPool, stakingPool } from "./pool.ts";

/** Bytes of a BLS12-381 public key in G2, compressed. */
export const PROTOCOL_KEY_BYTES: number = 96;

/** Bytes of a BLS12-381 signature in G1, compressed; a proof of possession is one. */
export const AUTHORITY_SIGNATURE_BYTES: number = 48;

/** Bytes of an Ed25519 public key. */
export const ED25519_KEY_BYTES: number = 32;

/** Keys and addresses of a validator; `next_epoch_` fields take effect at the epoch change. */
export type ValidatorMetadata = {
  readonly soma_address: Address;
  /** BLS12-381: signs checkpoints. */
  readonly protocol_pubkey: Uint8Array;
  /** Ed25519: the identity of its connections. */
  readonly network_pubkey: Uint8Array;
  /** Ed25519: signs consensus blocks. */
  readonly worker_pubkey: Uint8Array;
  readonly net_address: string;
  readonly p2p_address: string;
  readonly primary_address: string;
  readonly proxy_address: string;
  readonly proof_of_possession: Uint8Array;
  readonly next_epoch_protocol_pubkey: Uint8Array | undefined;
  readonly next_epoch_network_pubkey: Uint8Array | undefined;
  readonly next_epoch_net_address: string | undefined;
  readonly next_epoch_p2p_address: string | undefined;
  readonly next_epoch_primary_address: string | undefined;
  readonly next_epoch_worker_pubkey: Uint8Array | undefined;
  readonly next_epoch_proof_of_possession: Uint8Array | undefined;
  readonly next_epoch_proxy_address: string | undefined;
};

/** A validator, its pool and its standing. */
export type Validator = {
  readonly metadata: ValidatorMetadata;
  /** Out of 10,000. */
  readonly voting_power: bigint;
  readonly staking_pool: StakingPool;
  /** In basis points. */
  readonly commission_rate: bigint;
  readonly next_epoch_stake: bigint;
  readonly next_epoch_commission_rate: bigint;
};

const protocolKey = sizedBytes(PROTOCOL_KEY_BYTES);
const ed25519Key = sizedBytes(ED25519_KEY_BYTES);
const possessionProof = sizedBytes(AUTHORITY_SIGNATURE_BYTES);
const multiaddr = boundedText(NAME_BYTES_MAX);

/** Layout of `ValidatorMetadata`. */
export const validatorMetadata: Codec<ValidatorMetadata> = struct<ValidatorMetadata>(
  "ValidatorMetadata",
  {
    soma_address: address,
    protocol_pubkey: protocolKey,
    network_pubkey: ed25519Key,
    worker_pubkey: ed25519Key,
    net_address: multiaddr,
    p2p_address: multiaddr,
    primary_address: multiaddr,
    proxy_address: multiaddr,
    proof_of_possession: possessionProof,
    next_epoch_protocol_pubkey: option(protocolKey),
    next_epoch_network_pubkey: option(ed25519Key),
    next_epoch_net_address: option(multiaddr),
    next_epoch_p2p_address: option(multiaddr),
    next_epoch_primary_address: option(multiaddr),
    next_epoch_worker_pubkey: option(ed25519Key),
    next_epoch_proof_of_possession: option(possessionProof),
    next_epoch_proxy_address: option(multiaddr),
  },
);

/** Layout of `Validator`. */
export const validator: Codec<Validator> = struct<Validator>("Validator", {
  metadata: validatorMetadata,
  voting_power: u64,
  staking_pool: stakingPool,
  commission_rate: u64,
  next_epoch_stake: u64,
  next_epoch_commission_rate: u64,
});
