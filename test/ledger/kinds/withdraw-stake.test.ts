/**
 * WithdrawStake: what stake returns, and when it stays.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { type Execution } from "../../../src/ledger/outcome.ts";
import { type Address, type ObjectId } from "../../../src/types/address.ts";
import { VALIDATOR_INDEX_ID } from "../../../src/types/entry.ts";
import { account, SOMA } from "../fixtures.ts";
import { createModel, publishModel } from "../lifecycle.ts";
import { poolOf } from "../validators.ts";
import { created, faultOf, statusOf, World } from "../world.ts";

const alice = account("alice");
const bob = account("bob");
const v0 = account("v0");

function stakeOn(world: World, sender: Address, amount: bigint | undefined): Execution {
  const coin_ref = world.coin(sender, 1);
  return world.run(sender, { kind: "AddStake", address: v0, coin_ref, amount });
}

function unstake(world: World, sender: Address, id: ObjectId): bigint {
  const execution = world.run(sender, { kind: "WithdrawStake", staked_soma: world.ref(id) });
  expect(statusOf(execution)).toBe("Success");
  return world.content("Coin", created(execution, "Coin")[0]!).balance;
}

const v1 = account("v1");

describe("WithdrawStake", () => {
  test("stake taken back in the epoch in which it was made returns exactly", () => {
    const world = new World();
    const [id] = created(stakeOn(world, alice, 7n), "StakedSoma");
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
    const [id] = created(stakeOn(world, alice, 1_000n * SOMA), "StakedSoma");
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

  test("W16 the coin is there at once, the power leaves at the epoch change", () => {
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

describe("stake in a model", () => {
  test("stake stays in a model while a third of the power reports it", () => {
    const world = new World();
    const id = publishModel(world, alice, "alpha");
    const kind = {
      kind: "AddStakeToModel",
      model_id: id,
      coin_ref: world.coin(bob),
      amount: SOMA,
    } as const;
    const [stake] = created(world.run(bob, kind, [world.coin(bob, 1)]), "StakedSoma");
    const withdraw = (): string =>
      statusOf(world.run(bob, { kind: "WithdrawStake", staked_soma: world.ref(stake!) }));
    for (const reporter of [v0, v1]) world.run(reporter, { kind: "ReportModel", model_id: id });
    expect(withdraw()).toBe("InvalidArguments");
    world.run(v1, { kind: "UndoReportModel", model_id: id });
    expect(withdraw()).toBe("Success");
  });
});
