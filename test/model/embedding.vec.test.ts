/**
 * Running mean and cosine distance against the published cases.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { cosineDistance, RunningMean } from "../../src/model/embedding.ts";
import { vector, vectors } from "../vectors/scoring.ts";

type Pair = { readonly a: number[]; readonly b: number[] };

test("cosine distance", () => {
  for (const { inputs, expected } of vectors<Pair, number>("cosine_distance")) {
    expect(Math.abs(cosineDistance(inputs.a, inputs.b) - expected)).toBeLessThan(1e-5);
  }
});

test("a zero vector has no direction", () => {
  const { inputs } = vector<Pair, string>("cosine_distance_zero");
  expect(cosineDistance(inputs.a, inputs.b)).toBeNaN();
  expect(cosineDistance(inputs.a, inputs.a)).toBeNaN();
});

test("running mean", () => {
  const hundred = new RunningMean(1);
  for (let value = 1; value <= 100; value++) hundred.add([value]);
  expect(hundred.values[0]).toBeCloseTo(50.5, 9);
  const pair = new RunningMean(2);
  pair.add([1, 3]);
  pair.add([3, 5]);
  expect([...pair.values]).toEqual([2, 4]);
});
