/**
 * Attention is a weighted mean of the past and blind to the future.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { attentionWeights, type Heads, mix } from "../../src/model/attention.ts";
import { represent } from "../../src/model/forward.ts";
import { sequenceAt } from "../../src/model/tokenize.ts";
import { normal, seededWeights, TINY } from "./seeded-weights.ts";

const HEADS: Heads = {
  query: normal(1, 8, 4),
  key: normal(2, 8, 4),
  value: normal(3, 8, 4),
  dim: 4,
  headDim: 2,
};

test("the weights of a past are positive and sum to one", () => {
  for (let position = 0; position < 8; position++) {
    const weights = new Float64Array(8);
    attentionWeights(weights, HEADS, position, 2);
    const past = [...weights.subarray(0, position + 1)];
    expect(past.every((weight) => weight > 0)).toBe(true);
    expect(past.reduce((sum, weight) => sum + weight)).toBeCloseTo(1, 12);
    expect([...weights.subarray(position + 1)].every((weight) => weight === 0)).toBe(true);
  }
});

test("the first position sees only itself", () => {
  expect([...mix(HEADS).subarray(0, 4)]).toEqual([...HEADS.value.subarray(0, 4)]);
});

test("what comes later does not change what came before", () => {
  const weights = seededWeights(TINY, 42);
  const one = represent(TINY, weights, sequenceAt(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), 0, 8));
  const other = represent(TINY, weights, sequenceAt(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 9), 0, 8));
  expect([...one.subarray(0, 28)]).toEqual([...other.subarray(0, 28)]);
  expect([...one.subarray(28)]).not.toEqual([...other.subarray(28)]);
});
