/**
 * Gas: merging coins, and what is due when they hold little.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { type ObjectRef } from "../../src/types/object.ts";
import { account, SOMA } from "./fixtures.ts";
import { created, faultOf, statusOf, World } from "./world.ts";

const alice = account("alice");
const bob = account("bob");

/** A world in which alice's richest coin holds exactly `balance`. */
function withCoin(balance: bigint): { readonly world: World; readonly coin: ObjectRef } {
  const world = new World();
  const kind = {
    kind: "TransferCoin",
    coin: world.coin(bob),
    amount: balance,
    recipient: alice,
  } as const;
  const [made] = created(world.run(bob, kind), "Coin");
  return { world, coin: world.ref(made!) };
}

function pay(world: World, amount: bigint, gas: readonly ObjectRef[]): ReturnType<World["run"]> {
  const coins = [gas[0]!];
  return world.run(alice, { kind: "PayCoins", coins, amounts: [amount], recipients: [bob] }, gas);
}

describe("gas", () => {
  test("all gas coins are merged into the first, on success and on failure", () => {
    for (const [amount, status] of [
      [SOMA, "Success"],
      [9_999n * SOMA, "InsufficientCoinBalance"],
    ] as const) {
      const world = new World();
      const [first, second] = [world.coin(alice, 0), world.coin(alice, 1)];
      const execution = pay(world, amount, [first, second]);
      expect(statusOf(execution)).toBe(status);
      expect(execution.deleted).toEqual([second.object_id]);
      expect(world.list("Coin", alice).map(({ id }) => id)).toEqual([first.object_id]);
    }
  });

  test("less than the base fee is taken whole and the coin is deleted", () => {
    const { world, coin } = withCoin(400n);
    const execution = pay(world, 0n, [coin]);
    expect(faultOf(execution)).toEqual({ kind: "InsufficientGas" });
    expect(execution.effects.transaction_fee).toMatchObject({ base_fee: 400n, total_fee: 400n });
    expect(execution.deleted).toEqual([coin.object_id]);
    expect(execution.effects.gas_object_index).toBe(0);
  });

  test("exactly the base fee pays it, and the coin is deleted (W9)", () => {
    const { world, coin } = withCoin(1_000n);
    const execution = pay(world, 0n, [coin]);
    expect(faultOf(execution)).toEqual({ kind: "InsufficientCoinBalance" });
    expect(execution.effects.transaction_fee.total_fee).toBe(1_000n);
    expect(world.find(coin.object_id)).toBeUndefined();
  });

  test("barely above the base fee fails later and pays only that", () => {
    const { world, coin } = withCoin(1_001n);
    const objects = [world.coin(alice, 0)];
    const execution = world.run(alice, { kind: "TransferObjects", objects, recipient: bob }, [
      coin,
    ]);
    expect(faultOf(execution)).toEqual({ kind: "InsufficientGas" });
    expect(execution.effects.transaction_fee.total_fee).toBe(1_000n);
    expect(world.list("Coin", alice).map(({ id }) => id)).toContain(objects[0]!.object_id);
  });

  test("coins that sum to 0 do not run and are not charged", () => {
    const { world, coin } = withCoin(0n);
    const execution = pay(world, 0n, [coin]);
    expect(statusOf(execution)).toBe("SomaError");
    expect(execution.effects.changed_objects).toEqual([]);
    expect(world.ref(coin.object_id)).toEqual(coin);
  });
});
