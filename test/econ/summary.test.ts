/**
 * What a play answers, from rows made by hand, and the charts of these rows.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { panelsOf } from "../../src/econ/panels.ts";
import { planScenario } from "../../src/econ/plan.ts";
import type { EpochRow } from "../../src/econ/play.ts";
import { summarize } from "../../src/econ/summary.ts";
import { OPTIONS } from "./options.ts";

const SOMA = 1_000_000_000n;

function row(epoch: number, hits: number, changes: Partial<EpochRow> = {}): EpochRow {
  return {
    epoch,
    distance_threshold: 0.3,
    fund: (1_000n - 8n * BigInt(epoch)) * SOMA,
    emission: 10n * SOMA,
    target_budget: 8n * SOMA,
    validator_budget: 2n * SOMA,
    value_fee_ppm: 1_000,
    validator_stake: (100n + BigInt(epoch)) * SOMA,
    model_stake: 50n * SOMA,
    hits,
    hits_projected: hits,
    hits_goal: 100,
    targets_made: 200,
    target_rewards: 6n * SOMA,
    open_rewards: SOMA,
    fees: SOMA / 2n,
    fee_goal: SOMA,
    hunters: 3,
    payments: 0n,
    validator_pay: SOMA,
    transactions: 10,
    failed: 0,
    refused: 0,
    attacker: undefined,
    ...changes,
  };
}

test("says when the goal was reached, and what came five epochs after the change", () => {
  const hits = [500, 130, 119, 100, 100, 1_000, 100, 100, 100, 100, 85];
  const rows = hits.map((count, epoch) => row(epoch, count));
  expect(summarize(planScenario("rush", OPTIONS), rows)).toEqual({
    epochs_to_goal: 2,
    hits_share: 0.97,
    change_epoch: 5,
    hits_share_after_change: 0.85,
    fund_first: 1_000n * SOMA,
    fund_last: 920n * SOMA,
    emitted: 100n * SOMA,
    returned: 20n * SOMA,
    fees_share: 0.5,
    attacker: undefined,
  });
});

test("says nothing about what was not played", () => {
  const summary = summarize(planScenario("rush", OPTIONS), [row(0, 10)]);
  expect(summary).toMatchObject({ emitted: 0n, returned: 0n, hits_share: 0.1 });
  expect(summary.epochs_to_goal).toBeUndefined();
  expect(summary.hits_share_after_change).toBeUndefined();
});

test("an attacker's part is the mean over epochs, and has its own chart", () => {
  const rows = [0.1, 0.2].map((slots, epoch) => {
    return row(epoch, 100, { attacker: { stake: 0.1, slots } });
  });
  const { attacker } = summarize(planScenario("split", OPTIONS), rows);
  expect(attacker?.slots).toBeCloseTo(0.15, 12);
  const panel = panelsOf(rows).at(-1)!;
  expect(panel.title).toBe("The attacker's part, %");
  expect(panel.lines.map(({ values }) => values)).toEqual([
    [10, 20],
    [10, 10],
  ]);
});

test("charts show whole epochs in SOMA", () => {
  const panels = panelsOf([row(0, 90), row(1, 110)]);
  const line = (title: string, name: string): readonly number[] | undefined =>
    panels.find((panel) => panel.title === title)?.lines.find((one) => one.name === name)?.values;
  expect(line("Hits in an epoch", "hits")).toEqual([90, 110]);
  expect(line("Emission fund, SOMA", "fund")).toEqual([1_000, 992]);
  expect(line("Rewards of an epoch, SOMA", "filled targets")).toEqual([5, 5]);
  expect(line("What pools have gained, SOMA", "validators")).toEqual([0, 1]);
  expect(line("Fees of an epoch, SOMA", "fees")).toEqual([0.5, 0.5]);
  expect(panels).toHaveLength(8);
});
