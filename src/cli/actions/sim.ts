/**
 * What `soma sim` does: runs seeds one after another and says how each ended.
 *
 * @module
 */
import { closeSync, openSync, writeSync } from "node:fs";

import { runScenario, type ScenarioResult } from "../../simulator/scenario.ts";
import type { Context } from "../command.ts";
import { startProgress } from "../progress.ts";
import type { SeedRange } from "../values.ts";

type SimOptions = {
  readonly seed: number;
  readonly seeds: SeedRange | undefined;
  readonly validators: number;
  readonly minutes: number;
  readonly trace: string | undefined;
};

const EPOCH_MS = 60_000;
const MINUTES_PER_HOUR = 60;
const MS_PER_HOUR = 3_600_000;

/** `sim` */
export async function simulateAction(context: Context, options: SimOptions): Promise<void> {
  const { from, to } = options.seeds ?? { from: options.seed, to: options.seed };
  const progress = startProgress(context, "Simulating", to - from + 1);
  const startMs = context.deps.clock.monotonicMs();
  const results: ScenarioResult[] = [];
  for (let seed = from; seed <= to; seed++) {
    results.push(runOne(seed, options));
    progress.update(results.length);
    // Signals are heard between seeds.
    await Bun.sleep(0);
  }
  progress.finish();
  report(context, options, results, context.deps.clock.monotonicMs() - startMs);
}

function runOne(seed: number, { validators, minutes, trace }: SimOptions): ScenarioResult {
  const scenario = { seed, validators, minutes, epochDurationMs: EPOCH_MS };
  if (trace === undefined) return runScenario(scenario);
  const file = openSync(trace, "a");
  try {
    return runScenario({ ...scenario, onTrace: (line) => void writeSync(file, `${line}\n`) });
  } finally {
    closeSync(file);
  }
}

function report(
  { output }: Context,
  { validators, minutes }: SimOptions,
  results: readonly ScenarioResult[],
  elapsedMs: number,
): void {
  const failed = results.filter(({ invariant }) => invariant !== undefined);
  const virtualMinutes = results.reduce((sum, result) => sum + result.minutes, 0);
  const document = {
    seed_from: results[0]?.seed,
    seed_to: results.at(-1)?.seed,
    passed: results.length - failed.length,
    failed: failed.map(({ seed, minutes: minute, invariant }) => ({ seed, minute, invariant })),
    virtual_hours: virtualMinutes / MINUTES_PER_HOUR,
    cpu_hours: elapsedMs / MS_PER_HOUR,
    trace_hash: results.map(({ traceHash }) => traceHash).join(""),
  };
  output.result(document, () => {
    for (const one of results) output.line(describe(one));
    for (const { seed } of failed) {
      const repeat = `--seed ${seed} --validators ${validators} --minutes ${minutes}`;
      output.line(`repeat: soma sim ${repeat}`);
    }
  });
  if (failed.length > 0) output.failed();
}

function describe({ seed, invariant, checkpoints, epochs, workload }: ScenarioResult): string {
  if (invariant !== undefined) return `seed ${seed}: ${invariant}`;
  const { executed } = workload;
  return `seed ${seed}: ${executed} transactions, ${checkpoints} checkpoints, ${epochs} epochs`;
}
