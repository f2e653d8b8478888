/**
 * SetModelCommissionRate: from the next epoch on.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { ECONOMY_ID } from "../../../src/types/entry.ts";
import { account } from "../fixtures.ts";
import { commitmentOf, createModel, modelOf, revealOf } from "../lifecycle.ts";
import { statusOf, World } from "../world.ts";

const alice = account("alice");

describe("SetModelCommissionRate", () => {
  test("a commission applies from the next epoch on", () => {
    const world = new World();
    const id = createModel(world, alice);
    const set = (new_rate: bigint): string =>
      statusOf(world.run(alice, { kind: "SetModelCommissionRate", model_id: id, new_rate }));
    expect(set(500n)).toBe("ModelNotActive");
    world.run(alice, commitmentOf(id, "alpha"));
    world.endEpoch();
    world.run(alice, revealOf(id, "alpha"));
    expect(set(10_001n)).toBe("ModelCommissionRateTooHigh");
    expect(set(500n)).toBe("Success");
    expect(modelOf(world, id).commission_rate).toBe(1_000n);
    world.endEpoch();
    expect(modelOf(world, id).commission_rate).toBe(500n);
    expect(world.content("Economy", ECONOMY_ID).hits).toBe(0n);
  });
});
