/**
 * Whole networks under load with a crash and epoch changes: nothing breaks, everybody agrees, and
 * a seed always gives the same run. A failing seed is in the name of its test.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { runScenario, type ScenarioResult } from "../../src/simulator/scenario.ts";

const SEEDS = [1, 2, 3, 4, 5, 6];

function run(seed: number, overrides: { readonly validators?: number } = {}): ScenarioResult {
  return runScenario({
    seed,
    validators: overrides.validators ?? 4,
    minutes: 0.4,
    epochDurationMs: 15_000,
  });
}

describe("a network with one crash", () => {
  for (const seed of SEEDS) {
    test(`seed ${seed}: all agree and every call is answered`, () => {
      const result = run(seed);
      expect(result.invariant).toBeUndefined();
      expect(result.workload.executed).toBeGreaterThan(50);
      expect(result.epochs).toBeGreaterThan(0);
    });
  }

  test("seed 7: seven validators, two leaders a round", () => {
    const result = run(7, { validators: 7 });
    expect(result.invariant).toBeUndefined();
    expect(result.workload.executed).toBeGreaterThan(50);
  });
});

describe("determinism", () => {
  test("the same seed gives the same trace, another one does not", () => {
    const [first, again, other] = [run(11), run(11), run(12)];
    expect(again.traceHash).toBe(first.traceHash);
    expect(again.checkpoints).toBe(first.checkpoints);
    expect(other.traceHash).not.toBe(first.traceHash);
  });
});
