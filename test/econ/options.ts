/**
 * A small network to play with.
 *
 * @module
 */
import type { EconOptions } from "../../src/econ/plan.ts";

/** Ten epochs of twenty minutes: 120 hits are wanted in each. */
export const OPTIONS: EconOptions = {
  seed: 1,
  epochs: 10,
  epochMinutes: 20,
  validators: 4,
  trainers: 10,
  hunters: 3,
  attempts: 1_000,
  dimension: 16,
  payments: 2_000_000_000_000n,
  models: 20,
  threshold: undefined,
};
