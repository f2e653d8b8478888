/**
 * Model version 1: a byte-level pre-norm transformer. This is the executable specification; every
 * backend must agree with it. One sequence at a time, as rows of a batch do not see each other.
 *
 * @module
 */
import { attend, type Attention } from "./attention.ts";
import { headDimOf, type ModelConfig } from "./config.ts";
import { feedForward, layerNorm, type Linear, linear, type Norm } from "./layers.ts";
import { type RopeTable, ropeTable } from "./rope.ts";
import type { Sequence } from "./tokenize.ts";

/** One block: attention and a feed-forward net, each behind a norm and a residual sum. */
export type Layer<T = Float32Array> = {
  readonly norm1: Norm<T>;
  readonly attention: Attention<T>;
  readonly norm2: Norm<T>;
  /** Shape: weight (dim, hidden). */
  readonly inner: Linear<T>;
  /** Shape: weight (hidden, dim). */
  readonly outer: Linear<T>;
};

/** The parameters outside the layers. */
export type Ends<T = Float32Array> = {
  /** Shape: (vocabulary, dim). */
  readonly embedding: T;
  readonly finalNorm: Norm<T>;
  /** Shape: weight (dim, vocabulary). */
  readonly predictor: Linear<T>;
};

/** All parameters of a model. */
export type Weights<T = Float32Array> = Ends<T> & { readonly layers: readonly Layer<T>[] };

/** The representation of every position. Shape: (positions, dim). */
export function represent(
  config: ModelConfig,
  weights: Weights,
  { tokens, positions }: Pick<Sequence, "tokens" | "positions">,
): Float32Array {
  const x = embed(tokens, weights.embedding, config.dim);
  encode(x, weights.layers, ropeTable(positions, headDimOf(config)));
  return layerNorm(x, weights.finalNorm);
}

/** The logits of the next token. Shapes: (positions, dim) → (positions, vocabulary). */
export function predict(weights: Weights, representations: Float32Array): Float32Array {
  return linear(representations, weights.predictor);
}

/** The rows of `embedding`, (vocabulary, dim), that `tokens` name. Shape: (tokens, dim). */
export function embed(tokens: Uint16Array, embedding: Float32Array, dim: number): Float32Array {
  const rows = new Float32Array(tokens.length * dim);
  for (const [row, token] of tokens.entries()) {
    rows.set(embedding.subarray(token * dim, (token + 1) * dim), row * dim);
  }
  return rows;
}

/** Runs all blocks over `x` in place. Shape: (positions, dim). */
export function encode(x: Float32Array, layers: readonly Layer[], table: RopeTable): void {
  for (const layer of layers) {
    add(x, attend(layerNorm(x, layer.norm1), layer.attention, table));
    add(x, feedForward(layerNorm(x, layer.norm2), layer.inner, layer.outer));
  }
}

function add(x: Float32Array, difference: Float32Array): void {
  for (let i = 0; i < x.length; i++) x[i]! += difference[i]!;
}
