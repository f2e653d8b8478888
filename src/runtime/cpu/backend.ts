/**
 * The CPU backend in plain JavaScript: one sequence a call, on the calling thread. Before each call
 * the event loop gets a turn, so that a process which also serves stays awake.
 *
 * @module
 */
import { assert } from "../../base/assert.ts";
import type { Sums } from "../../model/compete.ts";
import type { ModelConfig } from "../../model/config.ts";
import type { Weights } from "../../model/forward.ts";
import type { Sequence } from "../../model/tokenize.ts";
import { buildWeights } from "../../model/weights.ts";
import type { Backend, LoadedModel } from "../backend.ts";
import { CpuForward } from "./forward.ts";

/** Runs everywhere, and fast enough for the small model. */
export const cpuBackend: Backend = {
  name: "cpu",
  adapter: { name: "CPU", driver: "JavaScript", memoryBytes: 2 ** 31 },
  load: (config, source) => Promise.resolve(new CpuModel(config, buildWeights(config, source))),
  close: () => Promise.resolve(),
};

class CpuModel implements LoadedModel {
  readonly config: ModelConfig;
  readonly sequencesPerCall = 1;
  private forward: CpuForward | undefined;

  constructor(config: ModelConfig, weights: Weights) {
    this.config = config;
    this.forward = new CpuForward(config, weights);
  }

  async score(sequences: readonly Sequence[], directions: Float32Array): Promise<readonly Sums[]> {
    const sums: Sums[] = [];
    for (const sequence of sequences) {
      await nextTurn();
      assert(this.forward !== undefined, "the model is loaded");
      sums.push(this.forward.score(sequence, directions));
    }
    return sums;
  }

  unload(): Promise<void> {
    this.forward = undefined;
    return Promise.resolve();
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
