/**
 * Where models run. A backend makes weights resident once and scores sequences with them as often
 * as it is asked; every backend must agree with `model/`, which the conformance suite checks. The
 * caller cuts data into batches and calls, so that it can show progress and stop between them.
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
  /** Makes weights resident. The caller leaves their arrays unchanged until it unloads. */
  load(config: ModelConfig, weights: Weights): Promise<LoadedModel>;
};

/** A model whose weights are resident. */
export type LoadedModel = {
  readonly config: ModelConfig;
  /** How many sequences one call of `score` should bring to keep the device busy. */
  readonly sequencesPerCall: number;
  /**
   * The sums of `sequences`, all of one batch, whose SIGReg directions are (dim, SLICES); the parts
   * of the answer may each cover several sequences. One call at a time.
   */
  score(sequences: readonly Sequence[], directions: Float32Array): Promise<readonly Sums[]>;
  /** Frees the weights; the model is not used again. */
  unload(): Promise<void>;
};
