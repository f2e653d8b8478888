/**
 * What `soma sim` does: runs seeds one after another and says how each ended.
 *
 * @module
 */
import { closeSync, openSync, writeSync } from "node:fs";

import type { FaultChoice } from "../../simulator/plan.ts";
import { playScenario, type ScenarioResult } from "../../simulator/scenario.ts";
import { Trace } from "../../simulator/trace.ts";
import type { Context } from "../command.ts";
import { interruptible } from "../interrupt.ts";
import { startProgress } from "../progress.ts";
import type { SeedRange } from "../values.ts";

/** What was asked for. */
export type SimOptions = {
  readonly seed: number;
  readonly seeds: SeedRange | undefined;
  readonly validators: number;
  readonly minutes: number;
  readonly faults: FaultChoice;
  readonly trace: string | undefined;
};

type Sink = (line: string) => void;

const MINUTES_PER_HOUR = 60;
const MS_PER_HOUR = 3_600_000;

/** `sim` */
export async function simulateAction(context: Context, options: SimOptions): Promise<void> {
  const { deps } = context;
  const startMs = deps.cpuMs();
  const results: ScenarioResult[] = [];
  try {
    await interruptible(deps, "seeds that had ended are reported", (signal) =>
      withTrace(options.trace, (sink) => runAll(context, options, { signal, sink, results })),
    );
  } finally {
    if (results.length > 0) reportSeeds(context, options, results, deps.cpuMs() - startMs);
  }
}

type Running = {
  readonly signal: AbortSignal;
  readonly sink: Sink | undefined;
  readonly results: ScenarioResult[];
};

async function runAll(context: Context, options: SimOptions, running: Running): Promise<void> {
  const { from, to } = options.seeds ?? { from: options.seed, to: options.seed };
  const total = (to - from + 1) * options.minutes;
  const progress = startProgress(context, "Simulating", total);
  try {
    for (let seed = from; seed <= to; seed++) {
      const before = (seed - from) * options.minutes;
      const update = (minutes: number): void => progress.update(before + minutes);
      running.results.push(await runOne(seed, options, { ...running, update }));
    }
  } finally {
    progress.finish();
  }
}

async function runOne(
  seed: number,
  { validators, minutes, faults }: SimOptions,
  { signal, sink, update }: Running & { readonly update: (minutes: number) => void },
): Promise<ScenarioResult> {
  const trace = sink === undefined ? {} : { onTrace: sink };
  sink?.(`seed ${seed}`);
  const run = playScenario({ seed, validators, minutes, faults, ...trace });
  for (;;) {
    const next = run.next();
    if (next.done === true) return next.value;
    update(next.value);
    // Signals are heard, and progress is drawn, between steps.
    await Bun.sleep(0);
    signal.throwIfAborted();
  }
}

async function withTrace(
  path: string | undefined,
  work: (sink: Sink | undefined) => Promise<void>,
): Promise<void> {
  if (path === undefined) return work(undefined);
  const file = openSync(path, "w");
  try {
    await work((line) => void writeSync(file, `${line}\n`));
  } finally {
    closeSync(file);
  }
}

/** Says how seeds ended, and how to repeat those that failed; then the command has failed. */
export function reportSeeds(
  { output }: Pick<Context, "output">,
  options: SimOptions,
  results: readonly ScenarioResult[],
  cpuMs: number,
): void {
  const failed = results.filter(({ invariant }) => invariant !== undefined);
  const virtualMinutes = results.reduce((sum, result) => sum + result.minutes, 0);
  const document = {
    seed_from: results[0]?.seed,
    seed_to: results.at(-1)?.seed,
    passed: results.length - failed.length,
    failed: failed.map(({ seed, minutes: minute, invariant }) => ({ seed, minute, invariant })),
    virtual_hours: virtualMinutes / MINUTES_PER_HOUR,
    cpu_hours: cpuMs / MS_PER_HOUR,
    trace_hash: hashOf(results),
  };
  output.result(document, () => {
    for (const one of results) output.line(describe(one));
    for (const { seed } of failed) output.line(`repeat: ${repeatLine(seed, options)}`);
  });
  if (failed.length > 0) output.failed();
}

// The hash of one seed stands for itself, those of many are hashed together.
function hashOf(results: readonly ScenarioResult[]): string {
  const [first, ...others] = results;
  if (first !== undefined && others.length === 0) return first.traceHash;
  const all = new Trace();
  for (const { seed, traceHash } of results) all.add(0, seed, traceHash, 0);
  return all.digest();
}

function repeatLine(seed: number, { validators, minutes, faults }: SimOptions): string {
  const list = typeof faults === "string" ? faults : faults.join(",");
  return `soma sim --seed ${seed} --validators ${validators} --minutes ${minutes} --faults ${list}`;
}

function describe(result: ScenarioResult): string {
  const { seed, invariant, minutes, checkpoints, epochs, workload } = result;
  const faults = result.faults.length === 0 ? "no faults" : result.faults.join(" ");
  if (invariant !== undefined) {
    return `seed ${seed}: FAILED after ${minutes.toFixed(2)} minutes: ${invariant} (${faults})`;
  }
  const { executed } = workload;
  const what = `${executed} transactions, ${checkpoints} checkpoints, ${epochs} epoch changes`;
  return `seed ${seed}: ${what} (${faults})`;
}
