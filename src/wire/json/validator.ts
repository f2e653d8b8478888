/**
 * Validators in JSON: those of this epoch, and those that join at its end.
 *
 * @module
 */
import { z } from "zod";

import type { Address, ObjectId } from "../../types/address.ts";
import type { Validator } from "../../types/validator.ts";
import { address, bytes, count, objectId, u64 } from "./primitives.ts";
import type { View } from "./view.ts";

/** Whether a validator is in this epoch's committee, leaves at its end, or wants to join. */
export type ValidatorStatus = "active" | "leaving" | "pending";

/** A validator. */
export type ValidatorView = {
  readonly address: Address;
  readonly status: ValidatorStatus;
  /** Out of 10,000. */
  readonly voting_power: bigint;
  readonly pool_id: ObjectId;
  readonly stake_balance: bigint;
  readonly next_epoch_stake: bigint;
  /** In basis points. */
  readonly commission_rate: bigint;
  readonly next_epoch_commission_rate: bigint;
  readonly protocol_pubkey: Uint8Array;
  readonly network_pubkey: Uint8Array;
  readonly worker_pubkey: Uint8Array;
  readonly net_address: string;
  readonly p2p_address: string;
  readonly primary_address: string;
  readonly proxy_address: string;
};

/** All validators. */
export type ValidatorsView = {
  readonly total_stake: bigint;
  /** The least stake with which somebody who has none yet gets a seat, as things stand now. */
  readonly join_stake: bigint;
  /** Below this a validator loses its seat after some epochs, and below that at once. */
  readonly low_stake: bigint;
  readonly very_low_stake: bigint;
  readonly validators: readonly ValidatorView[];
};

/** All validators in JSON. */
export const validatorsView: View<ValidatorsView> = z.object({
  total_stake: u64,
  join_stake: u64,
  low_stake: u64,
  very_low_stake: u64,
  validators: z.array(
    z.object({
      address,
      status: z.enum(["active", "leaving", "pending"]),
      voting_power: count,
      pool_id: objectId,
      stake_balance: u64,
      next_epoch_stake: u64,
      commission_rate: count,
      next_epoch_commission_rate: count,
      protocol_pubkey: bytes,
      network_pubkey: bytes,
      worker_pubkey: bytes,
      net_address: z.string(),
      p2p_address: z.string(),
      primary_address: z.string(),
      proxy_address: z.string(),
    }),
  ),
});

/** What there is to say about a validator. */
export function viewValidator(validator: Validator, status: ValidatorStatus): ValidatorView {
  const { metadata, staking_pool: pool } = validator;
  return {
    address: metadata.soma_address,
    status,
    voting_power: validator.voting_power,
    pool_id: pool.id,
    stake_balance: pool.soma_balance,
    next_epoch_stake: validator.next_epoch_stake,
    commission_rate: validator.commission_rate,
    next_epoch_commission_rate: validator.next_epoch_commission_rate,
    protocol_pubkey: metadata.protocol_pubkey,
    network_pubkey: metadata.network_pubkey,
    worker_pubkey: metadata.worker_pubkey,
    net_address: metadata.net_address,
    p2p_address: metadata.p2p_address,
    primary_address: metadata.primary_address,
    proxy_address: metadata.proxy_address,
  };
}
