/**
 * The backward half of causal attention: the softmax of every position is computed again from
 * queries and keys, then the gradient goes through the weighted sum, the softmax and the products.
 *
 * @module
 */
import { headDimOf, type ModelConfig } from "../../src/model/config.ts";
import { expMinus } from "./exp.ts";

/** Rotated queries and keys, and values; or the gradients by them. Shapes: (positions, dim). */
export type Heads = {
  readonly query: Float64Array;
  readonly key: Float64Array;
  readonly value: Float64Array;
};

/** Attention's gradient with its scratch memory, for sequences of one length. */
export class AttentionGradient {
  private readonly dim: number;
  private readonly headDim: number;
  private readonly scale: number;
  /** Softmax of one position's past, and the gradient by it. Shapes: (positions). */
  private readonly weights: Float64Array;
  private readonly dWeights: Float64Array;

  constructor(config: ModelConfig) {
    this.dim = config.dim;
    this.headDim = headDimOf(config);
    this.scale = 1 / Math.sqrt(this.headDim);
    this.weights = new Float64Array(config.positions);
    this.dWeights = new Float64Array(config.positions);
  }

  /** Fills `gradient` from the gradient by the output, (positions, dim). */
  backward(gradient: Heads, dOutput: Float64Array, heads: Heads): void {
    gradient.query.fill(0);
    gradient.key.fill(0);
    gradient.value.fill(0);
    for (let at = 0; at < dOutput.length; at += this.headDim) {
      const position = Math.floor(at / this.dim);
      this.softmax(heads, at, position);
      const mean = this.weightsBackward(dOutput, heads.value, at, position);
      this.headsBackward(gradient, dOutput, heads, { at, position, mean });
    }
  }

  private softmax({ query, key }: Heads, at: number, position: number): void {
    const { weights, dim, headDim, scale } = this;
    let largest = -Infinity;
    for (let other = 0, from = at % dim; other <= position; other++, from += dim) {
      let score = 0;
      for (let i = 0; i < headDim; i++) score += query[at + i]! * key[from + i]!;
      weights[other] = score * scale;
      largest = Math.max(largest, score * scale);
    }
    let total = 0;
    for (let other = 0; other <= position; other++) {
      weights[other] = expMinus(largest - weights[other]!);
      total += weights[other]!;
    }
    for (let other = 0; other <= position; other++) weights[other]! /= total;
  }

  /** The gradient by each weight; returns their mean under the weights. */
  private weightsBackward(
    dOutput: Float64Array,
    value: Float64Array,
    at: number,
    position: number,
  ): number {
    const { weights, dWeights, dim, headDim } = this;
    let mean = 0;
    for (let other = 0, from = at % dim; other <= position; other++, from += dim) {
      let sum = 0;
      for (let i = 0; i < headDim; i++) sum += dOutput[at + i]! * value[from + i]!;
      dWeights[other] = sum;
      mean += weights[other]! * sum;
    }
    return mean;
  }

  private headsBackward(
    gradient: Heads,
    dOutput: Float64Array,
    { query, key }: Heads,
    row: { readonly at: number; readonly position: number; readonly mean: number },
  ): void {
    const { weights, dWeights, dim, headDim, scale } = this;
    const { at, position, mean } = row;
    for (let other = 0, from = at % dim; other <= position; other++, from += dim) {
      const weight = weights[other]!;
      const dScore = weight * (dWeights[other]! - mean) * scale;
      for (let i = 0; i < headDim; i++) {
        gradient.query[at + i]! += dScore * key[from + i]!;
        gradient.key[from + i]! += dScore * query[at + i]!;
        gradient.value[from + i]! += weight * dOutput[at + i]!;
      }
    }
  }
}
