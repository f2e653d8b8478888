/**
 * The simulator: how much virtual time one processor simulates, with all nodes' crypto and encoding
 * in it.
 *
 * @module
 */
import { Meter } from "../../src/simulator/meter.ts";
import { runScenario } from "../../src/simulator/scenario.ts";
import type { Bench } from "./frame.ts";

const MINUTES = 1;
const SECONDS_PER_MINUTE = 60;
const MICROS_PER_SECOND = 1e6;
const SAMPLES = 12;

/** Each sample is one seed, in processor time: what else runs on the machine counts less. */
function virtualTime(validators: number, faults: "all" | "none"): Bench {
  let seed = 1;
  const sample = (): number => {
    const before = process.cpuUsage();
    const { minutes } = runScenario({ seed: seed++, validators, minutes: MINUTES, faults });
    const { user, system } = process.cpuUsage(before);
    return (minutes * SECONDS_PER_MINUTE * MICROS_PER_SECOND) / (user + system);
  };
  return {
    name: `virtual time by CPU time, ${validators} validators, faults ${faults}`,
    unit: "s/s",
    samples: SAMPLES,
    setup: () => ({ sample }),
  };
}

/** What one event costs, by the component that works on it. */
function costOf(component: string, matches: (name: string) => boolean): Bench {
  let seed = 1;
  const sample = (): number => {
    const meter = new Meter(() => performance.now() * 1e3);
    const { events } = runScenario({
      seed: seed++,
      validators: 4,
      minutes: MINUTES,
      faults: "all",
      meter,
    });
    let micros = 0;
    for (const [name, cost] of meter.costs) if (matches(name)) micros += cost.micros;
    return micros / events;
  };
  return {
    name: `an event: ${component}`,
    unit: "µs",
    samples: SAMPLES,
    setup: () => ({ sample }),
  };
}

/** Simulator benches. */
export const benches: readonly Bench[] = [
  virtualTime(4, "none"),
  virtualTime(4, "all"),
  virtualTime(7, "all"),
  costOf("the nodes' steps", (name) => name.startsWith("step ")),
  costOf("messages decoded and verified", (name) => name === "judge"),
  costOf("orders carried out and checked", (name) => name.startsWith("order ")),
];
