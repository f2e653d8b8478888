/**
 * Which of the known sizes a model has: by the embedding of the network it competes in, or by what
 * stands in its weights file.
 *
 * @module
 */
import { SomaError } from "../base/errors.ts";
import { type ModelConfig, SMALL, V1 } from "../model/config.ts";
import {
  HEADER_BYTES_MAX,
  parseHeader,
  type TensorEntry,
  weightsFaultText,
} from "../model/safetensors.ts";
import { planWeights } from "../model/weights.ts";

const SIZES: readonly ModelConfig[] = [SMALL, V1];
const EMBEDDING = "embedding.weight";

/** Tensors may be f64, and a file may hold more than the model needs. */
const SPARE_FACTOR = 2;

/** The largest weights file of a model of `config` that is fetched. */
export function weightsBytesMax(config: ModelConfig): number {
  return SPARE_FACTOR * planWeights(config).sizeBytes + HEADER_BYTES_MAX;
}

/** The size of the models in a network whose embeddings have `dim` values. */
export function sizeForDim(dim: number): ModelConfig {
  const config = SIZES.find((candidate) => candidate.dim === dim);
  if (config !== undefined) return config;
  const known = SIZES.map((candidate) => candidate.dim).join(" and ");
  throw new SomaError("model_size_unknown", `no model has embeddings of ${dim} values`, {
    hint: `models with ${known} are known; a newer soma may know more`,
  });
}

/** The size of the model in the plain weights file that people call `name`. */
export function sizeOfFile(file: Uint8Array, name: string): ModelConfig {
  const header = parseHeader(file, file.length);
  if (!header.ok) throw notWeights(name, weightsFaultText(header.error));
  return sizeOfEntries(header.value, name);
}

/** The size of the model whose tensors are `entries`. */
export function sizeOfEntries(entries: readonly TensorEntry[], name: string): ModelConfig {
  const embedding = entries.find((tensor) => tensor.name === EMBEDDING);
  const dim = embedding?.shape[1];
  if (dim === undefined) throw notWeights(name, `it has no matrix ${EMBEDDING}`);
  return sizeForDim(dim);
}

/** The error of a file that holds no weights of the right form. */
export function notWeights(name: string, reason: string): SomaError {
  return new SomaError("weights_invalid", `${name} is no weights file: ${reason}`, {
    hint: "give a plain safetensors file; of an encrypted one `soma model decrypt` makes one",
  });
}
