/**
 * Seeds whose networks must come through: a failing one is in the name of its test.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import type { FaultChoice } from "../../src/simulator/plan.ts";
import { runScenario, type ScenarioResult } from "../../src/simulator/scenario.ts";

function run(seed: number, faults: FaultChoice, validators: number = 4): ScenarioResult {
  return runScenario({ seed, validators, minutes: 0.5, faults });
}

describe("without faults", () => {
  for (const validators of [1, 4, 7]) {
    test(`${validators} validators execute what is sent, and epochs change`, () => {
      const { invariant, workload, epochs } = runScenario({
        seed: validators,
        validators,
        minutes: 0.5,
        faults: "none",
        plan: { epochDurationMs: 10_000 },
      });
      expect(invariant).toBeUndefined();
      expect(workload.executed).toBeGreaterThan(10);
      expect(epochs).toBeGreaterThan(1);
    });
  }
});

describe("determinism", () => {
  test("the same seed gives the same trace, another one does not", () => {
    const [first, again, other] = [run(11, "all"), run(11, "all"), run(12, "all")];
    expect(again).toEqual(first);
    expect(other.traceHash).not.toBe(first.traceHash);
  });
});

describe("the round-jump adversary", () => {
  test("it does not stop commits while it rules", () => {
    const calm = run(3, "none");
    const ruled = run(3, ["round-jump"]);
    expect(ruled.invariant).toBeUndefined();
    expect(ruled.commits).toBeGreaterThan(calm.commits / 10);
  });
});
