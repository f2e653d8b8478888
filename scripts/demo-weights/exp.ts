/**
 * e^−y for y ≥ 0 by a table of 2^(−n/64) and a cubic: 6e-10 relative, less than half the time of
 * `Math.exp`. Beyond y = 80 it is zero, which is nothing beside the 1 that every softmax contains.
 *
 * @module
 */
import { exp } from "../../src/crypto/exp-log.ts";

const STEPS = 64;
const LIMIT = 80;
const STEPS_PER_UNIT = STEPS * Math.LOG2E;
const UNIT_PER_STEP = 1 / STEPS_PER_UNIT;
const LAST = Math.ceil(LIMIT * STEPS_PER_UNIT);

const TABLE = Float64Array.from({ length: LAST + 1 }, (_, n) => exp(-n * UNIT_PER_STEP));

/** e^−y, for y ≥ 0. */
export function expMinus(y: number): number {
  const steps = y * STEPS_PER_UNIT;
  if (steps > LAST) return 0;
  const whole = steps | 0;
  const r = (whole - steps) * UNIT_PER_STEP;
  return TABLE[whole]! * (1 + r * (1 + r * (0.5 + r * (1 / 6))));
}
