/**
 * Who a node talks to: in an epoch the committee, at the addresses it has on chain, and those that
 * may follow it.
 *
 * @module
 */
import { toHex } from "../base/bytes.ts";
import type { Logger } from "../base/log.ts";
import type { PeerAddress, PeerClass } from "../network/transport.ts";
import type { PeerId } from "../node/io.ts";
import type { Committee, CommitteeMember } from "../types/committee.ts";
import { parseMultiaddr } from "./multiaddr.ts";

/** What a node is to the network in an epoch, and who its peers are. */
export type PeerList = { readonly self: PeerClass; readonly peers: readonly PeerAddress[] };

/** A node's network keys: the one it shows, and all that it holds. */
export type OwnPeerKeys = { readonly shown: PeerId; readonly held: readonly PeerId[] };

/** The peers of the node with the keys `own` while `committee` validates. */
export function listPeers(
  committee: Committee,
  own: OwnPeerKeys,
  observers: readonly PeerId[],
  log: Logger,
): PeerList {
  const validators = committee.members.map((member) => listValidator(member, log));
  const keys = new Set(validators.map(({ key }) => key));
  const others = validators.filter(({ key }) => key !== own.shown && !own.held.includes(key));
  if (!keys.has(own.shown)) return { self: "observer", peers: others };
  const guests = observers
    .filter((key) => !keys.has(key))
    .map((key): PeerAddress => ({ key, class: "observer", address: undefined }));
  return { self: "validator", peers: [...others, ...guests] };
}

function listValidator(member: CommitteeMember, log: Logger): PeerAddress {
  const key = toHex(member.network_key);
  const parsed = parseMultiaddr(member.consensus_address);
  if (!parsed.ok) log.warn(`validator 0x${member.address} cannot be called: ${parsed.error}`);
  return { key, class: "validator", address: parsed.ok ? parsed.value : undefined };
}
