/**
 * Causal attention of one sequence, as `model/attention` defines it. Keys and values are turned
 * to lie feature by feature, so that the three passes over a position's past (scores, exponentials,
 * sums of values) read memory in a straight line, four features at a time. A head whose size is no
 * multiple of four gets features that stay zero.
 *
 * @module
 */
import { headDimOf, type ModelConfig } from "../../src/model/config.ts";
import { expMinus } from "./exp.ts";

/** Attention with its own scratch memory, for sequences of one length. */
export class CausalAttention {
  private readonly positions: number;
  private readonly headDim: number;
  /** headDim, rounded up to a multiple of four. */
  private readonly padded: number;
  private readonly heads: number;
  /** Shapes: (heads · padded, positions). */
  private readonly keys: Float64Array;
  private readonly values: Float64Array;
  /** Scores of one position's past, then their exponentials. Shape: (positions). */
  private readonly weights: Float64Array;
  /** One head's query, then its result. Shape: (padded). */
  private readonly features: Float64Array;

  constructor(config: ModelConfig) {
    this.positions = config.positions;
    this.headDim = headDimOf(config);
    this.padded = Math.ceil(this.headDim / 4) * 4;
    this.heads = config.heads;
    this.keys = new Float64Array(this.heads * this.padded * this.positions);
    this.values = new Float64Array(this.keys.length);
    this.weights = new Float64Array(this.positions);
    this.features = new Float64Array(this.padded);
  }

  /** Overwrites `query` with the mixed values. Shapes: (positions, dim), query and key rotated. */
  mix(query: Float64Array, key: Float64Array, value: Float64Array): void {
    this.turn(this.keys, key);
    this.turn(this.values, value);
    const scale = 1 / Math.sqrt(this.headDim);
    for (let head = 0, at = 0; at < query.length; at += this.headDim, head++) {
      const position = Math.floor(head / this.heads);
      const row = (head % this.heads) * this.padded * this.positions;
      for (let i = 0; i < this.headDim; i++) this.features[i] = query[at + i]! * scale;
      const total = this.exponentiate(position, this.score(position, row));
      this.sum(position, row);
      for (let i = 0; i < this.headDim; i++) query[at + i] = this.features[i]! / total;
    }
  }

  /** (positions, dim) → (heads · padded, positions). */
  private turn(output: Float64Array, input: Float64Array): void {
    const dim = this.heads * this.headDim;
    for (let feature = 0; feature < dim; feature++) {
      const row = Math.floor(feature / this.headDim) * this.padded + (feature % this.headDim);
      for (let position = 0; position < this.positions; position++) {
        output[row * this.positions + position] = input[position * dim + feature]!;
      }
    }
  }

  /** weights[0..position] = query · key; returns the largest. */
  private score(position: number, row: number): number {
    const { weights, keys, features, positions } = this;
    weights.fill(0, 0, position + 1);
    let largest = -Infinity;
    for (let i = 0; i < this.padded; i += 4) {
      const q0 = features[i]!;
      const q1 = features[i + 1]!;
      const q2 = features[i + 2]!;
      const q3 = features[i + 3]!;
      largest = -Infinity;
      for (let other = 0, at = row + i * positions; other <= position; other++, at++) {
        const score =
          weights[other]! +
          q0 * keys[at]! +
          q1 * keys[at + positions]! +
          q2 * keys[at + 2 * positions]! +
          q3 * keys[at + 3 * positions]!;
        weights[other] = score;
        if (score > largest) largest = score;
      }
    }
    return largest;
  }

  /** weights ← exp(weights − largest); returns their sum. */
  private exponentiate(position: number, largest: number): number {
    const { weights } = this;
    let total = 0;
    for (let other = 0; other <= position; other++) {
      const weight = expMinus(largest - weights[other]!);
      weights[other] = weight;
      total += weight;
    }
    return total;
  }

  /** features = Σ weight · value over the past. */
  private sum(position: number, row: number): void {
    const { weights, values, features, positions } = this;
    for (let i = 0; i < this.padded; i += 4) {
      let sum0 = 0;
      let sum1 = 0;
      let sum2 = 0;
      let sum3 = 0;
      for (let other = 0, at = row + i * positions; other <= position; other++, at++) {
        const weight = weights[other]!;
        sum0 += weight * values[at]!;
        sum1 += weight * values[at + positions]!;
        sum2 += weight * values[at + 2 * positions]!;
        sum3 += weight * values[at + 3 * positions]!;
      }
      features[i] = sum0;
      features[i + 1] = sum1;
      features[i + 2] = sum2;
      features[i + 3] = sum3;
    }
  }
}
