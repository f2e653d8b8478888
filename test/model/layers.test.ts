/**
 * The normal distribution function, GELU and layer norm at their edges.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { gelu, layerNorm, normalCdf } from "../../src/model/layers.ts";

// ½ erfc(−x/√2) by the C library.
const PHI: readonly (readonly [number, number])[] = [
  [-8, 6.220960574271819e-16],
  [-5, 2.866515718791946e-7],
  [-3.3, 0.0004834241423837776],
  [-2, 0.02275013194817922],
  [-1, 0.15865525393145707],
  [-0.5, 0.3085375387259869],
  [-0.1, 0.460172162722971],
  [0.25, 0.5987063256829237],
  [1.7, 0.955434537241457],
  [4, 0.9999683287581669],
];

test("Φ to 2e-9 relative, in the far tail too", () => {
  for (const [x, phi] of PHI) expect(Math.abs(normalCdf(x) / phi - 1)).toBeLessThan(2e-9);
});

test("Φ is symmetric", () => {
  for (let x = 0; x < 6; x += 0.37) expect(normalCdf(x) + normalCdf(-x)).toBeCloseTo(1, 8);
});

test("GELU passes large inputs and stops very negative ones", () => {
  expect(gelu(0)).toBe(0);
  expect(gelu(40)).toBe(40);
  expect(Math.abs(gelu(-60))).toBe(0);
  expect(gelu(NaN)).toBeNaN();
});

test("a constant row has a norm", () => {
  const norm = { gamma: new Float32Array([2, 2]), beta: new Float32Array([1, -1]) };
  expect([...layerNorm(new Float32Array([5, 5]), norm)]).toEqual([1, -1]);
});
