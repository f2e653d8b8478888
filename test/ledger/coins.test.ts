/**
 * Taking money out of coins, whether or not the coin also pays.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { type Call, readParameters, writeFee } from "../../src/ledger/call.ts";
import { coinBalance, createCoin, setBalance, takeFromCoin } from "../../src/ledger/coins.ts";
import { View } from "../../src/ledger/view.ts";
import { deriveObjectId, type ObjectId } from "../../src/types/address.ts";
import { account, digestFrom } from "./fixtures.ts";
import { World } from "./world.ts";

const alice = account("alice");
const COST = { feeOn: (amount: bigint): bigint => amount / 10n, writes: 2 };

/** A call in which a coin of 10,000 pays and another of 10,000 does not. */
function setting(): { readonly call: Call; readonly gas: ObjectId; readonly other: ObjectId } {
  const world = new World();
  const digest = digestFrom("transaction");
  const view = new View(world, digest);
  createCoin({ view }, alice, 10_000n);
  createCoin({ view }, alice, 10_000n);
  const [gas, other] = [deriveObjectId(digest, 0), deriveObjectId(digest, 1)];
  const parameters = readParameters(view);
  const context = world.context();
  return {
    call: { view, digest, sender: alice, context, parameters, gas, valueFee: 0n },
    gas,
    other,
  };
}

function balance(call: Call, id: ObjectId): bigint | undefined {
  return call.view.read("Coin", id)?.balance;
}

describe("taking from a coin", () => {
  test("that does not pay: up to all of it, and then it is gone", () => {
    const { call, other } = setting();
    expect(takeFromCoin(call, other, 4_000n, COST)).toEqual({ ok: true, value: 4_000n });
    expect(balance(call, other)).toBe(6_000n);
    expect(takeFromCoin(call, other, 6_001n, COST).ok).toBe(false);
    expect(takeFromCoin(call, other, undefined, COST)).toEqual({ ok: true, value: 6_000n });
    expect(balance(call, other)).toBeUndefined();
    expect(call.valueFee).toBe(1_000n);
  });

  test("that pays: what the fees need stays behind", () => {
    const { call, gas } = setting();
    expect(writeFee(call, 2)).toBe(600n);
    // 8,545 + 854 + 600 = 9,999 fits; one more does not.
    expect(takeFromCoin(call, gas, 8_546n, { ...COST, writes: 3 }).ok).toBe(false);
    expect(takeFromCoin(call, gas, 8_545n, COST).ok).toBe(true);
    expect(balance(call, gas)).toBe(1_455n);
    const all = setting();
    expect(takeFromCoin(all.call, all.gas, undefined, COST)).toEqual({ ok: true, value: 8_400n });
    expect(balance(all.call, all.gas)).toBe(1_600n);
  });

  test("that pays and holds less than the fees is refused", () => {
    const { call, gas } = setting();
    setBalance(call, gas, 600n);
    expect(takeFromCoin(call, gas, undefined, COST)).toEqual({
      ok: false,
      error: { kind: "InsufficientCoinBalance" },
    });
  });

  test("what is no coin, or is not there, is named", () => {
    const { call } = setting();
    const missing = deriveObjectId(digestFrom("nothing"), 0);
    expect(coinBalance(call, missing)).toEqual({
      ok: false,
      error: { kind: "ObjectNotFound", object_id: missing },
    });
  });
});

test("an empty coin is kept only while it pays", () => {
  const { call, gas, other } = setting();
  setBalance(call, gas, 0n);
  setBalance(call, other, 0n);
  expect(balance(call, gas)).toBe(0n);
  expect(balance(call, other)).toBeUndefined();
});
