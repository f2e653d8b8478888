/**
 * Peers that an operator names, by which a node finds the network when it knows none of today's
 * validators: their network key, and where they listen. They are followed and not believed.
 *
 *     /ip4/192.0.2.7/tcp/8080/p2p/<64 hex digits>
 *
 * @module
 */
import { err, ok, type Result } from "../base/result.ts";
import type { PeerId } from "../node/io.ts";
import { formatMultiaddr, type HostPort, parseMultiaddr } from "./multiaddr.ts";

/** A node by its network key, 64 hex digits, and its address. */
export type SeedPeer = { readonly key: PeerId; readonly address: HostPort };

/** Seed peers of one node. */
export const SEED_PEERS_MAX = 64;

/** What a network key looks like. */
export const PEER_KEY_FORM: RegExp = /^[0-9a-f]{64}$/;

const SEPARATOR = "/p2p/";

/** The seed peer that a text names, or what is wrong with it. */
export function parseSeedPeer(text: string): Result<SeedPeer, string> {
  const at = text.lastIndexOf(SEPARATOR);
  const key = text.slice(at + SEPARATOR.length);
  if (at < 0 || !PEER_KEY_FORM.test(key)) {
    return err(
      "a seed peer looks like /ip4/192.0.2.7/tcp/8080/p2p/ and the 64 hex digits of a key",
    );
  }
  const address = parseMultiaddr(text.slice(0, at));
  return address.ok ? ok({ key, address: address.value }) : address;
}

/** The text of a seed peer. */
export function formatSeedPeer({ key, address }: SeedPeer): string {
  return `${formatMultiaddr(address)}${SEPARATOR}${key}`;
}
