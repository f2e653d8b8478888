/**
 * Where models run. A backend loads weights once and scores sequences with them as often as it is
 * asked; every backend must agree with `model/`, which the conformance suite checks. The caller
 * cuts data into batches and small calls, so that it can show progress and stop between them.
 *
 * @module
 */
import type { Sums } from "../model/compete.ts";
import type { ModelConfig } from "../model/config.ts";
import type { Weights } from "../model/forward.ts";
import type { Sequence } from "../model/tokenize.ts";

/** One kind of device with its kernels. */
export type Backend = {
  readonly name: string;
  /** How many sequences one `score` should get to keep the device busy. */
  readonly sequencesPerCall: number;
  /** Makes weights resident. They are not read after the promise resolves. */
  readonly load: (config: ModelConfig, weights: Weights) => Promise<LoadedModel>;
};

/** A model whose weights are resident. */
export type LoadedModel = {
  readonly backend: Backend;
  readonly config: ModelConfig;
  /** Sums over `sequences` of one batch with its SIGReg directions, (dim, SLICES). One call at a time. */
  readonly score: (sequences: readonly Sequence[], directions: Float32Array) => Promise<Sums>;
  /** Frees the weights; the model cannot be used after. */
  readonly unload: () => Promise<void>;
};
