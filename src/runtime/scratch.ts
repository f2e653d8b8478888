/**
 * The working memory of a model: blocks for the activations of as many sequences as one pass takes.
 * The wide block serves three times: for the hidden features of a layer, the logits, the slices.
 *
 * @module
 */
import { headDimOf, type ModelConfig, SLICES } from "../model/config.ts";
import { SIGREG_KNOTS } from "../model/sigreg.ts";
import type { Block, Kernels } from "./kernels.ts";
import { widest } from "./plan.ts";

/** The working memory for passes of up to `sequences` sequences. */
export class Scratch<B extends Block> {
  /** Shapes: (rows, dim). */
  readonly x: B;
  readonly normed: B;
  readonly query: B;
  readonly key: B;
  readonly value: B;
  /** Shape: (rows, widest). */
  readonly wide: B;
  /** Shapes: (rows). */
  readonly tokens: B;
  readonly targets: B;
  readonly scores: B;
  /** Shapes: (rows, headDim / 2). */
  readonly cos: B;
  readonly sin: B;
  /** Shape: (sequences, dim). */
  readonly sums: B;
  /** Shape: (KNOTS, 2). */
  readonly knots: B;
  /** Shape: (SLICES): the bias of a projection. */
  readonly zeros: B;
  private readonly kernels: Kernels<B>;
  private readonly owned: B[] = [];

  constructor(kernels: Kernels<B>, config: ModelConfig, sequences: number) {
    this.kernels = kernels;
    const rows = sequences * config.positions;
    const half = headDimOf(config) / 2;
    this.x = this.own(kernels.alloc(rows * config.dim));
    this.normed = this.own(kernels.alloc(rows * config.dim));
    this.query = this.own(kernels.alloc(rows * config.dim));
    this.key = this.own(kernels.alloc(rows * config.dim));
    this.value = this.own(kernels.alloc(rows * config.dim));
    this.wide = this.own(kernels.alloc(rows * widest(config)));
    this.tokens = this.own(kernels.alloc(rows));
    this.targets = this.own(kernels.alloc(rows));
    this.scores = this.own(kernels.alloc(rows));
    this.cos = this.own(kernels.alloc(rows * half));
    this.sin = this.own(kernels.alloc(rows * half));
    this.sums = this.own(kernels.alloc(sequences * config.dim));
    this.knots = this.own(kernels.upload(knotTable()));
    this.zeros = this.own(kernels.upload(new Float32Array(SLICES)));
  }

  /** Frees the blocks. */
  free(): void {
    for (const block of this.owned.splice(0)) this.kernels.free(block);
  }

  private own(block: B): B {
    this.owned.push(block);
    return block;
  }
}

function knotTable(): Float32Array {
  return Float32Array.from(SIGREG_KNOTS.flatMap(({ phi, weight }) => [phi, weight]));
}
