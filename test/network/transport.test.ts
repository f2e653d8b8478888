/**
 * Who calls whom, so that a pair of peers has one connection.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { callsPeer, type PeerAddress, type PeerClass } from "../../src/network/transport.ts";

const ADDRESS = { host: "127.0.0.1", port: 1 };
const SMALL = "11".repeat(32);
const LARGE = "22".repeat(32);

function peer(key: string, peerClass: PeerClass): PeerAddress {
  return { key, class: peerClass, address: ADDRESS };
}

test("of two validators exactly one calls: the one with the smaller key", () => {
  expect(callsPeer({ key: SMALL, class: "validator" }, peer(LARGE, "validator"))).toBe(true);
  expect(callsPeer({ key: LARGE, class: "validator" }, peer(SMALL, "validator"))).toBe(false);
});

test("observers call validators, whatever their keys, and are not called", () => {
  for (const [own, other] of [
    [SMALL, LARGE],
    [LARGE, SMALL],
  ] as const) {
    expect(callsPeer({ key: own, class: "observer" }, peer(other, "validator"))).toBe(true);
    expect(callsPeer({ key: other, class: "validator" }, peer(own, "observer"))).toBe(false);
    expect(callsPeer({ key: own, class: "observer" }, peer(other, "observer"))).toBe(false);
  }
});

test("a peer without an address is not called", () => {
  const hidden = { ...peer(LARGE, "validator"), address: undefined };
  expect(callsPeer({ key: SMALL, class: "validator" }, hidden)).toBe(false);
});

test("everybody calls its seeds", () => {
  const seed = { ...peer(SMALL, "validator"), isSeed: true };
  expect(callsPeer({ key: LARGE, class: "validator" }, seed)).toBe(true);
});
