/**
 * Difficulty at the epoch change.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { openTargets } from "../../../src/ledger/readers.ts";
import { type ContentOf, ECONOMY_ID } from "../../../src/types/entry.ts";
import { scalarValue } from "../../../src/types/tensor.ts";
import { account, DAY_MS } from "../fixtures.ts";
import { submissionTo } from "../lifecycle.ts";
import { statusOf, World } from "../world.ts";

const alice = account("alice");

function economy(world: World): ContentOf<"Economy"> {
  return world.content("Economy", ECONOMY_ID);
}

function submitOnce(world: World): void {
  const { id } = openTargets(world)[0]!;
  expect(statusOf(world.run(alice, submissionTo(world, id, world.coin(alice, 1))))).toBe("Success");
}

describe("difficulty", () => {
  test("an epoch without hits, or cut short, leaves the threshold alone", () => {
    const world = new World();
    const before = economy(world).distance_threshold;
    world.endEpoch();
    submitOnce(world);
    world.endEpoch(DAY_MS / 2n - 1n);
    expect(economy(world)).toMatchObject({ distance_threshold: before, hits: 0n, hits_average: 0 });
  });

  test("too few hits make targets easier", () => {
    const world = new World();
    const before = scalarValue(economy(world).distance_threshold)!;
    submitOnce(world);
    world.endEpoch();
    // h = 1, G = 8,640: x ≈ −1, so z falls by nearly 0.6 and T rises by 0.6 σ = 0.15.
    expect(scalarValue(economy(world).distance_threshold)).toBeCloseTo(before + 0.15, 3);
    expect(economy(world).hits_average).toBe(1);
  });

  test("a stop for want of reward makes them harder, or leaves them", () => {
    const world = new World();
    const before = scalarValue(economy(world).distance_threshold)!;
    while (economy(world).stopped_at_ms === undefined) submitOnce(world);
    world.endEpoch();
    // Stopped at once: 29 hits in a thousandth of the day are 29,000, more than three goals.
    expect(economy(world).hits_average).toBeCloseTo(29_000, 6);
    expect(scalarValue(economy(world).distance_threshold)).toBeLessThan(before);
  });
});
