/**
 * SIGReg, its points and its directions against the published numbers.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { normalArray, uniformArray } from "../../src/crypto/normal.ts";
import { SLICES } from "../../src/model/config.ts";
import {
  normaliseColumns,
  SIGREG_KNOTS,
  sigregDirections,
  sigregSum,
} from "../../src/model/sigreg.ts";
import { vector, worstError } from "../vectors/scoring.ts";

const CASES: readonly [string, () => Float32Array, bigint, number][] = [
  ["sig_reg_normal", () => normalArray(43n, 100 * 1024), 44n, 1024],
  ["sig_reg_uniform", () => uniformArray(43n, 100 * 1024), 44n, 1024],
  ["sig_reg_single_batch", () => normalArray(111n, 16), 112n, 16],
];

for (const [name, input, seed, dim] of CASES) {
  test(name, () => {
    const { expected } = vector<unknown, number[]>(name);
    const representations = input();
    const mean =
      sigregSum(representations, sigregDirections(seed, dim)) / (representations.length / dim);
    expect(worstError([mean], expected)).toBeLessThan(1e-5);
  });
}

test("points and weights", () => {
  type Constants = Readonly<Record<"t" | "phi" | "weights_times_phi", number[]>>;
  const { expected } = vector<unknown, Constants>("sigreg_constants");
  expect(
    worstError(
      SIGREG_KNOTS.map(({ t }) => t),
      expected.t,
    ),
  ).toBeLessThan(1e-6);
  expect(
    worstError(
      SIGREG_KNOTS.map(({ phi }) => phi),
      expected.phi,
    ),
  ).toBeLessThan(1e-6);
  const weights = SIGREG_KNOTS.map(({ weight }) => weight);
  expect(worstError(weights, expected.weights_times_phi)).toBeLessThan(1e-6);
});

test("directions have length 1", () => {
  const directions = sigregDirections(5n, 16);
  for (let column = 0; column < SLICES; column++) {
    let squares = 0;
    for (let row = 0; row < 16; row++) squares += directions[row * SLICES + column]! ** 2;
    expect(squares).toBeCloseTo(1, 5);
  }
});

test("normalising leaves the direction of a column", () => {
  const values = normaliseColumns(new Float32Array([3, 0, 4, 2]), 2);
  expect([...values]).toEqual([Math.fround(0.6), 0, Math.fround(0.8), 1]);
});
