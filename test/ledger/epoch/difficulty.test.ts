/**
 * Difficulty at the epoch change.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import type { GenesisConfig } from "../../../src/ledger/genesis/config.ts";
import { openTargets } from "../../../src/ledger/readers.ts";
import { scalarTensor, scalarValue } from "../../../src/types/tensor.ts";
import { account, DAY_MS, testConfig } from "../fixtures.ts";
import { economyOf, submissionTo } from "../lifecycle.ts";
import { statusOf, World } from "../world.ts";

const alice = account("alice");

/** A network whose targets begin with a threshold. */
function withThreshold(threshold: number, changes: Partial<GenesisConfig> = {}): World {
  const target_initial_distance_threshold = scalarTensor(threshold);
  const overrides = { ...testConfig().overrides, target_initial_distance_threshold };
  return new World({ overrides, ...changes });
}

function submitOnce(world: World): void {
  const { id } = openTargets(world)[0]!;
  expect(statusOf(world.run(alice, submissionTo(world, id, world.coin(alice, 1))))).toBe("Success");
}

describe("difficulty", () => {
  test("an epoch cut short leaves the threshold alone, and so does one that made no target", () => {
    const world = withThreshold(0.4);
    const before = economyOf(world).distance_threshold;
    submitOnce(world);
    world.endEpoch(DAY_MS / 2n - 1n);
    expect(economyOf(world)).toMatchObject({
      distance_threshold: before,
      hits: 0n,
      hits_average: 0,
    });
    const empty = withThreshold(0.4, { models: [] });
    empty.endEpoch();
    expect(economyOf(empty).distance_threshold).toEqual(before);
  });

  test("an epoch without a hit makes targets easier, but not when half of all data fits", () => {
    const world = withThreshold(0.4);
    const thresholds = Array.from({ length: 6 }, () => {
      world.endEpoch();
      return scalarValue(economyOf(world).distance_threshold)!;
    });
    expect(thresholds[0]).toBeGreaterThan(0.4);
    expect(thresholds[1]).toBeGreaterThan(thresholds[0]!);
    expect(thresholds.at(-1)).toBeGreaterThanOrEqual(1);
    expect(thresholds.at(-1)).toBeLessThan(1.25);
    expect(thresholds.at(-1)).toBe(thresholds.at(-2));
    expect(economyOf(world).hits_average).toBe(0);
  });

  test("too few hits make targets easier", () => {
    const world = new World();
    const before = scalarValue(economyOf(world).distance_threshold)!;
    submitOnce(world);
    world.endEpoch();
    // h = 1, G = 8,640: x ≈ −1, so z falls by nearly 0.9 and T rises by nearly 0.9 σ.
    expect(scalarValue(economyOf(world).distance_threshold)).toBeCloseTo(before + 0.22, 2);
    expect(economyOf(world).hits_average).toBe(1);
  });

  test("a stop for want of reward makes them harder, or leaves them", () => {
    const world = new World();
    const before = scalarValue(economyOf(world).distance_threshold)!;
    while (economyOf(world).stopped_at_ms === undefined) submitOnce(world);
    world.endEpoch();
    // Stopped at once: 29 hits in a thousandth of the day are 29,000, more than three goals.
    expect(economyOf(world).hits_average).toBeCloseTo(29_000, 6);
    expect(scalarValue(economyOf(world).distance_threshold)).toBeLessThan(before);
  });
});
