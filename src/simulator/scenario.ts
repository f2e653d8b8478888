/**
 * One simulated run: a network under load, a validator that crashes between two outputs and comes
 * back from its disk, and then quiet in which everybody must agree and nothing be left over.
 *
 * @module
 */
import { Prng } from "../base/prng.ts";
import { InvariantError } from "./checker.ts";
import { setUp } from "./setup.ts";
import { startWorkload, type WorkloadReport } from "./workload.ts";
import { World } from "./world.ts";

/** What to simulate. */
export type ScenarioOptions = {
  readonly seed: number;
  readonly validators: number;
  /** Virtual minutes of load; quiet follows. */
  readonly minutes: number;
  readonly epochDurationMs: number;
  readonly onTrace?: (line: string) => void;
};

/** How a run ended. */
export type ScenarioResult = {
  readonly seed: number;
  /** Virtual minutes that were run. */
  readonly minutes: number;
  /** The broken invariant, if one broke. */
  readonly invariant: string | undefined;
  readonly traceHash: string;
  readonly checkpoints: number;
  readonly epochs: number;
  readonly workload: WorkloadReport;
};

const START_MS = 1_767_225_600_000;
const MINUTE_MS = 60_000;
const QUIET_MS = 40_000;
const DOWN_MAX_MS = 8_000;
const LATENCY = { minMs: 1, maxMs: 30, tailChance: 0.01, tailMs: 300 };

/** Runs one seed. */
export function runScenario(options: ScenarioOptions): ScenarioResult {
  const { seed, validators, minutes, epochDurationMs, onTrace } = options;
  const prng = new Prng(seed ^ 0x5eed);
  const sizes = { validators, accounts: 4, coinsPerAccount: 3, epochDurationMs, startMs: START_MS };
  const { nodes, accounts, genesis } = setUp(prng, sizes);
  const trace = onTrace === undefined ? {} : { onTrace };
  const world = new World({ seed, startMs: START_MS, nodes, genesis, latency: LATENCY, ...trace });
  const loadEndMs = START_MS + minutes * MINUTE_MS;
  const report = startWorkload(world, accounts, validators, loadEndMs);
  let invariant: string | undefined;
  try {
    for (const node of world.nodes) world.start(node.index);
    crashOne(world, prng, validators, minutes * MINUTE_MS);
    world.run(minutes * MINUTE_MS);
    world.run(QUIET_MS);
    checkEnd(world, report);
  } catch (error) {
    if (!(error instanceof InvariantError)) throw error;
    invariant = error.message;
  }
  return {
    seed,
    minutes: (world.nowMs - START_MS) / MINUTE_MS,
    invariant,
    traceHash: world.trace.digest(),
    checkpoints: world.checker.height - 1,
    epochs: Number(world.nodes[0]!.disk.last.bundle.summary.epoch),
    workload: report,
  };
}

function crashOne(world: World, prng: Prng, validators: number, withinMs: number): void {
  const victim = prng.below(validators);
  world.after(prng.below(Math.floor(withinMs / 2)) + withinMs / 8, () => {
    world.crashAfter(victim, prng.below(12));
    world.after(500 + prng.below(DOWN_MAX_MS), () => {
      if (world.nodes[victim]!.node !== undefined) world.crash(victim);
      world.start(victim);
    });
  });
}

// After the quiet nobody waits for anything, and everybody has the same chain with all of it.
function checkEnd(world: World, report: WorkloadReport): void {
  const heights = world.nodes.map((node) => node.disk.checkpoints.length);
  const [lowest, highest] = [Math.min(...heights), Math.max(...heights)];
  if (highest - lowest > 1) throw new InvariantError(`nodes are apart: heights ${heights.join()}`);
  const answered = report.executed + Object.values(report.refused).reduce((sum, n) => sum + n, 0);
  if (answered !== report.sent) {
    throw new InvariantError(`${report.sent - answered} of ${report.sent} calls have no answer`);
  }
  for (const node of world.nodes) {
    const lost = report.final.find((digest) => node.disk.reader.execution(digest) === undefined);
    if (lost !== undefined) throw new InvariantError(`node ${node.index} lost final ${lost}`);
  }
}
