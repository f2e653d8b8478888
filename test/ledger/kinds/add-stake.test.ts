/**
 * AddStake: parts and wholes of coins, and what is refused.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { type Execution } from "../../../src/ledger/outcome.ts";
import { type Address } from "../../../src/types/address.ts";
import { account, SOMA } from "../fixtures.ts";
import { poolIdOf, poolOf } from "../validators.ts";
import { created, faultOf, statusOf, World } from "../world.ts";

const alice = account("alice");
const bob = account("bob");
const v0 = account("v0");

function stake(world: World, sender: Address, amount: bigint | undefined): Execution {
  const coin_ref = world.coin(sender, 1);
  return world.run(sender, { kind: "AddStake", address: v0, coin_ref, amount });
}

describe("AddStake", () => {
  test("a part of another coin costs what was published", () => {
    const world = new World();
    const execution = world.run(alice, {
      kind: "AddStake",
      address: v0,
      coin_ref: world.coin(alice),
      amount: SOMA,
    });
    expect(execution.effects.transaction_fee).toEqual({
      base_fee: 1_000n,
      operation_fee: 900n,
      value_fee: 500_000n,
      total_fee: 501_900n,
    });
    expect(world.content("StakedSoma", created(execution, "StakedSoma")[0]!)).toMatchObject({
      pool_id: poolIdOf(world, v0),
      stake_activation_epoch: 1n,
      principal: SOMA,
    });
    expect(poolOf(world, v0).pending_stake).toBe(SOMA);
  });

  test("W9 all of the coin that pays: the coin is gone, the stake is what fees left", () => {
    const world = new World();
    const coin = world.coin(alice);
    const execution = world.run(
      alice,
      { kind: "AddStake", address: v0, coin_ref: coin, amount: undefined },
      [coin],
    );
    const { principal } = world.content("StakedSoma", created(execution, "StakedSoma")[0]!);
    expect(principal).toBe(1_000n * SOMA - execution.effects.transaction_fee.total_fee);
    expect(world.find(coin.object_id)).toBeUndefined();
  });

  test("all of another coin deletes it", () => {
    const world = new World();
    const coin = world.coin(alice, 1);
    const whole = stake(world, alice, undefined);
    expect(whole.deleted).toContain(coin.object_id);
    expect(world.content("StakedSoma", created(whole, "StakedSoma")[0]!).principal).toBe(
      1_000n * SOMA,
    );
  });

  test("nothing, too much, and nobody are refused", () => {
    const world = new World();
    expect(statusOf(stake(world, alice, 0n))).toBe("InvalidArguments");
    expect(statusOf(stake(world, alice, 1_001n * SOMA))).toBe("InsufficientCoinBalance");
    const coin_ref = world.coin(alice, 1);
    const nobody = { kind: "AddStake", address: bob, coin_ref, amount: SOMA } as const;
    expect(statusOf(world.run(alice, nobody))).toBe("ValidatorNotFound");
    const coin = world.ref(world.list("StakedSoma", v0)[0]!.id);
    const wrong = world.run(v0, { kind: "AddStake", address: v0, coin_ref: coin, amount: 1n });
    expect(faultOf(wrong)).toMatchObject({ kind: "InvalidObjectType", expected: 1, actual: 2 });
  });

  test("the coin is looked at first, then the amount, then the validator", () => {
    const world = new World();
    const coin_ref = world.ref(world.list("StakedSoma", v0)[0]!.id);
    const kind = { kind: "AddStake", address: bob, coin_ref, amount: 0n } as const;
    expect(statusOf(world.run(v0, kind))).toBe("InvalidObjectType");
    const empty = { ...kind, coin_ref: world.coin(alice, 1) };
    expect(statusOf(world.run(alice, empty))).toBe("InvalidArguments");
    const nobody = { ...kind, coin_ref: world.coin(alice, 1), amount: 1n };
    expect(statusOf(world.run(alice, nobody))).toBe("ValidatorNotFound");
  });
});
