/**
 * The validators of one epoch and their voting power, 10,000 in all. Members are sorted by their
 * BLS key, and the place of a member, its authority index, names it everywhere in the epoch.
 *
 * @module
 */
import { assert, present } from "../base/assert.ts";
import { compareBytes } from "../base/bytes.ts";
import {
  boundedText,
  type Codec,
  fixedBytes,
  refine,
  struct,
  u16,
  u64,
  vector,
} from "../bcs/schema.ts";
import { type Address, address } from "./address.ts";
import { COMMITTEE_MEMBERS_MAX, NAME_BYTES_MAX } from "./bounds.ts";
import { ED25519_KEY_BYTES, PROTOCOL_KEY_BYTES } from "./validator.ts";

/** The voting power of a whole committee. */
export const TOTAL_VOTING_POWER: number = 10_000;

/** 2f + 1: two sets of this power share an honest member. */
export const QUORUM_POWER: number = 6_667;

/** f + 1: a set of this power has an honest member. */
export const VALIDITY_POWER: number = 3_334;

/** One validator in an epoch. */
export type CommitteeMember = {
  readonly address: Address;
  /** BLS12-381, 96 bytes: signs checkpoints. */
  readonly protocol_key: Uint8Array;
  /** Ed25519: the identity of its connections. */
  readonly network_key: Uint8Array;
  /** Ed25519: signs consensus blocks. */
  readonly worker_key: Uint8Array;
  readonly voting_power: number;
  /** Where it listens for the others, as a multiaddr. */
  readonly consensus_address: string;
  readonly hostname: string;
};

/** The validators of one epoch, sorted by protocol key. */
export type Committee = {
  readonly epoch: bigint;
  readonly members: readonly CommitteeMember[];
};

/** Layout of `CommitteeMember`. */
export const committeeMember: Codec<CommitteeMember> = struct<CommitteeMember>("CommitteeMember", {
  address,
  protocol_key: fixedBytes(PROTOCOL_KEY_BYTES),
  network_key: fixedBytes(ED25519_KEY_BYTES),
  worker_key: fixedBytes(ED25519_KEY_BYTES),
  voting_power: u16,
  consensus_address: boundedText(NAME_BYTES_MAX),
  hostname: boundedText(NAME_BYTES_MAX),
});

/** Layout of `Committee`; refuses members out of order and a total other than 10,000. */
export const committee: Codec<Committee> = refine(
  struct<Committee>("Committee", {
    epoch: u64,
    members: vector(committeeMember, COMMITTEE_MEMBERS_MAX),
  }),
  checkCommittee,
);

/** The committee of `members`, in whatever order they come; asserts their total power. */
export function buildCommittee(epoch: bigint, members: readonly CommitteeMember[]): Committee {
  const built = { epoch, members: members.toSorted(byProtocolKey) };
  const reason = checkCommittee(built);
  assert(reason === undefined, reason ?? "");
  return built;
}

/** The authority index of the member with this BLS key. */
export function authorityIndex(of: Committee, protocolKey: Uint8Array): number | undefined {
  const index = of.members.findIndex(
    (member) => compareBytes(member.protocol_key, protocolKey) === 0,
  );
  return index < 0 ? undefined : index;
}

/** The authority index of the member with this address. */
export function authorityOfAddress(of: Committee, account: Address): number | undefined {
  const index = of.members.findIndex((member) => member.address === account);
  return index < 0 ? undefined : index;
}

/** The member with this authority index, which must be one. */
export function memberAt(of: Committee, authority: number): CommitteeMember {
  return present(of.members[authority], `authority ${authority}`);
}

/** The voting power of several authorities, each counted once. */
export function votingPowerOf(of: Committee, authorities: Iterable<number>): number {
  let power = 0;
  for (const authority of new Set(authorities)) power += memberAt(of, authority).voting_power;
  return power;
}

function checkCommittee({ members }: Committee): string | undefined {
  let total = 0;
  for (const [index, member] of members.entries()) {
    const previous = members[index - 1];
    if (previous !== undefined && byProtocolKey(previous, member) >= 0) {
      return `member ${index} is not above the one before in the order of protocol keys`;
    }
    total += member.voting_power;
  }
  if (total !== TOTAL_VOTING_POWER) {
    return `voting power sums to ${total}, not ${TOTAL_VOTING_POWER}`;
  }
  return undefined;
}

function byProtocolKey(left: CommitteeMember, right: CommitteeMember): number {
  return compareBytes(left.protocol_key, right.protocol_key);
}
