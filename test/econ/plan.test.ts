/**
 * Scenarios: what each adds to what was chosen.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { activityAt, planScenario, SCENARIO_NAMES } from "../../src/econ/plan.ts";
import { thresholdBounds } from "../../src/ledger/float.ts";
import { OPTIONS } from "./options.ts";

describe("scenarios", () => {
  test("steady is what was chosen", () => {
    expect(planScenario("steady", OPTIONS)).toEqual({
      ...OPTIONS,
      attackers: 0,
      change: undefined,
      threshold: undefined,
    });
  });

  test("hunters change tenfold half-way", () => {
    const rush = planScenario("rush", OPTIONS);
    const slump = planScenario("slump", OPTIONS);
    const hunters = (plan: typeof rush, epoch: number): number => activityAt(plan, epoch).hunters;
    expect([4, 5].map((epoch) => hunters(rush, epoch))).toEqual([3, 30]);
    expect([4, 5].map((epoch) => hunters(slump, epoch))).toEqual([30, 3]);
  });

  test("payments fall to a quarter half-way, and nothing else changes", () => {
    const plan = planScenario("fees", OPTIONS);
    expect(activityAt(plan, 4)).toMatchObject({ hunters: 3, payments: OPTIONS.payments });
    expect(activityAt(plan, 5)).toMatchObject({ hunters: 3, payments: OPTIONS.payments / 4n });
  });

  test("a threshold that was chosen comes before that of the scenario", () => {
    const { min, max } = thresholdBounds(16n);
    expect(planScenario("hard", OPTIONS).threshold).toBe(min);
    expect(planScenario("easy", OPTIONS).threshold).toBe(max);
    expect(planScenario("hard", { ...OPTIONS, threshold: 0.5 }).threshold).toBe(0.5);
  });

  test("only split has an attacker", () => {
    const attackers = SCENARIO_NAMES.map((name) => planScenario(name, OPTIONS).attackers);
    expect(attackers.filter((count) => count > 0)).toEqual([OPTIONS.models]);
  });
});
