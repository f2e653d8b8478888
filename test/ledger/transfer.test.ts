/**
 * Moving coins: TransferCoin, PayCoins, TransferObjects, and what they cost.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { account, created, SOMA, statusOf, World } from "./world.ts";

const alice = account("alice");
const bob = account("bob");

describe("TransferCoin", () => {
  test("a part of another coin than the one that pays costs what was published", () => {
    const world = new World();
    const [gas, coin] = [world.coin(alice, 0), world.coin(alice, 1)];
    const kind = { kind: "TransferCoin", coin, amount: 100n * SOMA, recipient: bob } as const;
    const execution = world.run(alice, kind, [gas]);
    expect(statusOf(execution)).toBe("Success");
    expect(execution.effects.transaction_fee).toEqual({
      base_fee: 1_000n,
      operation_fee: 900n,
      value_fee: 100_000_000n,
      total_fee: 100_001_900n,
    });
    expect(created(execution, "Coin")).toHaveLength(1);
    expect(world.balance(bob)).toBe(2_100n * SOMA);
    expect(world.balance(alice)).toBe(1_900n * SOMA - 100_001_900n);
  });
});
