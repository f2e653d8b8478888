/**
 * How threads agree on what to do: numbers in shared memory. A job is a kernel, its arguments, and
 * how its units are shared out: in ranges, or, for attention, by turns. Which thread takes which
 * unit changes no result.
 *
 * @module
 */
import type { KernelName } from "./source/module.ts";

/** What all threads do together. */
export type Job = {
  readonly kernel: KernelName;
  readonly args: readonly number[];
  /** Rows or columns, in ranges; or "turns", when the kernel shares out by itself. */
  readonly units: number | "turns";
  /** Where each thread's scratch is; 0 if the kernel takes none. */
  readonly scratch: number;
  readonly scratchBytes: number;
};

/** What a thread works with. */
export type Crew = {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly control: Int32Array;
  readonly thread: number;
  readonly threads: number;
};

/** The kernels of one thread, by name. */
export type Kernels = Readonly<Record<KernelName, (...args: number[]) => void>>;

/** The place of the count of jobs so far. */
export const GENERATION = 0;
/** The place of how many workers are done with the last one. */
export const DONE = 1;
/** The place of whether a worker ever failed. */
export const FAILED = 2;
/** The place of whether the workers are to end. */
export const IS_OVER = 3;
const KERNEL = 4;
const UNITS = 5;
const SCRATCH = 6;
const SCRATCH_BYTES = 7;
const COUNT = 8;
const ARGS = 9;
/** From here one number for each thread: whether it has gone to sleep. */
export const ASLEEP = 32;

const KERNELS: readonly KernelName[] = [
  "linear",
  "embed",
  "norm",
  "rotate",
  "columnSums",
  "crossEntropy",
  "sigreg",
  "attend",
];
const TURNS = -1;
/** Ranges begin at whole tiles. */
const GRAIN = 8;

/** Writes a job for the other threads. */
export function writeJob(control: Int32Array, job: Job): void {
  control[KERNEL] = KERNELS.indexOf(job.kernel);
  control[UNITS] = job.units === "turns" ? TURNS : job.units;
  control[SCRATCH] = job.scratch;
  control[SCRATCH_BYTES] = job.scratchBytes;
  control[COUNT] = job.args.length;
  control.set(job.args, ARGS);
}

/** Does one thread's share of the job in the control numbers. */
export function doShare(
  kernels: Kernels,
  control: Int32Array,
  thread: number,
  threads: number,
): void {
  const args = [...control.subarray(ARGS, ARGS + control[COUNT]!)];
  if (control[SCRATCH] !== 0) {
    args.push((control[SCRATCH]! + thread * control[SCRATCH_BYTES]!) | 0);
  }
  const kernel = kernels[KERNELS[control[KERNEL]!]!];
  const units = control[UNITS]!;
  if (units === TURNS) return kernel(...args, thread, threads);
  const share = Math.ceil(units / threads / GRAIN) * GRAIN;
  const [first, end] = [thread * share, Math.min(units, (thread + 1) * share)];
  if (first < end) kernel(...args, first, end);
}
