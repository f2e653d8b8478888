/**
 * A competition between weights files on this machine, without a network: one model after another
 * is loaded, scores the data and is unloaded, so that only one needs room at a time.
 *
 * @module
 */
import { SomaError } from "../base/errors.ts";
import { type Evaluation, judge, type Verdict } from "../model/compete.ts";
import type { ModelConfig } from "../model/config.ts";
import { sequenceCount } from "../model/tokenize.ts";
import type { Backend } from "../runtime/backend.ts";
import { checkVerdict, evaluateOn } from "../runtime/compete.ts";
import { WeightsFile } from "./weights-file.ts";

/** What competes, and on what. */
export type OfflineCompetition = {
  /** Plain safetensors files, as paths and as people call them. */
  readonly files: readonly { readonly path: string; readonly name: string }[];
  /** The size of all models; that of the first file when absent. */
  readonly config: ModelConfig | undefined;
  readonly data: Uint8Array;
  readonly seed: bigint;
  /** What a model may take of the device's memory; what it has when absent. */
  readonly memoryBytes?: number | undefined;
  readonly target: Float32Array | undefined;
};

/** How a caller follows it and ends it early. */
export type OfflineWatch = {
  /** Sequences scored so far, all models together, of so many. */
  readonly onProgress: (done: number, total: number) => void;
  readonly signal: AbortSignal;
};

/** Scores the data with every file and names the winner. */
export async function scoreOffline(
  backend: Backend,
  competition: OfflineCompetition,
  watch: OfflineWatch,
): Promise<Verdict> {
  const files: WeightsFile[] = [];
  try {
    for (const { path, name } of competition.files) files.push(WeightsFile.open(path, name));
    const config = commonConfig(files, competition);
    const evaluations: Evaluation[] = [];
    const each = sequenceCount(competition.data.length, config.positions);
    for (const [index, file] of files.entries()) {
      let done = index * each;
      const onCall = (sequences: number): void => {
        done += sequences;
        watch.onProgress(done, files.length * each);
      };
      const { memoryBytes } = competition;
      const model = await backend.load(config, file.source(config), memoryBytes, watch.signal);
      evaluations.push(await evaluateOn(model, competition, onCall, watch.signal));
      await model.unload();
    }
    return checkVerdict(judge(evaluations, competition.target));
  } finally {
    for (const file of files) file.close();
  }
}

/** The size of all models; every file and the target must fit it. */
function commonConfig(
  files: readonly WeightsFile[],
  { config: given, target }: OfflineCompetition,
): ModelConfig {
  const [first] = files;
  if (first === undefined) throw new SomaError("no_models", "there is no model to score with");
  const config = given ?? first.config();
  for (const file of files) {
    if (given === undefined && file.config() !== config) {
      throw new SomaError("models_differ", "the models do not have the same size", {
        hint: "score them in calls of their own",
      });
    }
    file.source(config);
  }
  if (target === undefined || target.length === config.dim) return config;
  const message = `the target has ${target.length} dimensions; the models have ${config.dim}`;
  throw new SomaError("target_dimension", message);
}
