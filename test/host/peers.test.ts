/**
 * Where a node calls its peers: at what the chain says, at what its operator says, or at both.
 *
 * @module
 */
import { beforeEach, expect, test } from "bun:test";

import { createLogger } from "../../src/base/log.ts";
import { addressPeers } from "../../src/host/peers.ts";

const [ONE, TWO, THREE] = ["01", "02", "03"].map((byte) => byte.repeat(32)) as [
  string,
  string,
  string,
];
const CHAIN = { host: "192.0.2.1", port: 1 };
const SEED = { host: "192.0.2.2", port: 2 };
const warnings: string[] = [];
const log = createLogger({ level: "warn", write: (line) => warnings.push(line) });

beforeEach(() => {
  warnings.length = 0;
});

function peersOf(address: string, seeds: readonly string[]): unknown {
  const list = { isValidator: false, validators: [{ key: ONE, address }], guests: [THREE] };
  const named = seeds.map((key) => ({ key, address: SEED }));
  return addressPeers(list, named, log).peers;
}

test("a seed that is no validator is called besides, and a guest is not called", () => {
  expect(peersOf("/ip4/192.0.2.1/tcp/1", [TWO])).toEqual([
    { key: ONE, class: "validator", address: CHAIN },
    { key: TWO, class: "validator", address: SEED, isSeed: true },
    { key: THREE, class: "observer", address: undefined },
  ]);
});

test("a validator that is a seed too is one peer, called at both addresses", () => {
  expect(peersOf("/ip4/192.0.2.1/tcp/1", [ONE, THREE])).toEqual([
    { key: ONE, class: "validator", address: CHAIN, otherAddress: SEED },
    { key: THREE, class: "validator", address: SEED, isSeed: true },
  ]);
  expect(warnings).toEqual([]);
});

test("one whose address on chain cannot be read is called as a seed is", () => {
  expect(peersOf("nowhere", [ONE])).toMatchObject([{ key: ONE, address: SEED }, { key: THREE }]);
  expect(peersOf("nowhere", [])).toMatchObject([{ key: ONE, address: undefined }, { key: THREE }]);
  expect(warnings).toHaveLength(2);
});
