/**
 * What the scoring worker is asked and what it says: data and models by name, with the weights of
 * those it does not have yet; progress while it works; then a verdict or why there is none.
 *
 * @module
 */
import type { ModelConfig } from "../model/config.ts";

/** A model of a job; `file` is its plain weights file unless the worker has the model already. */
export type JobModel = { readonly name: string; readonly file: Uint8Array | undefined };

/** One competition. */
export type ScoreJob = {
  readonly config: ModelConfig;
  readonly models: readonly JobModel[];
  readonly data: Uint8Array;
  readonly target: Float32Array | undefined;
  readonly seed: bigint;
};

/** How the competition went. Losses are in the order of the models. */
export type ScoreVerdict = {
  readonly winner: number;
  readonly losses: readonly number[];
  readonly embedding: Float32Array;
  /** Absent without a target. */
  readonly distance: number | undefined;
};

/** Sequences scored so far, over all models. */
export type ScoreProgress = { readonly done: number; readonly total: number };

/** What the worker says about the one job it has. */
export type JobReport =
  | ({ readonly kind: "Progress" } & ScoreProgress)
  | { readonly kind: "Done"; readonly verdict: ScoreVerdict }
  | { readonly kind: "Failed"; readonly code: string; readonly message: string };

/** Models that stay loaded in the worker; the one used longest ago goes first. */
export const RESIDENT_MODELS_MAX = 16;
