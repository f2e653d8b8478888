/**
 * The forward pass of `model/forward` for one sequence at a time, in memory that is allocated once
 * for a model. Activations are f64, so nothing is rounded between operations.
 *
 * @module
 */
import type { Attention } from "../../model/attention.ts";
import type { Sums } from "../../model/compete.ts";
import { headDimOf, type ModelConfig, SLICES } from "../../model/config.ts";
import type { Weights } from "../../model/forward.ts";
import { gelu } from "../../model/layers.ts";
import { type RopeTable, ropeTable, rotate } from "../../model/rope.ts";
import { PAD, type Sequence } from "../../model/tokenize.ts";
import { CausalAttention } from "./attention.ts";
import { expMinus } from "./exp.ts";
import { addInto, linearInto, normInto } from "./layers.ts";
import { SliceStatistics } from "./sigreg.ts";

const NO_BIAS = new Float32Array(SLICES);

/** A model with its weights and its working memory. */
export class CpuForward {
  private readonly config: ModelConfig;
  private readonly weights: Weights;
  private readonly attention: CausalAttention;
  private readonly statistics = new SliceStatistics();
  /** Shapes: (positions, dim). */
  private readonly x: Float64Array;
  private readonly normed: Float64Array;
  private readonly query: Float64Array;
  private readonly key: Float64Array;
  private readonly value: Float64Array;
  /** Shape: (positions, hidden). */
  private readonly hidden: Float64Array;
  /** Shape: (positions, vocabulary). */
  private readonly logits: Float64Array;
  /** Shape: (positions, SLICES). */
  private readonly slices: Float64Array;

  constructor(config: ModelConfig, weights: Weights) {
    const size = config.positions * config.dim;
    this.config = config;
    this.weights = weights;
    this.attention = new CausalAttention(config);
    this.x = new Float64Array(size);
    this.normed = new Float64Array(size);
    this.query = new Float64Array(size);
    this.key = new Float64Array(size);
    this.value = new Float64Array(size);
    this.hidden = new Float64Array(config.positions * config.hidden);
    this.logits = new Float64Array(config.positions * config.vocabulary);
    this.slices = new Float64Array(config.positions * SLICES);
  }

  /** The sums of one sequence. Shape: directions (dim, SLICES). */
  score(sequence: Sequence, directions: Float32Array): Sums {
    this.represent(sequence);
    const { dim } = this.config;
    const representation = new Float64Array(dim);
    for (let i = 0; i < this.normed.length; i++) representation[i % dim]! += this.normed[i]!;
    return {
      positions: this.config.positions,
      crossEntropy: this.crossEntropySum(sequence.targets),
      sigreg: this.sigregSum(directions),
      representation,
    };
  }

  /** Leaves the representations in `normed`. */
  private represent({ tokens, positions }: Sequence): void {
    const { dim } = this.config;
    for (const [row, token] of tokens.entries()) {
      const embedding = this.weights.embedding.subarray(token * dim, (token + 1) * dim);
      this.x.set(embedding, row * dim);
    }
    const table = ropeTable(positions, headDimOf(this.config));
    for (const layer of this.weights.layers) {
      normInto(this.normed, this.x, layer.norm1);
      this.attend(layer.attention, table);
      addInto(this.x, this.value);
      normInto(this.normed, this.x, layer.norm2);
      linearInto(this.hidden, this.normed, layer.inner);
      for (let i = 0; i < this.hidden.length; i++) this.hidden[i] = gelu(this.hidden[i]!);
      linearInto(this.value, this.hidden, layer.outer);
      addInto(this.x, this.value);
    }
    normInto(this.normed, this.x, this.weights.finalNorm);
  }

  /** Leaves attention over `normed` in `value`. */
  private attend(weights: Attention, table: RopeTable): void {
    linearInto(this.query, this.normed, weights.query);
    linearInto(this.key, this.normed, weights.key);
    linearInto(this.value, this.normed, weights.value);
    rotate(this.query, table, headDimOf(this.config));
    rotate(this.key, table, headDimOf(this.config));
    this.attention.mix(this.query, this.key, this.value);
    linearInto(this.value, this.query, weights.output);
  }

  private crossEntropySum(targets: Uint16Array): number {
    const { logits } = this;
    const { vocabulary } = this.config;
    linearInto(logits, this.normed, this.weights.predictor);
    let sum = 0;
    for (const [row, target] of targets.entries()) {
      if (target === PAD) continue;
      const start = row * vocabulary;
      sum += logSumExp(logits, start, start + vocabulary) - logits[start + target]!;
    }
    return sum;
  }

  private sigregSum(directions: Float32Array): number {
    linearInto(this.slices, this.normed, { weight: directions, bias: NO_BIAS });
    let sum = 0;
    for (let at = 0; at < this.slices.length; at += SLICES) {
      sum += this.statistics.sigreg(this.slices, at);
    }
    return sum;
  }
}

function logSumExp(logits: Float64Array, start: number, end: number): number {
  let largest = -Infinity;
  for (let i = start; i < end; i++) largest = Math.max(largest, logits[i]!);
  let total = 0;
  for (let i = start; i < end; i++) total += expMinus(largest - logits[i]!);
  return largest + Math.log(total);
}
