/**
 * The parameters of a model by name, as published files carry them: one function lists every name
 * with its shape, and reading, writing and random weights all walk through it. Linear weights are
 * (in, out). Tensors that a model does not know are ignored.
 *
 * @module
 */
import { present } from "../base/assert.ts";
import { err, ok, type Result } from "../base/result.ts";
import { normalArray, uniformArray } from "../crypto/normal.ts";
import type { Tensor } from "../types/tensor.ts";
import type { ModelConfig } from "./config.ts";
import type { Ends, Layer, Weights } from "./forward.ts";
import type { Linear, Norm } from "./layers.ts";
import {
  type FilePlan,
  isFloat,
  parseHeader,
  planSafetensors,
  readTensor,
  type TensorEntry,
  type WeightsFault,
  writeSafetensors,
} from "./safetensors.ts";

/** Gives the tensor called `name`, which must have `shape`, in the form that `T` says. */
export type Source<T> = (name: string, shape: readonly number[]) => T;

/** Gives the values of a tensor. */
export type TensorSource = Source<Float32Array>;

/** Builds a model's weights from their tensors, asked for one after another. */
export function buildWeights<T>(config: ModelConfig, source: Source<T>): Weights<T> {
  const layers: Layer<T>[] = [];
  for (let index = 0; index < config.layers; index++) {
    layers.push(buildLayer(config, source, index));
  }
  return { ...buildEnds(config, source), layers };
}

/** Builds what stands before and after the layers. */
export function buildEnds<T>({ dim, vocabulary }: ModelConfig, source: Source<T>): Ends<T> {
  return {
    embedding: source("embedding.weight", [vocabulary, dim]),
    finalNorm: buildNorm(source, "final_norm", dim),
    predictor: buildLinear(source, "predictor", [dim, vocabulary]),
  };
}

/** Builds one layer. */
export function buildLayer<T>(
  { dim, hidden }: ModelConfig,
  source: Source<T>,
  index: number,
): Layer<T> {
  const name = `encoder.layers.${index}`;
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

function buildNorm<T>(source: Source<T>, name: string, dim: number): Norm<T> {
  return { gamma: source(`${name}.gamma`, [dim]), beta: source(`${name}.beta`, [dim]) };
}

function buildLinear<T>(
  source: Source<T>,
  name: string,
  shape: readonly [number, number],
): Linear<T> {
  return { weight: source(`${name}.weight`, shape), bias: source(`${name}.bias`, [shape[1]]) };
}

/** Reads a model from a weights file, checking names, shapes and that every number is finite. */
export function readWeights(config: ModelConfig, file: Uint8Array): Result<Weights, WeightsFault> {
  const tensors = readTensors(config, file);
  return tensors.ok ? ok(buildWeights(config, tensors.value)) : tensors;
}

/** The same, by name. */
export function readTensors(
  config: ModelConfig,
  file: Uint8Array,
): Result<TensorSource, WeightsFault> {
  const header = parseHeader(file, file.length);
  if (!header.ok) return header;
  const entries = new Map(header.value.map((entry) => [entry.name, entry]));
  const tensors = new Map<string, Float32Array>();
  const faults: WeightsFault[] = [];
  buildWeights(config, (name, shape) => {
    const tensor = readOne(file, entries.get(name), name, shape);
    if (tensor.ok) tensors.set(name, tensor.value);
    else faults.push(tensor.error);
  });
  if (faults[0] !== undefined) return err(faults[0]);
  return ok((name) => present(tensors.get(name), `tensor ${name}`));
}

function readOne(
  file: Uint8Array,
  entry: TensorEntry | undefined,
  name: string,
  shape: readonly number[],
): Result<Float32Array, WeightsFault> {
  const misfit = checkEntry(entry, name, shape);
  if (misfit !== undefined) return err(misfit);
  const values = readTensor(file, entry!)!;
  const fault = checkValues(name, values);
  return fault === undefined ? ok(values) : err(fault);
}

/** What is missing or does not fit among the tensors of a file, if anything is. */
export function checkEntries(
  config: ModelConfig,
  entries: readonly TensorEntry[],
): WeightsFault | undefined {
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  const faults: WeightsFault[] = [];
  buildWeights(config, (name, shape) => {
    const fault = checkEntry(byName.get(name), name, shape);
    if (fault !== undefined) faults.push(fault);
  });
  return faults[0];
}

function checkEntry(
  entry: TensorEntry | undefined,
  name: string,
  shape: readonly number[],
): WeightsFault | undefined {
  if (entry === undefined)
    return { kind: "missing", tensor: name, reason: "it is not in the file" };
  if (entry.shape.join() !== shape.join()) {
    const reason = `its shape is [${entry.shape.join()}]; the model needs [${shape.join()}]`;
    return { kind: "shape", tensor: name, reason };
  }
  if (isFloat(entry)) return undefined;
  return { kind: "dtype", tensor: name, reason: `its dtype is ${entry.dtype}, not a float` };
}

/** The first number that is none, if there is one. */
export function checkValues(name: string, values: Float32Array): WeightsFault | undefined {
  for (let index = 0; index < values.length; index++) {
    if (Number.isFinite(values[index])) continue;
    return { kind: "not_finite", tensor: name, reason: `element ${index} is ${values[index]}` };
  }
  return undefined;
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
