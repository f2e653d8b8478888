/**
 * exp and log against the engine within 2 ulp, and the exact bits that consensus relies on.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { Prng } from "../../src/base/prng.ts";
import { exp, log } from "../../src/crypto/exp-log.ts";

// The engine's own functions are within 1 ulp of the truth, and so are ours: 2 ulp apart at most.
const TOLERANCE = 2 ** -51;

test("exp follows the engine's to 2 ulp", () => {
  const prng = new Prng(1);
  for (let index = 0; index < 20_000; index++) {
    const x = (prng.unit() * 2 - 1) * 700;
    expect(Math.abs(exp(x) / Math.exp(x) - 1)).toBeLessThanOrEqual(TOLERANCE);
  }
});

test("log follows the engine's to 2 ulp", () => {
  const prng = new Prng(2);
  for (let index = 0; index < 20_000; index++) {
    const x = index % 2 === 0 ? prng.unit() + 2 ** -40 : Math.exp((prng.unit() * 2 - 1) * 700);
    const [actual, expected] = [log(x), Math.log(x)];
    expect(Math.abs(actual - expected)).toBeLessThanOrEqual(Math.abs(expected) * TOLERANCE);
  }
});

test("edges", () => {
  expect(exp(0)).toBe(1);
  expect(exp(-709)).toBe(0);
  expect(exp(-Infinity)).toBe(0);
  expect(exp(710)).toBe(Infinity);
  expect(exp(NaN)).toBeNaN();
  expect(log(1)).toBe(0);
  expect(log(0)).toBe(-Infinity);
  expect(log(-1)).toBeNaN();
  expect(log(NaN)).toBeNaN();
  expect(log(Infinity)).toBe(Infinity);
  expect(log(Number.MIN_VALUE)).toBeCloseTo(-744.4400719213812, 10);
});

// Bits, not tolerances: what consensus computes may not depend on the engine. These are the
// correctly rounded values, from 50-digit decimal arithmetic.
test("results are these bits on every engine", () => {
  expect(bitsOf([-0.1, -0.5, -1.5, -3.25, -6.6].map(exp))).toEqual([
    "3fecf46d99d52b3a",
    "3fe368b2fc6f960a",
    "3fcc8f87724b5c1d",
    "3fa3da368521902d",
    "3f5649cc0ed5adb6",
  ]);
  expect(bitsOf([0.1, 0.3, 0.7, 0.95, 0.999].map(log))).toEqual([
    "c0026bb1bbb55515",
    "bff34378fcbda721",
    "bfd6d3c324e13f50",
    "bfaa431d5bcc193e",
    "bf5064670d979b73",
  ]);
});

function bitsOf(values: readonly number[]): string[] {
  return values.map((value) => {
    const view = new DataView(new ArrayBuffer(8));
    view.setFloat64(0, value);
    return view.getBigUint64(0).toString(16);
  });
}
