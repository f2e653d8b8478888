/**
 * DeactivateModel: no new draws, and the founding stake is free.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { type ObjectId } from "../../../src/types/address.ts";
import { type ContentOf, modelEntryId, poolEntryId, ROUTING_ID } from "../../../src/types/entry.ts";
import { account } from "../fixtures.ts";
import { publishModel } from "../lifecycle.ts";
import { statusOf, World } from "../world.ts";

const alice = account("alice");
const bob = account("bob");

function model(world: World, id: ObjectId): ContentOf<"Model"> {
  return world.content("Model", modelEntryId(id));
}

function pool(world: World, id: ObjectId): ContentOf<"Pool"> {
  return world.content("Pool", poolEntryId(model(world, id).pool_id));
}

function drawn(world: World): ObjectId[] {
  return world.content("Routing", ROUTING_ID).rows.map((row) => row.model_id);
}

describe("DeactivateModel", () => {
  test("deactivation stops new draws at once and frees the founding stake", () => {
    const world = new World();
    const id = publishModel(world, alice, "alpha");
    const stake = pool(world, id).founding_stake!;
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
    expect(drawn(world)).not.toContain(id);
  });
});
