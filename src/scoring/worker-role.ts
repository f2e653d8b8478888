/**
 * The worker's side of scoring: models that stay loaded, and one competition at a time on them.
 *
 * @module
 */
import { SomaError } from "../base/errors.ts";
import type { ModelConfig } from "../model/config.ts";
import { weightsFaultText } from "../model/safetensors.ts";
import { readTensors } from "../model/weights.ts";
import type { Backend, LoadedModel } from "../runtime/backend.ts";
import { compete } from "../runtime/compete.ts";
import { selectBackend, type Selection } from "../runtime/select.ts";
import type { Part } from "../spawn.ts";
import { type JobModel, type JobReport, RESIDENT_MODELS_MAX, type ScoreJob } from "./job.ts";

/** Scores jobs in the order in which they come. */
export const part: Part = (post) => {
  const say = (report: JobReport): void => post(report);
  const bench: Bench = { backend: undefined, models: new Map() };
  return (message) => {
    void run(message as ScoreJob, bench, say).catch((error: unknown) => say(failure(error)));
  };
};

/** What stays from job to job. */
type Bench = {
  backend: Promise<Selection> | undefined;
  readonly models: Map<string, LoadedModel>;
};

async function run(job: ScoreJob, bench: Bench, say: (report: JobReport) => void): Promise<void> {
  bench.backend ??= selectBackend("cpu");
  const { backend } = await bench.backend;
  const models: LoadedModel[] = [];
  for (const model of job.models) models.push(await load(job.config, model, { ...bench, backend }));
  const { data, seed, target } = job;
  const onProgress = ({ done, total }: { done: number; total: number }): void =>
    say({ kind: "Progress", done, total });
  const { winner, losses, embedding, distance } = await compete(
    { models, data, seed, target },
    { onProgress },
  );
  say({ kind: "Done", verdict: { winner, losses, embedding, distance } });
}

async function load(
  config: ModelConfig,
  { name, file }: JobModel,
  { backend, models: resident }: { readonly backend: Backend; readonly models: Bench["models"] },
): Promise<LoadedModel> {
  const known = resident.get(name);
  // Used again: it moves to the end, away from being unloaded.
  resident.delete(name);
  const model = known ?? (await read(backend, config, name, file));
  resident.set(name, model);
  for (const [oldest, unused] of resident) {
    if (resident.size <= RESIDENT_MODELS_MAX) break;
    resident.delete(oldest);
    await unused.unload();
  }
  return model;
}

async function read(
  backend: Backend,
  config: ModelConfig,
  name: string,
  file: Uint8Array | undefined,
): Promise<LoadedModel> {
  if (file === undefined) throw new SomaError("model_missing", `model ${name} is not loaded`);
  const tensors = readTensors(config, file);
  if (tensors.ok) return backend.load(config, tensors.value);
  throw new SomaError("weights_invalid", `weights ${name}: ${weightsFaultText(tensors.error)}`);
}

function failure(error: unknown): JobReport {
  if (error instanceof SomaError) {
    return { kind: "Failed", code: error.code, message: error.message };
  }
  return { kind: "Failed", code: "bug", message: String(error) };
}
