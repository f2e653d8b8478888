/**
 * Every layer and the whole forward pass against the published numbers, to 1e-5 relative.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { uniformArray } from "../../src/crypto/normal.ts";
import { attend } from "../../src/model/attention.ts";
import { embed, encode, predict, represent } from "../../src/model/forward.ts";
import { feedForward, layerNorm, linear } from "../../src/model/layers.ts";
import { ropeTable, rotate } from "../../src/model/rope.ts";
import { flatten, vectors, worstError } from "../vectors/scoring.ts";
import { normal, seededLinear, seededNorm, seededWeights, TINY } from "./seeded-weights.ts";

const ONES = new Float32Array([1, 1, 1, 1]);
const UNIFORM = uniformArray(46n, 4);
const POSITIONS = Uint32Array.of(0, 1, 2, 3);
const SMALL_VOCABULARY = { ...TINY, vocabulary: 4, positions: 4 };

const ACTUAL: Readonly<Record<string, () => Float32Array>> = {
  param_1d: () => normal(42, 4),
  param_3d: () => normal(42, 1, 1, 4),
  embedding: () => embed(Uint16Array.of(0, 1, 2, 3), normal(42, 4, 2), 2),
  layer_norm_ones: () => layerNorm(ONES, seededNorm(42, 4)),
  layer_norm_uniform: () => layerNorm(UNIFORM, seededNorm(44, 4)),
  linear_ones: () => linear(ONES.subarray(2), seededLinear(43, 42, [2, 4])),
  linear_uniform: () => linear(UNIFORM.subarray(0, 2), seededLinear(45, 44, [2, 4])),
  pwff_ones: () => feed(ONES, 43),
  pwff_normal_input: () => feed(normal(55, 4), 51),
  pwff_batched: () => feed(normal(65, 2, 3, 4), 61),
  rope_ones: () => turn(new Float32Array([1, 1]), Uint32Array.of(1), 2),
  rope_multi_position: () => {
    const features = normal(70, 2, 4, 2, 4);
    return turn(features, Uint32Array.of(...POSITIONS, ...POSITIONS), 4);
  },
  attention: () => attend(normal(51, 4, 4), ATTENTION, ropeTable(POSITIONS, 2)),
  encoder_2layer_seed42: () => encoder(42, 142),
  encoder_normal_input_seed90: () => encoder(90, 290),
  model_encode_seed42: () => model(),
  model_predict_seed42: () => predict(seededWeights(SMALL_VOCABULARY, 42), model()),
};

const ATTENTION = {
  query: seededLinear(43, 44, [4, 4]),
  key: seededLinear(45, 46, [4, 4]),
  value: seededLinear(47, 48, [4, 4]),
  output: seededLinear(49, 50, [4, 4]),
};

for (const [name, actual] of Object.entries(ACTUAL)) {
  test(name, () => {
    for (const { expected } of vectors(name)) {
      expect(worstError(actual(), flatten(expected))).toBeLessThan(1e-5);
    }
  });
}

function feed(input: Float32Array, seed: number): Float32Array {
  const inner = seededLinear(seed, seed + 1, [4, 2]);
  return feedForward(input, inner, seededLinear(seed + 2, seed + 3, [2, 4]));
}

function turn(features: Float32Array, positions: Uint32Array, headDim: number): Float32Array {
  rotate(features, ropeTable(positions, headDim), headDim);
  return features;
}

function encoder(seed: number, inputSeed: number): Float32Array {
  const x = normal(inputSeed, 4, 4);
  encode(x, seededWeights(TINY, seed).layers, ropeTable(POSITIONS, 2));
  return x;
}

function model(): Float32Array {
  const sequence = { tokens: Uint16Array.of(0, 1, 2, 3), positions: POSITIONS };
  return represent(SMALL_VOCABULARY, seededWeights(SMALL_VOCABULARY, 42), sequence);
}
