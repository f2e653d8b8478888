/**
 * Home validators: two, distinct, drawn by voting power, new in every epoch.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { homesOf } from "../../src/node/homes.ts";
import { toAddress, toObjectId } from "../../src/types/address.ts";
import type { Committee, CommitteeMember } from "../../src/types/committee.ts";

function committee(powers: readonly number[], epoch: bigint = 0n): Committee {
  const members = powers.map((voting_power, index): CommitteeMember => ({
    address: toAddress(index.toString(16).padStart(64, "0")),
    protocol_key: new Uint8Array(96).fill(index),
    network_key: new Uint8Array(32),
    worker_key: new Uint8Array(32),
    voting_power,
    consensus_address: "/ip4/127.0.0.1/tcp/1",
    hostname: "localhost",
  }));
  return { epoch, members };
}

const coin = (n: number) => toObjectId(n.toString(16).padStart(64, "0"));

test("two different ones, and all there is in a committee of one", () => {
  for (let n = 0; n < 50; n++) {
    const homes = homesOf(committee([2500, 2500, 2500, 2500]), coin(n));
    expect(new Set(homes).size).toBe(2);
  }
  expect(homesOf(committee([10_000]), coin(1))).toEqual([0]);
});

test("first homes follow voting power", () => {
  const powers = [7_000, 1_000, 1_000, 1_000];
  const firsts = [0, 0, 0, 0];
  for (let n = 0; n < 2_000; n++) firsts[homesOf(committee(powers), coin(n))[0]!]!++;
  expect(firsts[0]).toBeGreaterThan(1_300);
  expect(firsts[0]).toBeLessThan(1_500);
});

test("the epoch changes them", () => {
  const even = [2500, 2500, 2500, 2500];
  const changed = Array.from({ length: 40 }, (_, n) => n).filter(
    (n) => homesOf(committee(even, 1n), coin(n))[0] !== homesOf(committee(even, 2n), coin(n))[0],
  );
  expect(changed.length).toBeGreaterThan(20);
});
