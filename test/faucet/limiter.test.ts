/**
 * How often an address may ask.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { Limiter, REQUESTS_PER_MINUTE } from "../../src/faucet/limiter.ts";
import { account } from "../ledger/fixtures.ts";

const ANN = account("ann");

test("so many times in any minute, and then when the first is a minute old", () => {
  const limiter = new Limiter();
  for (let asked = 0; asked < REQUESTS_PER_MINUTE; asked++) {
    expect(limiter.admit(ANN, asked * 1_000)).toBeUndefined();
  }
  expect(limiter.admit(ANN, 10_000)).toBe(50_000);
  expect(limiter.admit(account("bob"), 10_000)).toBeUndefined();
  expect(limiter.admit(ANN, 60_000)).toBeUndefined();
  expect(limiter.admit(ANN, 60_001)).toBe(999);
});

test("a request that came to nothing does not count", () => {
  const limiter = new Limiter();
  for (let asked = 0; asked < 3 * REQUESTS_PER_MINUTE; asked++) {
    expect(limiter.admit(ANN, 0)).toBeUndefined();
    limiter.forgive(ANN);
  }
});

test("any number of addresses costs a bounded memory", () => {
  const limiter = new Limiter();
  for (let name = 0; name < 70_000; name++) {
    limiter.admit(name.toString(16).padStart(64, "0") as typeof ANN, 0);
  }
  expect(limiter.size).toBe(65_536);
});
