/**
 * Targets that nobody claims.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { type Execution } from "../../../src/ledger/outcome.ts";
import { openTargets, targetsMadeIn } from "../../../src/ledger/readers.ts";
import { type KindOf } from "../../../src/types/transaction-kind.ts";
import { account } from "../fixtures.ts";
import { submissionTo } from "../lifecycle.ts";
import { World } from "../world.ts";

const alice = account("alice");

/** Submits to the first open target with another coin than the one that pays. */
function submit(world: World, changes: Partial<KindOf<"SubmitData">> = {}): Execution {
  const { id } = openTargets(world)[0]!;
  return world.run(alice, submissionTo(world, id, world.coin(alice, 1), changes));
}

describe("sweeping", () => {
  test("the expired are swept an epoch later, the filled paid after thirty", () => {
    const world = new World();
    const { id } = openTargets(world)[0]!;
    submit(world);
    const unfilled = openTargets(world).map((row) => row.id);
    world.endEpoch();
    expect(unfilled.every((target) => world.find(target) !== undefined)).toBe(true);
    world.endEpoch();
    expect(unfilled.every((target) => world.find(target) === undefined)).toBe(true);
    expect(targetsMadeIn(world, 0n).map((row) => row.id)).toEqual([id]);
    for (let count = 0; count < 28; count++) world.endEpoch();
    expect(world.find(id)).toBeDefined();
    const before = world.balance(alice);
    world.endEpoch();
    expect(world.epoch).toBe(31n);
    expect(world.find(id)).toBeUndefined();
    expect(world.balance(alice)).toBeGreaterThan(before);
  });
});
