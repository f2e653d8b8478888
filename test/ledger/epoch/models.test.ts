/**
 * Models at the epoch change: what late or reported ones lose, and when they are forgotten.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { findModel, modelIds } from "../../../src/ledger/readers.ts";
import { modelEntryId, poolEntryId } from "../../../src/types/entry.ts";
import { account, SOMA } from "../fixtures.ts";
import { commitmentOf, createModel, modelOf, modelPoolOf, publishModel } from "../lifecycle.ts";
import { created, statusOf, World } from "../world.ts";

const alice = account("alice");
const bob = account("bob");

const v0 = account("v0");
const v1 = account("v1");
const v2 = account("v2");

describe("W10 a missed commitment or reveal", () => {
  test("costs half of the stake, once, ends the model, and the half goes to the fund", () => {
    for (const commits of [true, false]) {
      const world = new World();
      const id = createModel(world, alice, 10n * SOMA);
      if (commits) world.run(alice, commitmentOf(id, "alpha"));
      world.endEpoch();
      expect(modelOf(world, id).phase.kind).toBe(commits ? "Pending" : "Created");
      world.endEpoch();
      expect(modelOf(world, id).phase.kind).toBe("Inactive");
      expect(modelPoolOf(world, id).soma_balance).toBe(5n * SOMA);
      world.endEpoch();
      expect(modelPoolOf(world, id).soma_balance).toBe(5n * SOMA);
      expect(statusOf(world.run(alice, commitmentOf(id, "alpha")))).toBe("ModelInvalidState");
      expect(findModel(world, id)?.kind).toBe("Inactive");
    }
  });

  test("W5 lowers what every stake is worth alike; nobody is paid in full at others' cost", () => {
    const world = new World();
    const id = createModel(world, alice, 10n * SOMA);
    const coin = world.coin(bob, 1);
    world.run(bob, { kind: "AddStakeToModel", model_id: id, coin_ref: coin, amount: 30n * SOMA });
    world.endEpoch();
    world.endEpoch();
    const paid = [alice, bob].map((owner) => {
      const stake = world.ref(world.list("StakedSoma", owner)[0]!.id);
      const execution = world.run(owner, { kind: "WithdrawStake", staked_soma: stake });
      return world.content("Coin", created(execution, "Coin")[0]!).balance;
    });
    expect(paid).toEqual([5n * SOMA, 15n * SOMA]);
  });

  test("an ended model without stake is forgotten after a while", () => {
    const world = new World();
    const id = createModel(world, alice);
    world.endEpoch();
    world.endEpoch();
    const stake = world.ref(world.list("StakedSoma", alice)[0]!.id);
    world.run(alice, { kind: "WithdrawStake", staked_soma: stake });
    for (let count = 0; count < 4; count++) world.endEpoch();
    expect(world.find(modelEntryId(id))).toBeUndefined();
    expect(modelIds(world)).toHaveLength(3);
  });
});

describe("a reported model", () => {
  test("a model that a quorum reports ends and loses 95 % of its stake to the fund", () => {
    const world = new World();
    const id = publishModel(world, alice, "alpha", 100n * SOMA);
    const report = { kind: "ReportModel", model_id: id } as const;
    const undo = { kind: "UndoReportModel", model_id: id } as const;
    expect(statusOf(world.run(alice, report))).toBe("NotAValidator");
    expect(statusOf(world.run(v0, undo))).toBe("ReportRecordNotFound");
    for (const reporter of [v0, v1, v2])
      expect(statusOf(world.run(reporter, report))).toBe("Success");
    expect(statusOf(world.run(v2, undo))).toBe("Success");
    world.endEpoch();
    expect(world.content("Model", modelEntryId(id))).toMatchObject({
      phase: { kind: "Active" },
      reporters: new Set(),
    });
    for (const reporter of [v0, v1, v2]) world.run(reporter, report);
    world.endEpoch();
    const { phase, pool_id } = world.content("Model", modelEntryId(id));
    expect(phase.kind).toBe("Inactive");
    expect(world.content("Pool", poolEntryId(pool_id)).soma_balance).toBe(5n * SOMA);
    expect(statusOf(world.run(v0, report))).toBe("ModelNotActive");
  });
});
