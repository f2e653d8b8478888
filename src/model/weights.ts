/**
 * The parameters of a model by name, as published files carry them: one function lists every name
 * with its shape, and reading, writing and random weights all walk through it. Linear weights are
 * (in, out). Tensors that a model does not know are ignored.
 *
 * @module
 */
import { err, ok, type Result } from "../base/result.ts";
import { normalArray, uniformArray } from "../crypto/normal.ts";
import type { Tensor } from "../types/tensor.ts";
import type { ModelConfig } from "./config.ts";
import type { Layer, Weights } from "./forward.ts";
import type { Linear, Norm } from "./layers.ts";
import {
  type FilePlan,
  parseHeader,
  planSafetensors,
  readTensor,
  type TensorEntry,
  type WeightsFault,
  writeSafetensors,
} from "./safetensors.ts";

/** Gives the values of the tensor called `name`, which must have `shape`. */
export type TensorSource = (name: string, shape: readonly number[]) => Float32Array;

/** Builds a model's weights from their tensors, asked for one after another. */
export function buildWeights(config: ModelConfig, source: TensorSource): Weights {
  const { dim, vocabulary } = config;
  const layers: Layer[] = [];
  for (let index = 0; index < config.layers; index++) {
    layers.push(buildLayer(config, source, `encoder.layers.${index}`));
  }
  return {
    embedding: source("embedding.weight", [vocabulary, dim]),
    layers,
    finalNorm: buildNorm(source, "final_norm", dim),
    predictor: buildLinear(source, "predictor", [dim, vocabulary]),
  };
}

function buildLayer({ dim, hidden }: ModelConfig, source: TensorSource, name: string): Layer {
  return {
    norm1: buildNorm(source, `${name}.norm_1`, dim),
    attention: {
      query: buildLinear(source, `${name}.attention.query`, [dim, dim]),
      key: buildLinear(source, `${name}.attention.key`, [dim, dim]),
      value: buildLinear(source, `${name}.attention.value`, [dim, dim]),
      output: buildLinear(source, `${name}.attention.output`, [dim, dim]),
    },
    norm2: buildNorm(source, `${name}.norm_2`, dim),
    inner: buildLinear(source, `${name}.pwff.linear_inner`, [dim, hidden]),
    outer: buildLinear(source, `${name}.pwff.linear_outer`, [hidden, dim]),
  };
}

function buildNorm(source: TensorSource, name: string, dim: number): Norm {
  return { gamma: source(`${name}.gamma`, [dim]), beta: source(`${name}.beta`, [dim]) };
}

function buildLinear(source: TensorSource, name: string, shape: readonly [number, number]): Linear {
  return { weight: source(`${name}.weight`, shape), bias: source(`${name}.bias`, [shape[1]]) };
}

/** Reads a model from a weights file, checking names, shapes and that every number is finite. */
export function readWeights(config: ModelConfig, file: Uint8Array): Result<Weights, WeightsFault> {
  const header = parseHeader(file, file.length);
  if (!header.ok) return header;
  const entries = new Map(header.value.map((entry) => [entry.name, entry]));
  const faults: WeightsFault[] = [];
  const weights = buildWeights(config, (name, shape) => {
    const tensor = readOne(file, entries.get(name), name, shape);
    if (tensor.ok) return tensor.value;
    faults.push(tensor.error);
    return new Float32Array(0);
  });
  return faults[0] === undefined ? ok(weights) : err(faults[0]);
}

function readOne(
  file: Uint8Array,
  entry: TensorEntry | undefined,
  name: string,
  shape: readonly number[],
): Result<Float32Array, WeightsFault> {
  const fault = (kind: WeightsFault["kind"], reason: string): Result<never, WeightsFault> =>
    err({ kind, tensor: name, reason });
  if (entry === undefined) return fault("missing", "it is not in the file");
  if (entry.shape.join() !== shape.join()) {
    return fault(
      "shape",
      `its shape is [${entry.shape.join()}]; the model needs [${shape.join()}]`,
    );
  }
  const values = readTensor(file, entry);
  if (values === undefined) return fault("dtype", `its dtype is ${entry.dtype}, not a float`);
  const odd = values.findIndex((value) => !Number.isFinite(value));
  if (odd >= 0) return fault("not_finite", `element ${odd} is ${values[odd]}`);
  return ok(values);
}

/** The weights file of the tensors that `source` gives. */
export function writeWeights(config: ModelConfig, source: TensorSource): Uint8Array {
  const tensors = new Map<string, Tensor>();
  buildWeights(config, (name, shape) => {
    const values = source(name, shape);
    tensors.set(name, { shape, values });
    return values;
  });
  return writeSafetensors(tensors);
}

/** The weights file of a model of `config`; its tensors come in the order of `buildWeights`. */
export function planWeights(config: ModelConfig): FilePlan {
  const shapes = new Map<string, readonly number[]>();
  buildWeights(config, (name, shape) => {
    shapes.set(name, shape);
    return new Float32Array(0);
  });
  return planSafetensors(shapes);
}

/**
 * Random weights to start from: linear maps uniform in ±1/√inputs, embeddings normal, biases zero,
 * norms the identity. Every tensor has its own stream of `seed`.
 */
export function initialWeights(seed: bigint): TensorSource {
  let stream = BigInt.asUintN(64, seed << 16n);
  return (name, shape) => {
    const count = shape.reduce((product, side) => product * side, 1);
    if (name.endsWith(".gamma")) return new Float32Array(count).fill(1);
    if (!name.endsWith(".weight")) return new Float32Array(count);
    stream = BigInt.asUintN(64, stream + 1n);
    if (name === "embedding.weight") return normalArray(stream, count);
    const limit = 1 / Math.sqrt(shape[0]!);
    return uniformArray(stream, count, -limit, limit);
  };
}
