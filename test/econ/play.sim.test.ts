/**
 * What the economy promises, seen in small networks whose every transaction the ledger executed.
 * Hits are random, so shares are of several epochs.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { type EconOptions, planScenario, type ScenarioName } from "../../src/econ/plan.ts";
import { type EpochRow, rowsOf } from "../../src/econ/play.ts";
import { hitsShare } from "../../src/econ/summary.ts";
import { SOMA } from "../ledger/fixtures.ts";
import { OPTIONS } from "./options.ts";

/** About where three hunters, and where thirty, have the hits that are wanted. */
const SETTLED = { 3: 0.265, 30: 0.19 };
const CHANGE_EPOCH = 3;
const FIVE_LATER = CHANGE_EPOCH + 5;

function play(scenario: ScenarioName, changes: Partial<EconOptions>): readonly EpochRow[] {
  return rowsOf(planScenario(scenario, { ...OPTIONS, threshold: SETTLED[3], ...changes }));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe("difficulty", () => {
  test("finds its goal from targets that are too hard for anybody", () => {
    const rows = play("hard", { threshold: undefined, epochs: 18 });
    expect(rows[0]).toMatchObject({ hits: 0 });
    expect(Math.abs(mean(rows.slice(15).map(hitsShare)) - 1)).toBeLessThan(0.2);
  });

  for (const [from, to] of [
    [3, 30],
    [30, 3],
  ] as const) {
    test(`is at its goal again five epochs after ${from} hunters became ${to}`, () => {
      const options = { ...OPTIONS, hunters: from, epochs: 13, threshold: SETTLED[from] };
      const { payments } = options;
      const change = { epoch: CHANGE_EPOCH, hunters: to, payments };
      const rows = rowsOf({ ...planScenario("steady", options), change });
      expect(Math.abs(hitsShare(rows[CHANGE_EPOCH]!) - 1)).toBeGreaterThan(0.5);
      expect(Math.abs(mean(rows.slice(FIVE_LATER).map(hitsShare)) - 1)).toBeLessThan(0.2);
      expect(rows.every(({ failed, refused }) => failed === 0 && refused === 0)).toBe(true);
    });
  }
});

describe("money", () => {
  test("the fund gives each epoch its emission, and gets back what nobody earned", () => {
    const rows = play("rush", { epochs: 6, attempts: 300 });
    for (const [place, row] of rows.entries()) {
      // A day of 1,370 SOMA has 72 epochs of twenty minutes.
      expect(row.emission).toBe((1_370n * SOMA) / 72n);
      const before = rows[place - 1];
      if (before === undefined) continue;
      // What was not filled comes back an epoch after it expired.
      const swept = rows[place - 2]?.open_rewards ?? 0n;
      const unearned = before.validator_budget - before.validator_pay;
      const unspent = before.target_budget - before.target_rewards;
      expect(row.fund).toBe(before.fund - row.emission + unearned + unspent + swept);
      expect(row.target_budget + row.validator_budget).toBe(row.emission + before.fees);
      expect(unearned).toBeLessThan(100n);
    }
  });

  test("fees settle on their goal, and again after payments fell to a quarter", () => {
    const rows = play("fees", { epochs: 30, attempts: 0 });
    const shares = rows.map(({ fees, fee_goal }) => Number(fees) / Number(fee_goal));
    expect(shares[0]).toBeCloseTo(2, 1);
    expect(shares[14]).toBeCloseTo(1, 2);
    expect(shares[15]).toBeCloseTo(0.25, 1);
    expect(shares[29]).toBeCloseTo(1, 2);
  });
});

describe("models", () => {
  for (const models of [1, 10, 50]) {
    test(`a tenth of the stake, split in ${models}, gets about a tenth of the places`, () => {
      const rows = play("split", { epochs: 4, models });
      const stake = mean(rows.map(({ attacker }) => attacker!.stake));
      const slots = mean(rows.map(({ attacker }) => attacker!.slots));
      expect(stake).toBeGreaterThan(0.09);
      expect(stake).toBeLessThan(0.11);
      expect(slots).toBeGreaterThan(0.07);
      expect(slots).toBeLessThan(0.14);
    });
  }
});

test("a plan is played the same way each time, another seed another way", () => {
  const first = play("steady", { epochs: 2 });
  expect(play("steady", { epochs: 2 })).toEqual(first);
  expect(play("steady", { epochs: 2, seed: 2 })[1]!.hits).not.toBe(first[1]!.hits);
});
