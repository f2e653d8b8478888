/**
 * The competition: every model is evaluated on the same data, batch by batch in order; the lowest
 * loss wins; the winner's embedding is measured against the target. Batch b draws its SIGReg noise
 * from seed + b, and every batch counts the same, a short last one too.
 *
 * @module
 */
import { assert } from "../base/assert.ts";
import type { ModelConfig } from "./config.ts";
import { cosineDistance, RunningMean } from "./embedding.ts";
import { predict, represent, type Weights } from "./forward.ts";
import { crossEntropySum } from "./loss.ts";
import { SIGREG_COEFFICIENT, sigregDirections, sigregSum } from "./sigreg.ts";
import { type Sequence, sequenceAt, sequenceCount } from "./tokenize.ts";

/** What sequences add to their batch: sums over their positions. */
export type Sums = {
  readonly positions: number;
  readonly crossEntropy: number;
  readonly sigreg: number;
  /** Shape: (dim). */
  readonly representation: Float64Array;
};

/** What a model made of some data; the loss is f32. Shape: embedding (dim). */
export type Evaluation = { readonly loss: number; readonly embedding: Float32Array };

/** The outcome of a competition: a loss for every model, the rest about the winner. */
export type Verdict = {
  readonly winner: number;
  readonly losses: readonly number[];
  readonly embedding: Float32Array;
  /** Cosine distance to the target, f32; absent without a target. */
  readonly distance: number | undefined;
};

/** Evaluates one model on `data`, which is not empty. */
export function evaluate(
  config: ModelConfig,
  weights: Weights,
  data: Uint8Array,
  seed: bigint,
): Evaluation {
  const tally = new Tally(config.dim);
  for (let batch = 0; batch < batchCount(config, data.length); batch++) {
    const directions = batchDirections(config, seed, batch);
    const sequences = batchSequences(config, data, batch);
    tally.add(sequences.map((sequence) => scoreSequence(config, weights, sequence, directions)));
  }
  return tally.evaluation();
}

/** The forward pass of one sequence and its sums. Shape: directions (dim, SLICES). */
export function scoreSequence(
  config: ModelConfig,
  weights: Weights,
  sequence: Sequence,
  directions: Float32Array,
): Sums {
  const representations = represent(config, weights, sequence);
  const representation = new Float64Array(config.dim);
  for (const [i, value] of representations.entries()) representation[i % config.dim]! += value;
  return {
    positions: sequence.tokens.length,
    crossEntropy: crossEntropySum(predict(weights, representations), sequence.targets),
    sigreg: sigregSum(representations, directions),
    representation,
  };
}

/** How many batches `size` bytes make. */
export function batchCount(config: ModelConfig, size: number): number {
  return Math.ceil(sequenceCount(size, config.positions) / config.batch);
}

/** The sequences of batch `batch`; the last batch may have fewer. */
export function batchSequences(config: ModelConfig, data: Uint8Array, batch: number): Sequence[] {
  const first = batch * config.batch;
  const end = Math.min(first + config.batch, sequenceCount(data.length, config.positions));
  const sequences: Sequence[] = [];
  for (let index = first; index < end; index++) {
    sequences.push(sequenceAt(data, index, config.positions));
  }
  return sequences;
}

/** The SIGReg directions of batch `batch`. Shape: (dim, SLICES). */
export function batchDirections(config: ModelConfig, seed: bigint, batch: number): Float32Array {
  return sigregDirections(BigInt.asUintN(64, seed + BigInt(batch)), config.dim);
}

/** Collects one model's batches, in order, into its evaluation. */
export class Tally {
  /** The loss, then the embedding. */
  private readonly mean: RunningMean;
  private empty = true;

  constructor(dim: number) {
    this.mean = new RunningMean(1 + dim);
  }

  /** Adds a whole batch, given as sums of its parts. */
  add(parts: readonly Sums[]): void {
    this.empty = false;
    const totals = new Float64Array(this.mean.values.length);
    let positions = 0;
    for (const part of parts) {
      positions += part.positions;
      totals[0]! += part.crossEntropy + SIGREG_COEFFICIENT * part.sigreg;
      for (const [i, value] of part.representation.entries()) totals[1 + i]! += value;
    }
    this.mean.add(totals.map((total) => total / positions));
  }

  /** The means over all batches; there was at least one. */
  evaluation(): Evaluation {
    assert(!this.empty, "there is data to evaluate");
    const [loss, ...embedding] = this.mean.values;
    return { loss: Math.fround(loss!), embedding: Float32Array.from(embedding) };
  }
}

/** The verdict over all models, or `undefined` when none has a finite loss. */
export function judge(
  evaluations: readonly Evaluation[],
  target: Float32Array | undefined,
): Verdict | undefined {
  const losses = evaluations.map(({ loss }) => loss);
  const winner = selectWinner(losses);
  if (winner === undefined) return undefined;
  const { embedding } = evaluations[winner]!;
  const distance = target && Math.fround(cosineDistance(embedding, target));
  return { winner, losses, embedding, distance };
}

/** The index of the lowest finite loss, the first of equals. */
export function selectWinner(losses: readonly number[]): number | undefined {
  let winner: number | undefined;
  for (const [index, loss] of losses.entries()) {
    if (!Number.isFinite(loss)) continue;
    if (winner === undefined || loss < losses[winner]!) winner = index;
  }
  return winner;
}
