/**
 * CommitModel: an update leaves the running epoch alone.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { weightsInForce } from "../../../src/ledger/economy/models.ts";
import { account, SOMA } from "../fixtures.ts";
import { commitmentOf, modelOf, modelPoolOf, publishModel, revealOf } from "../lifecycle.ts";
import { statusOf, World } from "../world.ts";

const alice = account("alice");

describe("CommitModel", () => {
  test("W30 an update leaves the running epoch alone; what it replaced is kept", () => {
    const world = new World();
    const id = publishModel(world, alice, "alpha");
    const before = modelOf(world, id).current;
    world.run(alice, commitmentOf(id, "beta"));
    world.endEpoch();
    world.run(alice, commitmentOf(id, "gamma"));
    world.endEpoch();
    expect(statusOf(world.run(alice, revealOf(id, "gamma")))).toBe("Success");
    expect(modelOf(world, id).current).toEqual(before);
    world.endEpoch();
    expect(weightsInForce(modelOf(world, id), 4n)?.manifest.url).toEndWith("alpha");
    expect(weightsInForce(modelOf(world, id), 5n)?.manifest.url).toEndWith("gamma");
    world.endEpoch();
    world.endEpoch();
    expect(weightsInForce(modelOf(world, id), 4n)).toBeUndefined();
    expect(modelOf(world, id).past).toEqual([]);
  });

  test("an update that is not revealed in time is dropped without a slash", () => {
    const world = new World();
    const id = publishModel(world, alice, "alpha");
    world.run(alice, commitmentOf(id, "beta"));
    world.endEpoch();
    world.endEpoch();
    expect(modelOf(world, id)).toMatchObject({ pending: undefined, phase: { kind: "Active" } });
    expect(modelPoolOf(world, id).soma_balance).toBe(SOMA);
    expect(statusOf(world.run(alice, revealOf(id, "beta")))).toBe("ModelNoPendingUpdate");
  });
});
