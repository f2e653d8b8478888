/**
 * What a seed means: which faults play, how fast rounds go, how slow links are, how long epochs
 * last. Every seed has only some of the faults, and its own amounts of everything, because a world
 * in which everything is always broken never gets to the rare states of a calmer one.
 *
 * @module
 */
import type { Prng } from "../base/prng.ts";
import { type ConsensusLimits, SIMULATION_LIMITS } from "../protocol/limits.ts";
import { FAULT_NAMES, type FaultName } from "./faults/names.ts";
import type { LatencyModel } from "./network.ts";

/** Which faults may play. */
export type FaultChoice = "all" | "none" | readonly FaultName[];

/** What is drawn for one seed. */
export type Plan = {
  readonly faults: readonly FaultName[];
  readonly limits: ConsensusLimits;
  readonly latency: LatencyModel;
  readonly verifyChance: number;
  readonly epochDurationMs: number;
  readonly accounts: number;
  readonly pauseMaxMs: number;
};

const FAULT_CHANCE = 1 / 4;

/** Draws a plan. A list of names plays as it is. */
export function drawPlan(prng: Prng, choice: FaultChoice): Plan {
  return {
    faults: drawFaults(prng, choice),
    limits: drawLimits(prng),
    latency: drawLatency(prng),
    verifyChance: prng.pick([0, 0, 0.3]),
    epochDurationMs: prng.pick([8_000, 15_000, 30_000, 60_000]),
    accounts: 2 + prng.below(4),
    pauseMaxMs: prng.pick([1_000, 3_000, 8_000]),
  };
}

function drawFaults(prng: Prng, choice: FaultChoice): readonly FaultName[] {
  const drawn = FAULT_NAMES.filter(() => prng.chance(FAULT_CHANCE));
  if (choice === "all") return drawn;
  return choice === "none" ? [] : choice;
}

// Slow rounds cost the simulator less and break as much.
function drawLimits(prng: Prng): ConsensusLimits {
  return {
    ...SIMULATION_LIMITS,
    roundDelayMs: prng.pick([50, 250, 250, 250]),
    gcDepth: prng.pick([5, 5, 5, 10, 60]),
    idleRoundsMin: prng.pick([4, 20]),
    suspendedBlocksPerAuthorMax: prng.pick([4, 16]),
  };
}

function drawLatency(prng: Prng): LatencyModel {
  const minMs = prng.pick([0.1, 1, 20]);
  const maxMs = minMs + prng.pick([1, 30, 100]);
  return { minMs, maxMs, tailChance: prng.pick([0, 0.01]), tailMs: 300 };
}
