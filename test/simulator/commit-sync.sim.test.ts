/**
 * A validator that was away for long comes back while the others go on: it fetches certified
 * commits, and takes part again.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { Prng } from "../../src/base/prng.ts";
import { SIMULATION_LIMITS } from "../../src/protocol/limits.ts";
import { setUp } from "../../src/simulator/setup.ts";
import type { SimNode } from "../../src/simulator/sim-node.ts";
import { World } from "../../src/simulator/world.ts";

const START_MS = 1_767_225_600_000;
const AWAY_MS = 40_000;

type Asked = { ranges: number; readonly whom: Set<string> };

function openWorld(seed: number): { readonly world: World; readonly asked: Asked } {
  const limits = { ...SIMULATION_LIMITS, idleRoundsMin: Number.MAX_SAFE_INTEGER };
  const sizes = { accounts: 1, coinsPerAccount: 1, startMs: START_MS, limits };
  const parts = { ...sizes, validators: 4, epochDurationMs: 10 * AWAY_MS };
  const { nodes, genesis } = setUp(new Prng(seed), parts);
  const latency = { minMs: 1, maxMs: 30, tailChance: 0, tailMs: 0 };
  const asked: Asked = { ranges: 0, whom: new Set() };
  const world = new World({
    seed,
    startMs: START_MS,
    nodes,
    genesis,
    latency,
    verifyChance: 0,
    onOrder: (output) => {
      if (output.kind !== "Send" || output.message.kind !== "FetchCommits") return;
      asked.ranges++;
      asked.whom.add(output.peer);
    },
  });
  for (const node of world.nodes) world.start(node);
  return { world, asked };
}

function lastCommit({ disk }: SimNode): number {
  return disk.lastCommit(0n);
}

describe("a validator that was away for long", () => {
  for (const damage of ["none", "wiped"] as const) {
    test(`fetches commits from several others and catches up, disk ${damage}`, () => {
      const { world, asked } = openWorld(7);
      const [node, other] = world.nodes;
      world.clock.run(5_000);
      expect(asked.ranges).toBe(0);
      world.crash(node!, damage);
      const before = lastCommit(node!);
      world.clock.run(AWAY_MS);
      expect(lastCommit(other!) - before).toBeGreaterThan(300);
      world.start(node!);
      world.clock.run(10_000);
      expect(lastCommit(other!) - lastCommit(node!)).toBeLessThan(5);
      // Nearly everything came in ranges, from more than one of the others.
      const fetched = asked.ranges * SIMULATION_LIMITS.commitRangeMax;
      expect(fetched).toBeGreaterThan(250);
      expect(asked.whom.size).toBeGreaterThan(1);
      const { consensus } = node!.node!;
      expect(consensus!.commitSync.isActive).toBe(false);
      expect(consensus!.own.ref.round).toBeGreaterThan(consensus!.clock.round - 3);
    });
  }
});
