/**
 * What a learner is made of: each layer's parameters beside their gradients, and the memory for
 * one sequence's activations.
 *
 * @module
 */
import type { ModelConfig } from "../../src/model/config.ts";
import type { Layer } from "../../src/model/forward.ts";
import type { Linear, Norm } from "../../src/model/layers.ts";
import type { Heads } from "./attention-gradient.ts";
import type { Trained } from "./gradients.ts";

/** A layer whose parameters have gradients. */
export type TrainedLayer = {
  readonly norm1: Trained<Norm>;
  readonly query: Trained<Linear>;
  readonly key: Trained<Linear>;
  readonly value: Trained<Linear>;
  readonly output: Trained<Linear>;
  readonly norm2: Trained<Norm>;
  readonly inner: Trained<Linear>;
  readonly outer: Trained<Linear>;
};

/** One layer's activations. Shapes: (positions, dim); hidden and active (positions, hidden). */
export type Trace = {
  readonly input: Float64Array;
  readonly normed1: Float64Array;
  readonly heads: Heads;
  readonly mixed: Float64Array;
  readonly middle: Float64Array;
  readonly normed2: Float64Array;
  readonly hidden: Float64Array;
  readonly active: Float64Array;
};

/** Parameters beside their gradient. */
export function pair<T>(value: T, gradient: T): Trained<T> {
  return { value, gradient };
}

/** A layer beside its gradient, part by part. */
export function pairLayer(value: Layer, gradient: Layer): TrainedLayer {
  return {
    norm1: pair(value.norm1, gradient.norm1),
    query: pair(value.attention.query, gradient.attention.query),
    key: pair(value.attention.key, gradient.attention.key),
    value: pair(value.attention.value, gradient.attention.value),
    output: pair(value.attention.output, gradient.attention.output),
    norm2: pair(value.norm2, gradient.norm2),
    inner: pair(value.inner, gradient.inner),
    outer: pair(value.outer, gradient.outer),
  };
}

/** Zeros of shape (positions, features). */
export function rows(config: ModelConfig, features: number): Float64Array {
  return new Float64Array(config.positions * features);
}

/** Zeros for queries, keys and values. */
export function newHeads(config: ModelConfig): Heads {
  const { dim } = config;
  return { query: rows(config, dim), key: rows(config, dim), value: rows(config, dim) };
}

/** Zeros for a layer's activations. */
export function newTrace(config: ModelConfig): Trace {
  const { dim, hidden } = config;
  return {
    input: rows(config, dim),
    normed1: rows(config, dim),
    heads: newHeads(config),
    mixed: rows(config, dim),
    middle: rows(config, dim),
    normed2: rows(config, dim),
    hidden: rows(config, hidden),
    active: rows(config, hidden),
  };
}
