/**
 * Authorities together on simulated networks: agreement, progress, crashes, liars, determinism.
 * The cluster itself asserts safety as it goes (`cluster.ts`); the seed is in the name of a test.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { toHex } from "../../src/base/bytes.ts";
import { CONSENSUS_LIMITS, SIMULATION_LIMITS } from "../../src/protocol/limits.ts";
import type { ClusterOptions } from "./cluster-parts.ts";
import { Cluster } from "./cluster.ts";

const CALM: Omit<ClusterOptions, "seed"> = {
  authorities: 4,
  limits: CONSENSUS_LIMITS,
  latencyMs: [5, 50],
  load: 40,
};

const ROUGH: Omit<ClusterOptions, "seed"> = { ...CALM, limits: SIMULATION_LIMITS };

function delivered(cluster: Cluster): number[] {
  return cluster.nodes.map((node) => node.delivered.length);
}

/** Everybody makes at least `commits` more commits in `durationMs`, and ends up nearly level. */
function expectProgress(cluster: Cluster, durationMs: number, commits: number): void {
  const before = delivered(cluster);
  cluster.run(durationMs);
  const after = delivered(cluster);
  for (const [authority, count] of after.entries()) {
    expect(count - before[authority]!).toBeGreaterThanOrEqual(commits);
  }
  expect(Math.max(...after) - Math.min(...after)).toBeLessThan(25);
}

/** Rounds that an honest author left out between its blocks. */
function gaps(cluster: Cluster, author: number): number[] {
  const rounds = cluster.proposals[author]!.map(({ ref }) => ref.round);
  return rounds.slice(1).map((round, place) => round - rounds[place]! - 1);
}

describe("four authorities on a calm network", () => {
  for (const seed of [1, 2, 3]) {
    test(`seed ${seed}: commit together and quickly`, () => {
      const cluster = new Cluster({ ...CALM, seed });
      expectProgress(cluster, 6_000, 80);
    });

    test(`seed ${seed}: order every transaction once`, () => {
      const cluster = new Cluster({ ...CALM, seed });
      cluster.run(5_000);
      const submitted = cluster.submitted;
      cluster.run(2_000);
      const ordered = cluster.ordered.map(toHex);
      expect(new Set(ordered).size).toBe(ordered.length);
      expect(ordered.length).toBeGreaterThanOrEqual(submitted);
    });

    test(`seed ${seed}: sign every round, each block on the one before`, () => {
      const cluster = new Cluster({ ...CALM, seed });
      cluster.run(5_000);
      for (const { authority } of cluster.nodes) {
        expect(cluster.proposals[authority]![0]!.ref.round).toBe(1);
        expect(gaps(cluster, authority).every((missed) => missed === 0)).toBe(true);
        for (const { ref, block } of cluster.proposals[authority]!) {
          expect(block.ancestors[0]).toMatchObject({ author: authority, round: ref.round - 1 });
        }
      }
    });
  }

  test("the same seed gives the same history, another seed another", () => {
    const histories = [5, 5, 6].map((seed) => {
      const cluster = new Cluster({ ...ROUGH, seed, loss: 0.02 });
      cluster.at(1_000, () => cluster.crash(1));
      cluster.at(1_500, () => cluster.start(1));
      cluster.run(4_000);
      return { trace: cluster.trace.join("\n"), sequence: cluster.sequence.join("\n") };
    });
    expect(histories[1]).toEqual(histories[0]);
    expect(histories[2]!.sequence).not.toBe(histories[0]!.sequence);
    expect(histories[0]!.trace.length).toBeGreaterThan(10_000);
  });

  test("without work there is a round a second, and work brings the pace back", () => {
    const cluster = new Cluster({ ...CALM, seed: 1, load: 0 });
    cluster.run(20_000);
    const idle = delivered(cluster);
    cluster.run(10_000);
    const slow = delivered(cluster).map((count, authority) => count - idle[authority]!);
    for (const count of slow) expect(count).toBeLessThanOrEqual(11);
    cluster.submit(2, Uint8Array.of(7));
    cluster.run(500);
    expect(cluster.ordered).toEqual([Uint8Array.of(7)]);
  });
});

describe("more authorities", () => {
  for (const seed of [1, 2]) {
    test(`seed ${seed}: seven with two leaders a round agree, with loss`, () => {
      const cluster = new Cluster({ ...ROUGH, seed, authorities: 7, loss: 0.01 });
      expectProgress(cluster, 5_000, 80);
    });
  }

  test("one alone commits", () => {
    expectProgress(new Cluster({ ...CALM, seed: 1, authorities: 1 }), 3_000, 50);
  });
});

