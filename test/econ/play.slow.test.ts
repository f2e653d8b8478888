/**
 * The scenarios of `soma econ` at their usual size, in small and large dimensions, with several
 * seeds: difficulty settles within fifteen epochs from its easiest start, and is near its goal five
 * epochs after hunters changed tenfold.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { type Plan, planScenario, type ScenarioName } from "../../src/econ/plan.ts";
import { rowsOf } from "../../src/econ/play.ts";
import { hitsShare } from "../../src/econ/summary.ts";
import { OPTIONS } from "./options.ts";

const MINUTES = 60_000;
const SETTLING_EPOCHS = 15;
const EPOCHS_AFTER = 5;

function meanShareFrom(epoch: number, plan: Plan): number {
  const shares = rowsOf(plan).slice(epoch).map(hitsShare);
  expect(shares).toHaveLength(5);
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

for (const dimension of [16, 2_048]) {
  for (const seed of [1, 2]) {
    const usual = { ...OPTIONS, seed, dimension, epochMinutes: 60, hunters: 20 };

    describe(`${dimension} dimensions, seed ${seed}`, () => {
      test(
        "settles within fifteen epochs from the easiest targets",
        () => {
          const plan = planScenario("easy", { ...usual, epochs: SETTLING_EPOCHS + 5 });
          expect(Math.abs(meanShareFrom(SETTLING_EPOCHS, plan) - 1)).toBeLessThan(0.2);
        },
        5 * MINUTES,
      );

      for (const scenario of ["rush", "slump"] as const satisfies readonly ScenarioName[]) {
        test(
          `is at its goal again five epochs after the ${scenario}`,
          () => {
            const plan = planScenario(scenario, { ...usual, epochs: 20 });
            const { epoch } = plan.change!;
            expect(Math.abs(meanShareFrom(epoch + EPOCHS_AFTER, plan) - 1)).toBeLessThan(0.2);
          },
          5 * MINUTES,
        );
      }
    });
  }
}
