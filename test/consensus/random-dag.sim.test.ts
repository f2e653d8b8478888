/**
 * Random DAGs shown in random orders: every view comes to the same commits, digest by digest.
 * The seed is in the name of a test.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { Prng } from "../../src/base/prng.ts";
import { CONSENSUS_LIMITS, SIMULATION_LIMITS } from "../../src/protocol/limits.ts";
import type { SignedBlock } from "../../src/types/block.ts";
import { testCommittee } from "./fixtures.ts";
import { type DagShape, randomDag, reordered, View } from "./random-dag.ts";

const ORDERS = 4;

const FOUR: DagShape = {
  committee: testCommittee(4),
  limits: CONSENSUS_LIMITS,
  rounds: 200,
  leaderChance: 1,
  otherChance: 1,
  extraBlocks: [],
};

const SEVEN: DagShape = { ...FOUR, committee: testCommittee(7), rounds: 80 };

function commitsOf(shape: DagShape, blocks: readonly SignedBlock[]): string[] {
  const view = new View(shape);
  for (const block of blocks) view.show(block);
  expect(view.core.manager.waitingCount).toBe(0);
  return view.commits;
}

/** Every order of arrival gives one sequence of commits, and a prefix of it on the way. */
function expectAgreement(shape: DagShape, seed: number, windowRounds: number): string[] {
  const prng = new Prng(seed);
  const blocks = randomDag(shape, prng);
  const first = commitsOf(shape, blocks);
  const window = (windowRounds * blocks.length) / shape.rounds;
  for (let order = 0; order < ORDERS; order++) {
    const view = new View(shape);
    for (const block of reordered(blocks, window, prng)) {
      view.show(block);
      const { length } = view.commits;
      if (length > 0) expect(view.commits[length - 1]).toBe(first[length - 1]);
    }
    expect(view.commits).toEqual(first);
    expect(view.core.manager.waitingCount).toBe(0);
  }
  return first;
}

describe("random DAGs of four", () => {
  for (let seed = 1; seed <= 3; seed++) {
    test(`seed ${seed}: with every block named every leader is committed`, () => {
      expect(expectAgreement(FOUR, seed, 3)).toHaveLength(FOUR.rounds - 2);
    });

    test(`seed ${seed}: with every other leader named all agree`, () => {
      const shape = { ...FOUR, leaderChance: 0.5, otherChance: 0.5 };
      expect(expectAgreement(shape, seed, 3).length).toBeGreaterThan(50);
    });

    test(`seed ${seed}: with leaders hardly named all agree`, () => {
      const shape = { ...FOUR, leaderChance: 0.1, otherChance: 0.3 };
      expect(expectAgreement(shape, seed, 3).length).toBeGreaterThan(0);
    });

    test(`seed ${seed}: with one equivocator all agree`, () => {
      const shape = { ...FOUR, rounds: 120, leaderChance: 0.7, otherChance: 0.5, extraBlocks: [1] };
      expect(expectAgreement(shape, seed, 3).length).toBeGreaterThan(20);
    });

    test(`seed ${seed}: when blocks come after collection all agree`, () => {
      const shape = { ...FOUR, limits: SIMULATION_LIMITS, leaderChance: 0.6, otherChance: 0.4 };
      expect(expectAgreement(shape, seed, 3).length).toBeGreaterThan(50);
    });
  }
});

describe("random DAGs of seven with two leaders a round", () => {
  for (let seed = 1; seed <= 2; seed++) {
    test(`seed ${seed}: with every block named every leader is committed`, () => {
      expect(expectAgreement(SEVEN, seed, 3)).toHaveLength(2 * (SEVEN.rounds - 2));
    });

    test(`seed ${seed}: with most leaders named all agree`, () => {
      const shape = { ...SEVEN, leaderChance: 0.75, otherChance: 0.6 };
      expect(expectAgreement(shape, seed, 3).length).toBeGreaterThan(20);
    });

    test(`seed ${seed}: with two equivocators, up to three blocks a round, all agree`, () => {
      const shape = { ...SEVEN, leaderChance: 0.7, otherChance: 0.5, extraBlocks: [0, 2, 0, 1] };
      expect(expectAgreement(shape, seed, 2).length).toBeGreaterThan(10);
    });

    test(`seed ${seed}: with unequal power all agree`, () => {
      const committee = testCommittee(7, [3_000, 2_000, 1_500, 1_500, 1_000, 600, 400]);
      const shape = { ...SEVEN, committee, leaderChance: 0.6, otherChance: 0.4 };
      expect(expectAgreement(shape, seed, 3).length).toBeGreaterThan(20);
    });
  }
});

describe("a random DAG of ten with two leaders a round", () => {
  test("with three equivocators, up to four blocks a round, all agree", () => {
    const shape: DagShape = {
      ...FOUR,
      committee: testCommittee(10),
      rounds: 100,
      leaderChance: 0.8,
      otherChance: 0.6,
      extraBlocks: [3, 0, 0, 2, 0, 0, 0, 1],
    };
    expect(expectAgreement(shape, 1, 2).length).toBeGreaterThan(10);
  });
});

describe("a random DAG", () => {
  test("has many slots that are not decided directly, or these tests would show little", () => {
    const shape = { ...FOUR, leaderChance: 0.5, otherChance: 0.5 };
    const view = new View(shape);
    for (const block of randomDag(shape, new Prng(1))) view.show(block);
    // Of 198 slots a good part is skipped.
    expect(view.commits.length).toBeLessThan(180);
  });
});
