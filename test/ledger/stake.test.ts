/**
 * Stake in validators and models: what it earns, when it leaves, and that nobody gets more.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import type { Execution } from "../../src/ledger/outcome.ts";
import type { Address, ObjectId } from "../../src/types/address.ts";
import { type ContentOf, poolEntryId, VALIDATOR_INDEX_ID } from "../../src/types/entry.ts";
import { account, created, createModel, DAY_MS, faultOf, SOMA, statusOf, World } from "./world.ts";

const alice = account("alice");
const bob = account("bob");
const v0 = account("v0");

function poolOf(world: World, validator: Address): ContentOf<"Pool"> {
  return world.content("Pool", poolEntryId(poolId(world, validator)));
}

function poolId(world: World, validator: Address): ObjectId {
  const { active } = world.content("ValidatorIndex", VALIDATOR_INDEX_ID);
  return active.find(({ address }) => address === validator)!.pool_id;
}

function stake(world: World, sender: Address, amount: bigint | undefined): Execution {
  const coin_ref = world.coin(sender, 1);
  return world.run(sender, { kind: "AddStake", address: v0, coin_ref, amount });
}

function unstake(world: World, sender: Address, id: ObjectId): bigint {
  const execution = world.run(sender, { kind: "WithdrawStake", staked_soma: world.ref(id) });
  expect(statusOf(execution)).toBe("Success");
  return world.content("Coin", created(execution, "Coin")[0]!).balance;
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
      pool_id: poolId(world, v0),
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
});

describe("WithdrawStake", () => {
  test("stake taken back in the epoch in which it was made returns exactly", () => {
    const world = new World();
    const [id] = created(stake(world, alice, 7n), "StakedSoma");
    expect(unstake(world, alice, id!)).toBe(7n);
    expect(poolOf(world, v0)).toMatchObject({ pending_stake: 0n, pending_stakes: 0n });
  });

  test("W7 so does stake in a pool that is not active yet", () => {
    const world = new World();
    const model = createModel(world, alice);
    const coin_ref = world.coin(bob, 1);
    const add = { kind: "AddStakeToModel", model_id: model, coin_ref, amount: 5n * SOMA } as const;
    const [id] = created(world.run(bob, add), "StakedSoma");
    expect(unstake(world, bob, id!)).toBe(5n * SOMA);
  });

  test("W26 stake earns from the epoch in which it becomes active, in proportion", () => {
    const world = new World();
    const [id] = created(stake(world, alice, 1_000n * SOMA), "StakedSoma");
    world.endEpoch();
    const before = poolOf(world, v0);
    world.endEpoch();
    const after = poolOf(world, v0);
    const earned = after.soma_balance - before.soma_balance;
    const payout = unstake(world, alice, id!);
    const gain = payout - 1_000n * SOMA;
    const share = (earned * 1_000n * SOMA) / before.soma_balance;
    // Commission stake is new in the difference; the rest is shared by all who were in.
    expect(gain).toBeGreaterThan((share * 97n) / 100n);
    expect(gain).toBeLessThan(share);
  });

  test("the power of withdrawn stake leaves at the epoch change, the coin is there at once (W16)", () => {
    const world = new World();
    const [id] = world.list("StakedSoma", v0).map((object) => object.id);
    const { soma_balance } = poolOf(world, v0);
    expect(unstake(world, v0, id!)).toBe(20_000n * SOMA);
    expect(poolOf(world, v0)).toMatchObject({
      soma_balance,
      pending_total_soma_withdraw: 20_000n * SOMA,
    });
    world.endEpoch();
    const { active } = world.content("ValidatorIndex", VALIDATOR_INDEX_ID);
    // What is left is the pay for the epoch that ended.
    expect(active.find(({ address }) => address === v0)?.voting_power).toBe(11);
  });

  test("a coin is not a stake", () => {
    const world = new World();
    const execution = world.run(alice, {
      kind: "WithdrawStake",
      staked_soma: world.coin(alice, 1),
    });
    expect(faultOf(execution)).toMatchObject({ kind: "InvalidObjectType", expected: 2, actual: 1 });
  });
});

describe("validators are paid", () => {
  test("V by power for the time the epoch ran; the commission is one growing stake", () => {
    const world = new World();
    const stakes = (): number => world.list("StakedSoma", v0).length;
    const start = poolOf(world, v0).soma_balance;
    // 20 % of 1,370 SOMA, a quarter each.
    const full = (274n * SOMA) / 4n;
    world.endEpoch();
    expect(poolOf(world, v0).soma_balance - start).toBe(full);
    expect(stakes()).toBe(2);
    world.endEpoch(DAY_MS / 2n);
    expect(poolOf(world, v0).soma_balance - start).toBe(full + full / 2n);
    expect(stakes()).toBe(2);
    const commission = world
      .list("StakedSoma", v0)
      .find(({ content }) => content.principal < 20_000n * SOMA);
    expect(commission!.content.principal).toBeGreaterThan(((full + full / 2n) * 2n) / 100n);
  });

  test("a commission stake that was given away is left alone and a new one begins", () => {
    const world = new World();
    world.endEpoch();
    const small = world
      .list("StakedSoma", v0)
      .find(({ content }) => content.principal < 20_000n * SOMA)!;
    world.run(v0, { kind: "TransferObjects", objects: [world.ref(small.id)], recipient: bob });
    const before = world.content("StakedSoma", small.id);
    world.endEpoch();
    expect(world.content("StakedSoma", small.id)).toEqual(before);
    expect(world.list("StakedSoma", v0)).toHaveLength(2);
  });
});
