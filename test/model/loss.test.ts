/**
 * Cross entropy at its edges.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { crossEntropySum, logSumExp } from "../../src/model/loss.ts";
import { PAD } from "../../src/model/tokenize.ts";

test("equal scores cost the logarithm of their count", () => {
  const logits = new Float32Array(2 * 264).fill(-3);
  expect(crossEntropySum(logits, Uint16Array.of(7, 257))).toBeCloseTo(2 * Math.log(264), 6);
});

test("a certain and right prediction costs nothing, a wrong one its score", () => {
  const logits = new Float32Array(264);
  logits[9] = 90;
  expect(crossEntropySum(logits, Uint16Array.of(9))).toBeCloseTo(0, 9);
  expect(crossEntropySum(logits, Uint16Array.of(8))).toBeCloseTo(90, 5);
});

test("PAD targets cost nothing", () => {
  const logits = new Float32Array(2 * 264);
  expect(crossEntropySum(logits, Uint16Array.of(PAD, PAD))).toBe(0);
});

test("scores far from zero do not overflow; NaN stays", () => {
  expect(logSumExp(new Float32Array([3e38, 3e38]))).toBe(Math.fround(3e38));
  expect(logSumExp(new Float32Array([-1e30, -1e30]))).toBe(Math.fround(-1e30));
  expect(logSumExp(new Float32Array([1, NaN]))).toBeNaN();
});
