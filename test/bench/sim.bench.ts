/**
 * The simulator: how much virtual time one processor simulates, with all nodes' crypto and encoding
 * in it.
 *
 * @module
 */
import { runScenario } from "../../src/simulator/scenario.ts";
import type { Bench } from "./frame.ts";

const MINUTES = 0.5;
const EPOCH_MS = 60_000;
const MS_PER_HOUR = 3_600_000;
const MS_PER_MINUTE = 60_000;
const SAMPLES = 5;

function virtualHours(validators: number): Bench {
  let seed = 1;
  const sample = (): number => {
    const startMs = performance.now();
    const options = { seed: seed++, validators, minutes: MINUTES, epochDurationMs: EPOCH_MS };
    const { minutes } = runScenario(options);
    const cpuHours = (performance.now() - startMs) / MS_PER_HOUR;
    return (minutes * MS_PER_MINUTE) / MS_PER_HOUR / cpuHours;
  };
  return {
    name: `virtual time, ${validators} validators under load`,
    unit: "s/s",
    samples: SAMPLES,
    setup: () => ({ sample }),
  };
}

/** Simulator benches. */
export const benches: readonly Bench[] = [virtualHours(4), virtualHours(7)];
