/**
 * DeactivateModel: no new draws, and the founding stake is free.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { account } from "../fixtures.ts";
import { drawnModels, modelPoolOf, publishModel } from "../lifecycle.ts";
import { statusOf, World } from "../world.ts";

const alice = account("alice");
const bob = account("bob");

describe("DeactivateModel", () => {
  test("deactivation stops new draws at once and frees the founding stake", () => {
    const world = new World();
    const id = publishModel(world, alice, "alpha");
    const stake = modelPoolOf(world, id).founding_stake!;
    const withdraw = (): string =>
      statusOf(world.run(alice, { kind: "WithdrawStake", staked_soma: world.ref(stake) }));
    expect(withdraw()).toBe("InvalidArguments");
    expect(statusOf(world.run(bob, { kind: "DeactivateModel", model_id: id }))).toBe(
      "NotModelOwner",
    );
    expect(statusOf(world.run(alice, { kind: "DeactivateModel", model_id: id }))).toBe("Success");
    expect(statusOf(world.run(alice, { kind: "DeactivateModel", model_id: id }))).toBe(
      "ModelNotActive",
    );
    // What is no longer active is nobody's to end.
    expect(statusOf(world.run(bob, { kind: "DeactivateModel", model_id: id }))).toBe(
      "ModelNotActive",
    );
    const coin = world.coin(bob, 1);
    const add = { kind: "AddStakeToModel", model_id: id, coin_ref: coin, amount: 1n } as const;
    expect(statusOf(world.run(bob, add))).toBe("ModelAlreadyInactive");
    expect(withdraw()).toBe("Success");
    world.endEpoch();
    expect(drawnModels(world)).not.toContain(id);
  });
});
