/**
 * What `soma econ` does: plays a plan, and shows its epochs as a table and as charts.
 *
 * @module
 */
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";

import { renderCharts } from "../../econ/chart.ts";
import { panelsOf } from "../../econ/panels.ts";
import { type EconOptions, type Plan, planScenario, type ScenarioName } from "../../econ/plan.ts";
import { type EpochRow, playPlan } from "../../econ/play.ts";
import { type EconSummary, summarize } from "../../econ/summary.ts";
import { SHANNONS_PER_SOMA } from "../../types/coin.ts";
import { attempt } from "../../wallet/small-file.ts";
import { grouped } from "../amounts.ts";
import type { Context } from "../command.ts";
import { interruptible } from "../interrupt.ts";
import { startProgress } from "../progress.ts";

/** What was asked for. */
export type EconRequest = EconOptions & {
  readonly scenario: ScenarioName;
  readonly plot: string | undefined;
};

const PERCENT = 100;

/** `econ` */
export async function econAction(context: Context, request: EconRequest): Promise<void> {
  const plan = planScenario(request.scenario, request);
  const rows: EpochRow[] = [];
  try {
    await interruptible(context.deps, "epochs that had ended are reported", (signal) =>
      play(context, plan, { rows, signal }),
    );
  } finally {
    if (rows.length > 0) report(context, request, plan, rows);
  }
}

async function play(
  context: Context,
  plan: Plan,
  { rows, signal }: { readonly rows: EpochRow[]; readonly signal: AbortSignal },
): Promise<void> {
  const progress = startProgress(context, "Playing", plan.epochs);
  try {
    for (const { epochs, row } of playPlan(plan)) {
      if (row !== undefined) rows.push(row);
      progress.update(epochs);
      // Signals are heard, and progress is drawn, between steps.
      await Bun.sleep(0);
      signal.throwIfAborted();
    }
  } finally {
    progress.finish();
  }
}

function report(
  context: Context,
  request: EconRequest,
  plan: Plan,
  rows: readonly EpochRow[],
): void {
  const { output, deps } = context;
  const { scenario, plot, seed } = request;
  const summary = summarize(plan, rows);
  output.result(documentOf(request, rows, summary), () => {
    output.table({ head: HEAD, rows: rows.map(cellsOf) });
    for (const line of summaryLines(summary, rows)) output.line(line);
  });
  if (plot === undefined) return;
  const charts = renderCharts(`Scenario ${scenario}, seed ${seed}`, panelsOf(rows));
  attempt("write", plot, () => writeFileSync(resolve(deps.cwd, plot), charts));
  output.line(`Charts: ${plot}`);
}

/** What was played and what came of it; figures that there are not are null. */
function documentOf(
  request: EconRequest,
  rows: readonly EpochRow[],
  summary: EconSummary,
): Readonly<Record<string, unknown>> {
  const { scenario, seed, validators, trainers, hunters, attempts, dimension } = request;
  const { epochMinutes: epoch_minutes, payments, models, plot = null } = request;
  const played = { validators, trainers, hunters, attempts, dimension, epoch_minutes, payments };
  return {
    scenario,
    seed,
    ...played,
    models,
    threshold: request.threshold ?? null,
    epochs: rows.map((row) => ({ ...row, attacker: row.attacker ?? null })),
    summary: {
      ...summary,
      epochs_to_goal: summary.epochs_to_goal ?? null,
      change_epoch: summary.change_epoch ?? null,
      hits_share_after_change: summary.hits_share_after_change ?? null,
      attacker: summary.attacker ?? null,
    },
    plot,
  };
}

const HEAD = ["Epoch", "Distance", "Hits", "Rewards", "Fund", "Fees", "Validators", "Models"];

function cellsOf(row: EpochRow): readonly string[] {
  return [
    `${row.epoch}`,
    row.distance_threshold.toFixed(4),
    `${row.hits}`,
    decimal(row.target_rewards - row.open_rewards, 2),
    whole(row.fund),
    decimal(row.fees, 3),
    whole(row.validator_stake),
    whole(row.model_stake),
  ];
}

/** What the rows answer, in sentences; the end is the last five epochs. Amounts are SOMA. */
function summaryLines(summary: EconSummary, rows: readonly EpochRow[]): readonly string[] {
  const { epochs_to_goal, hits_share, change_epoch, hits_share_after_change } = summary;
  const { fund_first, fund_last, emitted, returned, fees_share, attacker } = summary;
  const goal = rows[0]?.hits_goal ?? 0;
  const reached =
    epochs_to_goal === undefined ? "never within 20 %" : `within 20 % after ${epochs_to_goal}`;
  return [
    `Hits: goal ${goal} an epoch, ${reached}; at the end ${percent(hits_share)} of it.`,
    ...(hits_share_after_change === undefined
      ? []
      : [
          `Change at epoch ${change_epoch}: five epochs later hits are ` +
            `${percent(hits_share_after_change)} of their goal.`,
        ]),
    `Fund: from ${whole(fund_first)} to ${whole(fund_last)}; ` +
      `${decimal(emitted, 1)} given out, ${decimal(returned, 1)} returned unearned.`,
    `Fees: at the end ${percent(fees_share)} of their goal.`,
    ...(attacker === undefined
      ? []
      : [
          `Attacker: ${percent(attacker.stake)} of the stake in models, ` +
            `${percent(attacker.slots)} of the places in targets.`,
        ]),
  ];
}

function percent(share: number): string {
  return `${(share * PERCENT).toFixed(1)} %`;
}

function whole(shannons: bigint): string {
  return grouped(shannons / SHANNONS_PER_SOMA);
}

function decimal(shannons: bigint, decimals: number): string {
  return (Number(shannons) / Number(SHANNONS_PER_SOMA)).toFixed(decimals);
}
