/**
 * How benches are measured and shown: a warm-up, then at least thirty samples, of which the median
 * and the 99th percentile count. A rate's 99th percentile is its low end: the slow side, as with
 * times. Numbers of one run compare with each other and with the yardstick, not across machines.
 *
 * @module
 */
import { assert } from "../../src/base/assert.ts";

/** What is measured. */
export type Bench = {
  readonly name: string;
  /** A unit of time or size, a rate that ends in `/s`, or `%` of another rate. */
  readonly unit: string;
  readonly setup: () => Measure | Promise<Measure>;
  /** Fewer than thirty samples, where one takes seconds. */
  readonly samples?: number;
  /** Measured without a warm-up, where a sample begins with one. */
  readonly isCold?: boolean;
};

/** What `setup` prepares: one call is one sample, in the bench's unit. */
export type Measure = {
  readonly sample: () => number | Promise<number>;
  readonly close?: () => void | Promise<void>;
};

/** What came out, for people. */
export type Result = {
  readonly area: string;
  readonly name: string;
  readonly unit: string;
  readonly median: number;
  readonly p99: number;
  readonly n: number;
};

/** What came out, for programs. */
export type Row = {
  readonly area: string;
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly n: number;
};

const SAMPLES_MIN = 30;
const SAMPLES_MAX = 1000;
const SAMPLING_MS_MIN = 500;
const WARM_UP_MS_MIN = 200;

/** Measures one bench. */
export async function runBench(area: string, bench: Bench): Promise<Result> {
  const { sample, close } = await bench.setup();
  const wanted = bench.samples ?? SAMPLES_MIN;
  if (bench.isCold !== true)
    await collect(sample, 1, bench.samples === undefined ? WARM_UP_MS_MIN : 0);
  const samples = await collect(sample, wanted, bench.samples === undefined ? SAMPLING_MS_MIN : 0);
  await close?.();
  samples.sort((left, right) => left - right);
  const isRate = bench.unit.endsWith("/s") || bench.unit === "%";
  const slowSide = isRate ? 0.01 : 0.99;
  return {
    area,
    name: bench.name,
    unit: bench.unit,
    median: quantile(samples, 0.5),
    p99: quantile(samples, slowSide),
    n: samples.length,
  };
}

/** The rows of a result. */
export function rowsOf({ area, name, unit, median, p99, n }: Result): Row[] {
  return [
    { area, name, value: median, unit, n },
    { area, name: `${name}, p99`, value: p99, unit, n },
  ];
}

/** A bench of the microseconds that `work` takes; a sample calls it `count` times. */
export function micros(name: string, count: number, work: () => unknown): Bench {
  const sample = (): number => (secondsOf(count, work) * 1e6) / count;
  return { name, unit: "µs", setup: () => ({ sample }) };
}

/** What one call of `work` does, and in which unit a second. */
export type Throughput = { readonly amount: number; readonly unit: `${string}/s` };

/** A bench of how much `work` does a second; a sample calls it `count` times. */
export function rate(
  name: string,
  { amount, unit }: Throughput,
  count: number,
  work: () => unknown,
): Bench {
  const sample = (): number => (amount * count) / secondsOf(count, work);
  return { name, unit, setup: () => ({ sample }) };
}

function secondsOf(count: number, work: () => unknown): number {
  const start = performance.now();
  for (let index = 0; index < count; index++) work();
  return (performance.now() - start) / 1000;
}

async function collect(
  sample: Measure["sample"],
  countMin: number,
  msMin: number,
): Promise<number[]> {
  const samples: number[] = [];
  const start = performance.now();
  while (
    samples.length < countMin ||
    (performance.now() - start < msMin && samples.length < SAMPLES_MAX)
  ) {
    samples.push(await sample());
  }
  return samples;
}

/** The value below which `share` of the sorted samples lie (nearest rank). */
function quantile(sorted: readonly number[], share: number): number {
  assert(sorted.length > 0, "there is a sample");
  const rank = Math.ceil(share * sorted.length);
  return sorted[Math.max(0, Math.min(sorted.length, rank) - 1)]!;
}