describe("a rough network", () => {
  for (const seed of [1, 2, 3, 4]) {
    test(`seed ${seed}: lost messages stop nobody for long`, () => {
      const cluster = new Cluster({ ...ROUGH, seed, loss: 0.05, latencyMs: [1, 120] });
      expectProgress(cluster, 10_000, 50);
    });

    test(`seed ${seed}: halves make no commits, and go on when joined again`, () => {
      const cluster = new Cluster({ ...ROUGH, seed });
      cluster.run(2_000);
      for (const [left, right] of [
        [0, 2],
        [0, 3],
        [1, 2],
        [1, 3],
      ] as const) {
        cluster.setLink(left, right, false);
      }
      cluster.run(500);
      const before = delivered(cluster);
      cluster.run(2_000);
      expect(delivered(cluster)).toEqual(before);
      for (const [left, right] of [
        [0, 2],
        [0, 3],
        [1, 2],
        [1, 3],
      ] as const) {
        cluster.setLink(left, right, true);
      }
      expectProgress(cluster, 3_000, 30);
    });

    test(`seed ${seed}: clocks that differ by less than half a second do no harm`, () => {
      const cluster = new Cluster({ ...CALM, seed, skewMs: [0, 200, -200, 250] });
      expectProgress(cluster, 5_000, 60);
    });

    test(`seed ${seed}: a clock that is seconds ahead delays its own blocks only`, () => {
      const cluster = new Cluster({ ...CALM, seed, skewMs: [0, 0, 0, 5_000] });
      cluster.run(9_000);
      for (const count of delivered(cluster).slice(0, 3)) expect(count).toBeGreaterThan(40);
    });

    test(`seed ${seed}: a clock that is seconds behind hinders nobody else`, () => {
      const cluster = new Cluster({ ...CALM, seed, skewMs: [0, 0, 0, -5_000] });
      cluster.run(9_000);
      for (const count of delivered(cluster).slice(0, 3)) expect(count).toBeGreaterThan(40);
    });
  }

  for (const seed of [1, 2]) {
    test(`seed ${seed}: one absent of four costs time but not progress`, () => {
      const cluster = new Cluster({ ...CALM, seed, absent: [2] });
      cluster.run(8_000);
      for (const node of cluster.nodes) {
        if (node.authority !== 2) expect(node.delivered.length).toBeGreaterThan(30);
      }
    });
  }
});

test("ten with clocks apart commit, and one that comes late catches up with them", () => {
  const skewMs = [50, 0, 100, 0, 120, 0, 0, -80, 0, 0];
  const cluster = new Cluster({ ...CALM, seed: 1, authorities: 10, skewMs, absent: [9] });
  cluster.run(12_000);
  cluster.start(9);
  expectProgress(cluster, 4_000, 20);
  const [late, others] = [delivered(cluster)[9]!, Math.max(...delivered(cluster))];
  expect(others).toBeGreaterThan(150);
  expect(late).toBeGreaterThan(others - 5);
});

test("one that reaches a single other does no harm, and learns everything through it", () => {
  const cluster = new Cluster({ ...CALM, seed: 1 });
  for (const peer of [2, 3]) cluster.setLink(0, peer, false);
  cluster.run(15_000);
  const [alone, ...others] = delivered(cluster);
  for (const count of others) expect(count).toBeGreaterThan(100);
  expect(alone).toBeGreaterThan(Math.max(...others) - 10);
});

describe("an equivocator", () => {
  for (const seed of [1, 2, 3]) {
    test(`seed ${seed}: cannot split the others, who keep evidence of it`, () => {
      const cluster = new Cluster({ ...ROUGH, seed, equivocators: [2] });
      cluster.run(6_000);
      for (const node of cluster.nodes) {
        if (node.authority === 2) continue;
        expect(node.delivered.length).toBeGreaterThan(50);
        expect(node.outputs.get("Evidence")).toBeGreaterThan(0);
        // Bounded, however often it lies.
        expect(node.outputs.get("Evidence")).toBeLessThanOrEqual(SIMULATION_LIMITS.evidenceMax);
      }
    });
  }

  test("two of seven cannot either", () => {
    const cluster = new Cluster({ ...ROUGH, seed: 1, authorities: 7, equivocators: [2, 5] });
    cluster.run(4_000);
    for (const node of cluster.nodes) expect(node.delivered.length).toBeGreaterThan(20);
  });
});

describe("a crash", () => {
  for (let outputs = 0; outputs < 8; outputs++) {
    test(`after ${outputs} more outputs loses nothing and signs nothing twice`, () => {
      const cluster = new Cluster({ ...ROUGH, seed: 40 + outputs });
      cluster.run(1_500);
      cluster.crashWithin(1, outputs);
      cluster.run(600);
      expect(cluster.nodes[1]!.core).toBeUndefined();
      cluster.start(1);
      // The cluster itself asserts that commits are the same and that no round has two blocks.
      expectProgress(cluster, 3_000, 30);
    });
  }

  test("of everybody at once is survived", () => {
    const cluster = new Cluster({ ...ROUGH, seed: 9 });
    cluster.run(2_000);
    for (const { authority } of cluster.nodes) cluster.crash(authority);
    cluster.run(1_000);
    for (const { authority } of cluster.nodes) cluster.start(authority);
    expectProgress(cluster, 3_000, 30);
  });

  for (const seed of [1, 2, 3]) {
    test(`seed ${seed}: a node that was away for long catches up from the others' disks`, () => {
      const cluster = new Cluster({ ...ROUGH, seed });
      cluster.run(1_000);
      cluster.crash(3);
      cluster.run(6_000);
      const others = cluster.nodes[0]!.delivered.length;
      expect(others - cluster.nodes[3]!.delivered.length).toBeGreaterThan(30);
      cluster.start(3);
      expectProgress(cluster, 4_000, 30);
      const stored = cluster.nodes.map((node) => node.outputs.get("SendStored") ?? 0);
      expect(Math.max(...stored)).toBeGreaterThan(0);
      // It fell behind by more than can be made up for, so it jumped; hardly more than once.
      const jumps = gaps(cluster, 3).filter((missed) => missed > 0);
      expect(jumps.length).toBeGreaterThan(0);
      expect(jumps.length).toBeLessThanOrEqual(3);
    });
  }

  test("again and again leaves honest gaps only where there was no choice", () => {
    const cluster = new Cluster({ ...CALM, seed: 7 });
    for (let time = 0; time < 5; time++) {
      cluster.run(700);
      cluster.crash(2);
      cluster.run(300);
      cluster.start(2);
    }
    expectProgress(cluster, 3_000, 30);
    // Never more than half the depth of collection behind, so no round is left out.
    expect(gaps(cluster, 2).every((missed) => missed === 0)).toBe(true);
  });
});
