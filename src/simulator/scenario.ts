/**
 * One simulated run: a network under load with the faults of its seed, then quiet, in which
 * everybody must come to agree and nothing be left over.
 *
 * @module
 */
import { present } from "../base/assert.ts";
import { Prng } from "../base/prng.ts";
import { drawBurden, traitorsMax } from "./burden.ts";
import { InvariantError } from "./checker.ts";
import { checkEnding } from "./ending.ts";
import { FAULTS } from "./faults/table.ts";
import type { Meter } from "./meter.ts";
import { drawPlan, type FaultChoice, type Plan } from "./plan.ts";
import { setUp } from "./setup.ts";
import type { SimNode } from "./sim-node.ts";
import { Stage } from "./stage.ts";
import { tamperWith } from "./traitor.ts";
import { Workload, type WorkloadReport } from "./workload.ts";
import { World } from "./world.ts";

/** What to simulate. */
export type ScenarioOptions = {
  readonly seed: number;
  readonly validators: number;
  /** Virtual minutes of load and faults; quiet follows. */
  readonly minutes: number;
  readonly faults: FaultChoice;
  readonly onTrace?: (line: string) => void;
  readonly meter?: Meter;
  /** Replaces parts of what the seed draws. */
  readonly plan?: Partial<Plan>;
};

/** How a run ended. */
export type ScenarioResult = {
  readonly seed: number;
  /** Virtual minutes that were run. */
  readonly minutes: number;
  /** The broken invariant, if one broke. */
  readonly invariant: string | undefined;
  /** Where it broke. */
  readonly stack: string | undefined;
  readonly faults: readonly string[];
  readonly traceHash: string;
  readonly events: number;
  readonly commits: number;
  readonly checkpoints: number;
  readonly epochs: number;
  readonly workload: WorkloadReport;
};

const START_MS = 1_767_225_600_000;
const MINUTE_MS = 60_000;
/** Longer than any call waits for its answer, and than any peer is held off. */
const PATIENCE_MS = 240_000;
/** Virtual time between two looks at what else there is to do. */
const STEP_MS = 2_000;
const COINS_PER_ACCOUNT = 4;

type Cast = {
  readonly world: World;
  readonly workload: Workload;
  readonly plan: Plan;
  readonly endMs: number;
};

/** Runs one seed to its end. */
export function runScenario(options: ScenarioOptions): ScenarioResult {
  const run = playScenario(options);
  for (;;) {
    const next = run.next();
    if (next.done === true) return next.value;
  }
}

/** Runs one seed, step by step; each step tells how many virtual minutes have passed. */
export function* playScenario(options: ScenarioOptions): Generator<number, ScenarioResult> {
  const prng = new Prng(options.seed ^ 0x5eed);
  const plan = { ...drawPlan(prng, options.faults), ...options.plan };
  const cast = assemble(options, plan, prng);
  const { world, workload } = cast;
  let failure: InvariantError | undefined;
  try {
    unleash(cast, prng);
    for (const node of world.nodes) world.start(node);
    workload.start();
    while (world.clock.timeMs < cast.endMs) {
      world.clock.run(Math.min(STEP_MS, cast.endMs - world.clock.timeMs));
      yield minutesOf(world);
    }
    checkEnding(world, workload.report, PATIENCE_MS);
  } catch (error) {
    if (!(error instanceof InvariantError)) throw error;
    failure = error;
  }
  return describe(options.seed, cast, failure);
}

function assemble(options: ScenarioOptions, plan: Plan, prng: Prng): Cast {
  const { seed, validators, minutes, onTrace, meter } = options;
  const { limits, latency, verifyChance, epochDurationMs, pauseMaxMs } = plan;
  const { nodes, accounts, validatorAccounts, validatorKeys, genesis } = setUp(prng, {
    validators,
    accounts: plan.accounts,
    coinsPerAccount: COINS_PER_ACCOUNT,
    epochDurationMs,
    startMs: START_MS,
    limits,
  });
  const watched = { ...(onTrace && { onTrace }), ...(meter && { meter }) };
  const parts = { seed, startMs: START_MS, nodes, genesis, latency, verifyChance, ...watched };
  const world = new World(parts);
  const endMs = START_MS + minutes * MINUTE_MS;
  const owners = { accounts, validators: validatorAccounts, keys: validatorKeys };
  const clients = { ...owners, pauseMaxMs, endMs };
  const workload = new Workload(world, new Prng(prng.u32()), clients);
  return { world, workload, plan, endMs };
}

function unleash(cast: Cast, prng: Prng): void {
  const { world, plan } = cast;
  const faults = plan.faults.map((name) => FAULTS[name]);
  const lies = faults.filter((fault) => "corrupt" in fault);
  const traitors = drawTraitors(world, lies.length, prng);
  const burden = drawBurden(world.nodes.slice(0, -1), traitors, plan.faults, prng);
  const { limits } = plan;
  const stageOf = (): Stage => new Stage({ ...cast, limits, burden, prng: new Prng(prng.u32()) });
  for (const traitor of traitors) {
    const told = lies.filter(() => prng.chance(2 / 3));
    const chosen = told.length === 0 ? [prng.pick(lies)] : told;
    const tamper = tamperWith(chosen.map((lie) => lie.corrupt(stageOf(), traitor)));
    world.traitors.set(traitor.index, tamper);
  }
  for (const fault of faults) if ("unleash" in fault) fault.unleash(stageOf());
}

// Validators have equal power, so fewer than a third of them have less than a third of it.
function drawTraitors(world: World, lies: number, prng: Prng): SimNode[] {
  const max = traitorsMax(world.nodes.length - 1);
  if (lies === 0 || max === 0) return [];
  const validators = world.nodes.slice(0, -1);
  return Array.from({ length: 1 + prng.below(max) }, () => {
    const [traitor] = validators.splice(prng.below(validators.length), 1);
    return present(traitor, "a validator");
  });
}

function describe(
  seed: number,
  { world, workload, plan }: Cast,
  failure: InvariantError | undefined,
): ScenarioResult {
  const { clock, checker, nodes, trace } = world;
  return {
    seed,
    minutes: minutesOf(world),
    invariant: failure?.message,
    stack: failure && (failure.cause instanceof Error ? failure.cause : failure).stack,
    faults: plan.faults,
    traceHash: trace.digest(),
    events: clock.events,
    commits: checker.commits,
    checkpoints: checker.height,
    epochs: Math.max(...nodes.map(({ disk }) => Number(disk.last.bundle.summary.epoch))),
    workload: workload.report,
  };
}

function minutesOf({ clock }: World): number {
  return (clock.timeMs - START_MS) / MINUTE_MS;
}
