/**
 * The forward pass of `model/forward` on the kernels of a backend, several sequences at a time. It
 * is the same for every backend; what differs is behind `Kernels`.
 *
 * @module
 */
import type { Attention } from "../model/attention.ts";
import { headDimOf, type ModelConfig } from "../model/config.ts";
import type { Layer } from "../model/forward.ts";
import type { Linear, Norm } from "../model/layers.ts";
import type { Block, Kernels, LinearMode } from "./kernels.ts";
import type { Pulse } from "./pulse.ts";
import type { Residence } from "./residence.ts";
import type { Scratch } from "./scratch.ts";
import { nextTurn } from "./turn.ts";

/** What a forward pass works with. */
export type Pass<B extends Block> = {
  readonly config: ModelConfig;
  readonly kernels: Kernels<B>;
  readonly residence: Residence<B>;
  readonly scratch: Scratch<B>;
  /** At most as many as the scratch has room for. */
  readonly sequences: number;
  /** Ends the pass between two layers; its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
  readonly pulse?: Pulse<B> | undefined;
};

/**
 * Leaves the representations of the tokens and positions in the scratch in its `normed`. Before
 * each layer the event loop gets a turn, so that a process which also serves stays awake.
 */
export async function represent<B extends Block>(pass: Pass<B>): Promise<void> {
  const { config, kernels, residence, scratch } = pass;
  const { embedding, finalNorm } = residence.ends;
  const { x: out, tokens } = scratch;
  kernels.embed({ out, table: embedding, tokens, rows: rowsOf(pass), dim: config.dim });
  for (let index = 0; index < config.layers; index++) {
    await nextTurn();
    pass.signal?.throwIfAborted();
    // Of streamed layers only one may take memory.
    if (residence.streams) await kernels.settle?.();
    await residence.use(index, (layer) => runLayer(pass, layer));
  }
  norm(pass, finalNorm);
}

/** y = x · map + bias for all rows of a pass. Shapes: input (rows, depth), out (rows, width). */
export function linear<B extends Block>(
  { config, kernels, sequences, pulse }: Pass<B>,
  [input, depth]: readonly [B, number],
  [out, width]: readonly [B, number],
  { weight, bias, mode }: Linear<B> & { readonly mode: LinearMode },
): void {
  const rows = sequences * config.positions;
  kernels.linear({ out, input, weight, bias, rows, depth, width, mode });
  pulse?.add(rows * depth * width);
}

async function runLayer<B extends Block>(pass: Pass<B>, layer: Layer<B>): Promise<void> {
  const { x, normed, wide } = pass.scratch;
  const { dim, hidden } = pass.config;
  norm(pass, layer.norm1);
  attend(pass, layer.attention);
  await pass.pulse?.beat();
  norm(pass, layer.norm2);
  linear(pass, [normed, dim], [wide, hidden], { ...layer.inner, mode: "gelu" });
  await pass.pulse?.beat();
  linear(pass, [wide, hidden], [x, dim], { ...layer.outer, mode: "add" });
  await pass.pulse?.beat();
}

// The mixed values take the place of what attention was given.
function attend<B extends Block>(pass: Pass<B>, attention: Attention<B>): void {
  const { kernels, config, sequences, scratch } = pass;
  const { normed, query, key, value, cos, sin, x } = scratch;
  const { dim, heads, positions } = config;
  const headDim = headDimOf(config);
  const rows = rowsOf(pass);
  linear(pass, [normed, dim], [query, dim], { ...attention.query, mode: "store" });
  linear(pass, [normed, dim], [key, dim], { ...attention.key, mode: "store" });
  linear(pass, [normed, dim], [value, dim], { ...attention.value, mode: "store" });
  kernels.rotate({ features: query, cos, sin, rows, heads, headDim });
  kernels.rotate({ features: key, cos, sin, rows, heads, headDim });
  kernels.attend({ out: normed, query, key, value, sequences, positions, heads, headDim });
  linear(pass, [normed, dim], [x, dim], { ...attention.output, mode: "add" });
}

function norm<B extends Block>(pass: Pass<B>, { gamma, beta }: Norm<B>): void {
  const { x: input, normed: out } = pass.scratch;
  pass.kernels.norm({ out, input, gamma, beta, rows: rowsOf(pass), dim: pass.config.dim });
}

function rowsOf<B extends Block>({ config, sequences }: Pass<B>): number {
  return sequences * config.positions;
}
