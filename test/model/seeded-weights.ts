/**
 * The weights that the published numeric vectors use: every tensor is `normal(seed)`, with the
 * seed counted up from a base by the tensor's place.
 *
 * @module
 */
import { normalArray } from "../../src/crypto/normal.ts";
import { type ModelConfig, V1 } from "../../src/model/config.ts";
import type { Weights } from "../../src/model/forward.ts";
import type { Linear, Norm } from "../../src/model/layers.ts";
import { buildWeights, type TensorSource } from "../../src/model/weights.ts";

/** The model of the tiny vectors. */
export const TINY: ModelConfig = {
  ...V1,
  dim: 4,
  hidden: 8,
  layers: 2,
  heads: 2,
  positions: 8,
  batch: 2,
};

const LAYER_TENSORS = [
  "norm_1.gamma",
  "norm_1.beta",
  "attention.query.weight",
  "attention.query.bias",
  "attention.key.weight",
  "attention.key.bias",
  "attention.value.weight",
  "attention.value.bias",
  "attention.output.weight",
  "attention.output.bias",
  "norm_2.gamma",
  "norm_2.beta",
  "pwff.linear_inner.weight",
  "pwff.linear_inner.bias",
  "pwff.linear_outer.weight",
  "pwff.linear_outer.bias",
];

const OUTER_TENSORS = new Map([
  ["final_norm.gamma", 100],
  ["final_norm.beta", 200],
  ["embedding.weight", 250],
  ["predictor.weight", 300],
  ["predictor.bias", 400],
]);

/** The tensors of base seed `base`. */
export function seededTensors(base: number): TensorSource {
  return (name, shape) => normal(base + seedOffset(name), ...shape);
}

/** All weights of base seed `base`. */
export function seededWeights(config: ModelConfig, base: number): Weights {
  return buildWeights(config, seededTensors(base));
}

/** A linear map with weight of `seed` and bias of `biasSeed`. */
export function seededLinear(seed: number, biasSeed: number, sizes: [number, number]): Linear {
  return { weight: normal(seed, ...sizes), bias: normal(biasSeed, sizes[1]) };
}

/** A norm with gamma of `seed` and beta of the next. */
export function seededNorm(seed: number, dim: number): Norm {
  return { gamma: normal(seed, dim), beta: normal(seed + 1, dim) };
}

/** normal(seed, shape, 0, 1). */
export function normal(seed: number, ...shape: readonly number[]): Float32Array {
  return normalArray(
    BigInt(seed),
    shape.reduce((product, side) => product * side, 1),
  );
}

function seedOffset(name: string): number {
  const [, layer, tensor] = /^encoder\.layers\.(\d+)\.(.*)$/.exec(name) ?? [];
  if (layer === undefined) return OUTER_TENSORS.get(name)!;
  return Number(layer) + 1 + LAYER_TENSORS.indexOf(tensor!);
}
