/**
 * The competition of `model/compete` on resident models: one model after another, every batch in
 * order, with progress after each call and a way to stop between calls.
 *
 * @module
 */
import { SomaError } from "../base/errors.ts";
import {
  batchCount,
  batchDirections,
  batchSequences,
  type Evaluation,
  judge,
  type Sums,
  Tally,
  type Verdict,
} from "../model/compete.ts";
import type { ModelConfig } from "../model/config.ts";
import { sequenceCount } from "../model/tokenize.ts";
import type { LoadedModel } from "./backend.ts";

/** What is scored, by which models. */
export type Competition = {
  /** All of one configuration. */
  readonly models: readonly LoadedModel[];
  readonly data: Uint8Array;
  readonly seed: bigint;
  readonly target: Float32Array | undefined;
};

/** How a caller follows a competition and ends it early: the signal's reason is thrown. */
export type Watch = {
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
};

/** Sequences scored so far, all models together. */
export type Progress = { readonly model: number; readonly done: number; readonly total: number };

/** Scores the data on every model and names the winner. */
export async function compete(competition: Competition, watch: Watch = {}): Promise<Verdict> {
  const { models, data, target } = competition;
  checkCompetition(competition);
  const evaluations: Evaluation[] = [];
  let done = 0;
  const total = models.reduce((sum, { config }) => sum + sequencesOf(config, data), 0);
  for (const [index, model] of models.entries()) {
    const onCall = (sequences: number): void => {
      done += sequences;
      watch.onProgress?.({ model: index, done, total });
    };
    evaluations.push(await evaluateOn(model, competition, onCall, watch.signal));
  }
  return checkVerdict(judge(evaluations, target));
}

/** The verdict, if there is one and it says something. */
export function checkVerdict(verdict: Verdict | undefined): Verdict {
  if (verdict === undefined) {
    throw new SomaError("no_finite_loss", "no model has a finite loss on this data", {
      hint: "the weights of these models are broken; choose other models",
    });
  }
  if (Number.isNaN(verdict.distance)) {
    throw new SomaError("no_direction", "the winner's embedding or the target has no direction", {
      hint: "one of them is zero, so there is no distance between them",
    });
  }
  return verdict;
}

/** One model's evaluation, telling `onCall` how many sequences each call scored. */
export async function evaluateOn(
  model: LoadedModel,
  { data, seed }: Pick<Competition, "data" | "seed">,
  onCall: (sequences: number) => void,
  signal: AbortSignal | undefined,
): Promise<Evaluation> {
  const { config, sequencesPerCall } = model;
  const tally = new Tally(config.dim);
  for (let batch = 0; batch < batchCount(config, data.length); batch++) {
    const sequences = batchSequences(config, data, batch);
    const directions = batchDirections(config, seed, batch);
    const parts: Sums[] = [];
    for (let first = 0; first < sequences.length; first += sequencesPerCall) {
      signal?.throwIfAborted();
      const call = sequences.slice(first, first + sequencesPerCall);
      parts.push(...(await model.score(call, directions, { signal })));
      onCall(call.length);
    }
    tally.add(parts);
  }
  return tally.evaluation();
}

function checkCompetition({ models, data, target }: Competition): void {
  if (models.length === 0) throw new SomaError("no_models", "there is no model to score with");
  if (data.length === 0) throw new SomaError("empty_data", "there is no data to score");
  for (const { config } of models) {
    if (target === undefined || target.length === config.dim) continue;
    throw new SomaError(
      "target_dimension",
      `the target has ${target.length} dimensions; the models have ${config.dim}`,
    );
  }
}

function sequencesOf(config: ModelConfig, data: Uint8Array): number {
  return sequenceCount(data.length, config.positions);
}
