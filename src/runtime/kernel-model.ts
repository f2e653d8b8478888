/**
 * A model on the kernels of a backend: brings sequences in, runs the forward pass, and takes out
 * what they add to their batch. Numbers by row come back as they are and are summed here, in f64
 * and in order.
 *
 * @module
 */
import type { Sums } from "../model/compete.ts";
import { headDimOf, type ModelConfig, SLICES } from "../model/config.ts";
import { ropeTable } from "../model/rope.ts";
import type { Sequence } from "../model/tokenize.ts";
import type { LoadedModel, PassWatch } from "./backend.ts";
import { linear, type Pass, represent } from "./forward.ts";
import type { Block, Kernels } from "./kernels.ts";
import { type MemoryPlan, planMemory } from "./plan.ts";
import { Pulse } from "./pulse.ts";
import { type LoadedWeights, Residence } from "./residence.ts";
import { Scratch } from "./scratch.ts";

/** A model on the kernels of a backend. */
export class KernelModel<B extends Block> implements LoadedModel {
  readonly config: ModelConfig;
  readonly sequencesPerCall: number;
  readonly memoryBytes: number;
  private readonly kernels: Kernels<B>;
  private readonly residence: Residence<B>;
  private readonly scratch: Scratch<B>;
  /** The SIGReg directions of the batch at hand. */
  private projection: { readonly directions: Float32Array; readonly block: B } | undefined;

  private constructor(kernels: Kernels<B>, residence: Residence<B>, plan: MemoryPlan) {
    this.config = residence.config;
    this.kernels = kernels;
    this.sequencesPerCall = plan.sequences;
    this.memoryBytes = plan.bytes;
    this.residence = residence;
    this.scratch = new Scratch(kernels, residence.config, plan.sequences);
  }

  /** Loads the weights, in at most so much memory. */
  static async load<B extends Block>(
    kernels: Kernels<B>,
    weights: LoadedWeights,
    memoryBytes: number = Infinity,
  ): Promise<KernelModel<B>> {
    const { limits } = kernels;
    const room = Math.min(limits.memoryBytes, memoryBytes);
    const plan = planMemory(weights.config, { ...limits, memoryBytes: room });
    const residence = await Residence.load(kernels, weights, plan.streams);
    return new KernelModel(kernels, residence, plan);
  }

  /** Whether layers are brought in anew for every pass. */
  get streams(): boolean {
    return this.residence.streams;
  }

  async score(
    sequences: readonly Sequence[],
    directions: Float32Array,
    watch: PassWatch = {},
  ): Promise<readonly Sums[]> {
    const sums: Sums[] = [];
    for (let first = 0; first < sequences.length; first += this.sequencesPerCall) {
      const some = sequences.slice(first, first + this.sequencesPerCall);
      sums.push(...(await this.scoreSome(some, directions, watch)));
    }
    return sums;
  }

  unload(): Promise<void> {
    this.residence.free();
    this.scratch.free();
    this.forgetProjection();
    return Promise.resolve();
  }

  private async scoreSome(
    sequences: readonly Sequence[],
    directions: Float32Array,
    { signal, onStep }: PassWatch,
  ): Promise<Sums[]> {
    const { config, kernels, residence, scratch } = this;
    const pulse = onStep && new Pulse(kernels, scratch.x, onStep);
    const pass = {
      config,
      kernels,
      residence,
      scratch,
      sequences: sequences.length,
      signal,
      pulse,
    };
    this.bringIn(sequences);
    await represent(pass);
    const crossEntropies = await this.crossEntropies(pass);
    const sigregs = await this.sigregs(pass, directions);
    const representations = await this.representations(pass);
    return sequences.map((_, index) => {
      const [from, to] = [index * config.positions, (index + 1) * config.positions];
      return {
        positions: config.positions,
        crossEntropy: sum(crossEntropies.subarray(from, to)),
        sigreg: sum(sigregs.subarray(from, to)),
        representation: Float64Array.from(
          representations.subarray(index * config.dim, (index + 1) * config.dim),
        ),
      };
    });
  }

  private bringIn(sequences: readonly Sequence[]): void {
    const { kernels, scratch, config } = this;
    const headDim = headDimOf(config);
    const tables = sequences.map(({ positions }) => ropeTable(positions, headDim));
    kernels.write(scratch.tokens, joinWhole(sequences.map(({ tokens }) => tokens)));
    kernels.write(scratch.targets, joinWhole(sequences.map(({ targets }) => targets)));
    kernels.write(scratch.cos, join(tables.map(({ cos }) => cos)));
    kernels.write(scratch.sin, join(tables.map(({ sin }) => sin)));
  }

  private crossEntropies(pass: Pass<B>): Promise<Float32Array> {
    const { kernels, config, residence } = this;
    const { normed, wide: logits, targets, scores: out } = this.scratch;
    const { vocabulary, dim } = config;
    const rows = pass.sequences * config.positions;
    const predictor = { ...residence.ends.predictor, mode: "store" } as const;
    linear(pass, [normed, dim], [logits, vocabulary], predictor);
    kernels.crossEntropy({ out, logits, targets, rows, vocabulary });
    return kernels.read(out, rows);
  }

  private sigregs(pass: Pass<B>, directions: Float32Array): Promise<Float32Array> {
    const { kernels, config } = this;
    const { normed, wide: slices, knots, zeros, scores: out } = this.scratch;
    const rows = pass.sequences * config.positions;
    const projection = { weight: this.project(directions), bias: zeros, mode: "store" } as const;
    linear(pass, [normed, config.dim], [slices, SLICES], projection);
    kernels.sigreg({ out, slices, knots, rows });
    return kernels.read(out, rows);
  }

  private representations({ sequences }: Pass<B>): Promise<Float32Array> {
    const { positions, dim } = this.config;
    const { sums: out, normed: input } = this.scratch;
    this.kernels.columnSums({ out, input, sequences, positions, dim });
    return this.kernels.read(out, sequences * dim);
  }

  // All calls of a batch bring the same array.
  private project(directions: Float32Array): B {
    if (this.projection?.directions !== directions) {
      this.forgetProjection();
      const block = this.kernels.weight(directions, this.config.dim, SLICES);
      this.projection = { directions, block };
    }
    return this.projection.block;
  }

  private forgetProjection(): void {
    if (this.projection !== undefined) this.kernels.free(this.projection.block);
    this.projection = undefined;
  }
}

function joinWhole(parts: readonly Uint16Array[]): Uint32Array {
  return Uint32Array.from(parts.flatMap((part) => [...part]));
}

function join(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((size, part) => size + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}

function sum(values: Float32Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
