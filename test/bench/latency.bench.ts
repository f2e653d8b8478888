/**
 * How long commits take in virtual time, in units of the one-way delay, as committees grow and with
 * as many crashed validators as there may be: three delays are the least for the block of a leader.
 * A validator is whole, so this also shows what large committees cost the simulator.
 *
 * @module
 */
import { type LatencyReport, measureLatency } from "../../src/simulator/latency.ts";
import type { Bench } from "./frame.ts";

/** So long that ten virtual seconds are forty rounds, which is what latency is made of. */
const DELAY_MS = 250;
const SAMPLES = 200;
/** Committee size → virtual seconds: a round of a hundred costs seconds of processor time. */
const SECONDS: ReadonlyMap<number, number> = new Map([
  [4, 10],
  [10, 10],
  [50, 10],
  [100, 5],
]);

const SECONDS_CRASHED = 15;

type What = keyof LatencyReport;

const reports = new Map<string, LatencyReport>();

/** Both benches of a network look at one run. */
function reportOf(validators: number, crashed: number): LatencyReport {
  const key = `${validators} ${crashed}`;
  const known = reports.get(key);
  if (known !== undefined) return known;
  // Where leaders are waited for in vain, rounds are few and cheap.
  const seconds = crashed === 0 ? (SECONDS.get(validators) ?? 0) : SECONDS_CRASHED;
  const options = { validators, crashed, delayMs: DELAY_MS, seconds };
  const report = measureLatency(options);
  reports.set(key, report);
  return report;
}

function latency(validators: number, crashed: number, what: What): Bench {
  const setup = (): { readonly sample: () => number } => {
    const delays = reportOf(validators, crashed)[what];
    let taken = 0;
    // All of a run count alike, not only its beginning.
    const step = Math.max(1, Math.floor(delays.length / SAMPLES));
    return { sample: () => delays[(taken++ * step) % delays.length]! };
  };
  const name = `commit of ${what}, ${validators} validators, ${crashed} down`;
  return { name, unit: "delays", samples: SAMPLES, setup };
}

/** Commit latency in virtual time. */
export const benches: readonly Bench[] = [...SECONDS.keys()].flatMap((validators) =>
  [0, Math.floor((validators - 1) / 3)].flatMap((crashed) => [
    latency(validators, crashed, "leaders"),
    latency(validators, crashed, "blocks"),
  ]),
);
