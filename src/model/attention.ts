/**
 * Causal multi-head attention over one sequence. Heads are contiguous blocks of features; queries
 * and keys are rotated by position; a position attends to itself and to all before it. PAD is a
 * token like any other.
 *
 * @module
 */
import { exp } from "../crypto/exp-log.ts";
import { type Linear, linear } from "./layers.ts";
import { type RopeTable, rotate } from "./rope.ts";

/** The four linear maps of an attention block. Shapes: weights (dim, dim). */
export type Attention<T = Float32Array> = {
  readonly query: Linear<T>;
  readonly key: Linear<T>;
  readonly value: Linear<T>;
  readonly output: Linear<T>;
};

/** What attention mixes. Shapes: (positions, dim), queries and keys rotated. */
export type Heads = {
  readonly query: Float32Array;
  readonly key: Float32Array;
  readonly value: Float32Array;
  readonly dim: number;
  readonly headDim: number;
};

/** Attention of one block. Shapes: input and result (positions, dim). */
export function attend(input: Float32Array, weights: Attention, table: RopeTable): Float32Array {
  return linear(mix(project(input, weights, table)), weights.output);
}

// Queries, keys and values of `input`, (positions, dim).
function project(input: Float32Array, weights: Attention, table: RopeTable): Heads {
  const dim = weights.query.bias.length;
  const positions = input.length / dim;
  const headDim = (2 * table.cos.length) / positions;
  const query = linear(input, weights.query);
  const key = linear(input, weights.key);
  rotate(query, table, headDim);
  rotate(key, table, headDim);
  return { query, key, value: linear(input, weights.value), dim, headDim };
}

/** Every position's weighted sum of the values up to it, head by head. Shape: (positions, dim). */
export function mix(heads: Heads): Float32Array {
  const { value, dim, headDim } = heads;
  const positions = value.length / dim;
  const output = new Float32Array(value.length);
  const weights = new Float64Array(positions);
  for (let position = 0; position < positions; position++) {
    for (let head = 0; head < dim; head += headDim) {
      attentionWeights(weights, heads, position, head);
      for (let i = head; i < head + headDim; i++) {
        output[position * dim + i] = weightedSum(weights, heads, position, i);
      }
    }
  }
  return output;
}

function weightedSum(
  weights: Float64Array,
  { value, dim }: Heads,
  position: number,
  feature: number,
): number {
  let sum = 0;
  for (let other = 0; other <= position; other++) {
    sum += weights[other]! * value[other * dim + feature]!;
  }
  return sum;
}

/**
 * Fills `weights[0..position]` with softmax(q · k ÷ √headDim) for the head whose first feature is
 * `head`.
 */
export function attentionWeights(
  weights: Float64Array,
  { query, key, dim, headDim }: Heads,
  position: number,
  head: number,
): void {
  const scale = 1 / Math.sqrt(headDim);
  const q = position * dim + head;
  let largest = -Infinity;
  for (let other = 0; other <= position; other++) {
    let score = 0;
    for (let i = 0; i < headDim; i++) score += query[q + i]! * key[other * dim + head + i]!;
    weights[other] = score * scale;
    largest = Math.max(largest, score * scale);
  }
  let total = 0;
  for (let other = 0; other <= position; other++) {
    weights[other] = exp(weights[other]! - largest);
    total += weights[other]!;
  }
  for (let other = 0; other <= position; other++) weights[other]! /= total;
}
