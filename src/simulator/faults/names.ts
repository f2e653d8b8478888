/**
 * The names of faults: what a list on the command line is made of.
 *
 * @module
 */

/** Every fault there is. */
export const FAULT_NAMES = [
  "crash",
  "lost",
  "torn",
  "outage",
  "wipe",
  "partition",
  "one-way",
  "loss",
  "duplicate",
  "reorder",
  "tail",
  "skew",
  "jump",
  "slow",
  "freeze",
  "round-jump",
  "equivocate",
  "withhold",
  "lie",
  "forge",
  "malformed",
  "spam",
  "conflict",
  "retire",
] as const;

/** The name of a fault. */
export type FaultName = (typeof FAULT_NAMES)[number];

/** Faults that play only when they are named, because what they find is known, and why. */
export const SET_APART: ReadonlyMap<FaultName, string> = new Map([
  ["wipe", "with other faults, a validator without its disk may sign a round again"],
]);
