/**
 * Who a node talks to, with the addresses at which it calls them: the validators of the epoch at
 * those that they have on chain, the seed peers of its operator, and those that may follow it. A
 * validator that is a seed too may have moved since the chain that the node knows.
 *
 * @module
 */
import type { Logger } from "../base/log.ts";
import type { PeerAddress, PeerClass } from "../network/transport.ts";
import type { ListedValidator, PeerList } from "../node/peer-list.ts";
import { type HostPort, parseMultiaddr } from "./multiaddr.ts";
import type { SeedPeer } from "./seed-peers.ts";

/** What a node is to the network in an epoch, and who its peers are. */
export type PeerAddresses = { readonly self: PeerClass; readonly peers: readonly PeerAddress[] };

/** The peers of a node that may also follow `seeds`. */
export function addressPeers(
  { isValidator, validators, guests }: PeerList,
  seeds: readonly SeedPeer[],
  log: Logger,
): PeerAddresses {
  const seedAddresses = new Map(seeds.map(({ key, address }) => [key, address]));
  const listed = validators.map((validator): PeerAddress => {
    const { key, fromEpoch } = validator;
    const otherAddress = seedAddresses.get(key);
    return {
      key,
      class: "validator",
      address: addressOf(validator, log) ?? otherAddress,
      ...(otherAddress && { otherAddress }),
      ...(fromEpoch && { fromEpoch }),
    };
  });
  const known = new Set(listed.map(({ key }) => key));
  const others = seeds
    .filter(({ key }) => !known.has(key))
    .map(({ key, address }): PeerAddress => ({ key, class: "validator", address, isSeed: true }));
  const seedKeys = new Set(others.map(({ key }) => key));
  const callers = guests
    .filter((key) => !seedKeys.has(key))
    .map((key): PeerAddress => ({ key, class: "observer", address: undefined }));
  const self = isValidator ? "validator" : "observer";
  return { self, peers: [...listed, ...others, ...callers] };
}

function addressOf({ key, address }: ListedValidator, log: Logger): HostPort | undefined {
  const parsed = parseMultiaddr(address);
  if (parsed.ok) return parsed.value;
  log.warn(`the validator with the key ${key} cannot be called: ${parsed.error}`);
  return undefined;
}
