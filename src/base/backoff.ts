/**
 * How long to wait before trying again: exponential with a cap, half of it drawn at random so that
 * those who failed together do not return together.
 *
 * @module
 */
import { assert } from "./assert.ts";

/** The first and the longest pause between attempts. */
export type Backoff = { readonly firstMs: number; readonly maxMs: number };

const DOUBLINGS_MAX = 30;

/** The pause after failure number `failures` (from 1); `unit` is a random number in [0, 1). */
export function backoffMs(backoff: Backoff, failures: number, unit: number): number {
  assert(failures >= 1, "there was a failure");
  const doublings = Math.min(failures - 1, DOUBLINGS_MAX);
  const ceilingMs = Math.min(backoff.firstMs * (1 << doublings), backoff.maxMs);
  return ceilingMs / 2 + (ceilingMs / 2) * unit;
}
