/**
 * Whom a node talks to, by what the chain says: the validators of an epoch, also by the keys and at
 * the addresses that they are to have next, so that whoever missed the end of the epoch finds those
 * that are beyond it; and who may follow this node.
 *
 * @module
 */
import { toHex } from "../base/bytes.ts";
import { committeeOf, validatorAt } from "../ledger/committee.ts";
import { type ContentReader, readContent } from "../ledger/view.ts";
import type { Committee } from "../types/committee.ts";
import { VALIDATOR_INDEX_ID } from "../types/entry.ts";
import type { ActiveValidator } from "../types/stake-entry.ts";
import { listGuests } from "./guests.ts";
import type { PeerId } from "./io.ts";

/** A validator by one of its network keys, and where it listens, as a multiaddr. */
export type ListedValidator = {
  readonly key: PeerId;
  readonly address: string;
  /** It has this key in later epochs only, beginning with this one. */
  readonly fromEpoch?: bigint;
};

/** A node's network keys: the one it shows, and all that it holds. */
export type OwnPeerKeys = { readonly shown: PeerId; readonly held: readonly PeerId[] };

/** The peers of one node. */
export type PeerList = {
  /** Whether the committee knows the node by the key that it shows. */
  readonly isValidator: boolean;
  readonly validators: readonly ListedValidator[];
  /** Those that only ever call. */
  readonly guests: readonly PeerId[];
};

/** The validators of `committee` by all of their keys that `state` knows. */
export function listValidators(
  committee: Committee,
  state: ContentReader,
): readonly ListedValidator[] {
  const index = readContent(state, "ValidatorIndex", VALIDATOR_INDEX_ID);
  const staged = (index?.active ?? []).flatMap((validator) => stagedBy(state, validator));
  // The state may be in the next epoch already.
  const later = [...membersOf(committeeOf(state)), ...staged];
  const fromEpoch = committee.epoch + 1n;
  const listed = [...membersOf(committee), ...later.map((one) => ({ ...one, fromEpoch }))];
  const seen = new Set<PeerId>();
  return listed.filter(({ key }) => seen.size < seen.add(key).size);
}

/** Whom a node talks to that has the keys `own`, and lets `observers` follow. */
export function listPeers(
  committee: Committee,
  state: ContentReader,
  own: OwnPeerKeys,
  observers: readonly PeerId[],
): PeerList {
  const all = listValidators(committee, state);
  const keys = new Set(all.map(({ key }) => key));
  const isValidator = membersOf(committee).some(({ key }) => key === own.shown);
  const guests = isValidator ? [...observers, ...listGuests(state)] : observers;
  return {
    isValidator,
    validators: all.filter(({ key }) => key !== own.shown && !own.held.includes(key)),
    guests: guests.filter((key) => !keys.has(key)),
  };
}

function membersOf({ members }: Committee): ListedValidator[] {
  return members.map(({ network_key, consensus_address: address }) => ({
    key: toHex(network_key),
    address,
  }));
}

function stagedBy(state: ContentReader, { pool_id }: ActiveValidator): ListedValidator[] {
  const { metadata } = validatorAt(state, pool_id);
  const { next_epoch_network_pubkey: key, next_epoch_primary_address: moves } = metadata;
  if (key === undefined) return [];
  return [{ key: toHex(key), address: moves ?? metadata.primary_address }];
}
