/**
 * How a model is laid out in the memory of a backend: whether all its weights stay, and how many
 * sequences one pass takes. A pass over streamed weights takes a whole batch if it can, because it
 * brings every layer in anew.
 *
 * @module
 */
import { SomaError } from "../base/errors.ts";
import { headDimOf, type ModelConfig, SLICES } from "../model/config.ts";
import type { KernelLimits } from "./kernels.ts";

/** A layout that fits, and the bytes that it takes. */
export type MemoryPlan = {
  readonly streams: boolean;
  readonly sequences: number;
  readonly bytes: number;
};

const BYTES_PER_NUMBER = 4;
/** Activations of (rows, dim), and of (rows). */
const NARROW_BLOCKS = 5;
const COLUMN_BLOCKS = 3;

/** The best layout of `config`; an error if there is none. */
export function planMemory(config: ModelConfig, limits: KernelLimits): MemoryPlan {
  const { all, layer } = weightBytes(config);
  const resident = sequencesBeside(config, limits, all);
  if (resident > 0) {
    const enough = Math.ceil((limits.rowsEnough ?? Infinity) / config.positions);
    return layout(config, all, Math.min(resident, enough));
  }
  const streamed = sequencesBeside(config, limits, layer);
  if (streamed > 0) return { ...layout(config, layer, streamed), streams: true };
  const needed = Math.ceil((layer + sequenceBytes(config)) / 2 ** 20);
  throw new SomaError("backend_memory", `this model needs at least ${needed} MiB at a time`, {
    hint: "choose a device with more memory",
  });
}

/** Bytes of a model that stays whole, with room for one sequence at a time. */
export function residentBytes(config: ModelConfig): number {
  return layout(config, weightBytes(config).all, 1).bytes;
}

function layout(config: ModelConfig, weights: number, sequences: number): MemoryPlan {
  return { streams: false, sequences, bytes: weights + sequences * sequenceBytes(config) };
}

/** Bytes of all weights of a model, and of what one layer needs of them when layers stream. */
export function weightBytes(config: ModelConfig): { readonly all: number; readonly layer: number } {
  const { dim, hidden, vocabulary, layers } = config;
  const layer = 4 * (dim * dim + dim) + 2 * dim * hidden + dim + hidden + 4 * dim;
  const ends = 2 * vocabulary * dim + 2 * dim + vocabulary + dim * SLICES;
  return {
    all: (layers * layer + ends) * BYTES_PER_NUMBER,
    layer: (layer + ends) * BYTES_PER_NUMBER,
  };
}

/** The most numbers of a row in one of its activations. */
export function widest({ dim, hidden, vocabulary }: ModelConfig): number {
  return Math.max(dim, hidden, vocabulary, SLICES);
}

/** How many sequences of a batch fit beside `weights` bytes. */
function sequencesBeside(config: ModelConfig, limits: KernelLimits, weights: number): number {
  const byMemory = (limits.memoryBytes - weights) / sequenceBytes(config);
  const largest = BYTES_PER_NUMBER * widest(config) * config.positions;
  return Math.floor(Math.min(config.batch, byMemory, limits.blockBytesMax / largest));
}

function sequenceBytes(config: ModelConfig): number {
  const row = NARROW_BLOCKS * config.dim + widest(config) + headDimOf(config) + COLUMN_BLOCKS;
  return BYTES_PER_NUMBER * row * config.positions;
}
