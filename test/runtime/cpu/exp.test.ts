/**
 * The exponential by table, against the engine.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { expMinus } from "../../../src/runtime/cpu/exp.ts";

test("within 1e-9 of the exponential", () => {
  for (let y = 0; y < 79.9; y += 0.0123) {
    expect(Math.abs(expMinus(y) / Math.exp(-y) - 1)).toBeLessThan(1e-9);
  }
});

test("edges", () => {
  expect(expMinus(0)).toBe(1);
  expect(expMinus(81)).toBe(0);
  expect(expMinus(Infinity)).toBe(0);
  expect(expMinus(NaN)).toBeNaN();
});
