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
  "rekey",
] as const;

/** The name of a fault. */
export type FaultName = (typeof FAULT_NAMES)[number];
