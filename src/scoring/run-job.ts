/**
 * A competition on models that stay loaded. A model that is no good is left out and named, and the
 * others compete; what is wrong with the data, the target or the device ends the whole.
 *
 * @module
 */
import { SomaError } from "../base/errors.ts";
import { type Evaluation, judge } from "../model/compete.ts";
import { sequenceCount } from "../model/tokenize.ts";
import { checkVerdict, evaluateOn } from "../runtime/compete.ts";
import { isModelFault, noneLeft } from "./faults.ts";
import type { LeftOut, ScoreJob, ScoreProgress, ScoreVerdict } from "./job.ts";
import { RawFile } from "./raw-file.ts";
import type { Residents } from "./residents.ts";

/** How a job is followed and ended early; the signal's reason is thrown. */
export type JobWatch = {
  readonly onProgress: (progress: ScoreProgress) => void;
  readonly signal: AbortSignal;
};

const WITHOUT: Evaluation = { loss: NaN, embedding: new Float32Array(0) };

/** Runs a job. */
export async function runJob(
  residents: Residents,
  job: ScoreJob,
  watch: JobWatch,
): Promise<ScoreVerdict> {
  checkTarget(job);
  const data = readData(job);
  const evaluations: Evaluation[] = job.models.map(() => WITHOUT);
  const leftOut: LeftOut[] = [];
  const each = sequenceCount(data.length, job.config.positions);
  for (const [turn, place] of places(residents, job).entries()) {
    let done = turn * each;
    const onCall = (sequences: number): void => {
      done += sequences;
      watch.onProgress({ done, total: job.models.length * each });
    };
    const { signal } = watch;
    const outcome = await attempt(residents, { ...job, data }, place, { onCall, signal });
    if (outcome instanceof SomaError) {
      leftOut.push({ model: place, code: outcome.code, message: outcome.message });
    } else evaluations[place] = outcome;
  }
  if (leftOut.length === job.models.length) throw noneLeft(leftOut);
  const verdict = checkVerdict(judge(evaluations, job.target));
  return { ...verdict, leftOut: leftOut.sort((left, right) => left.model - right.model) };
}

function readData({ data }: ScoreJob): Uint8Array {
  const bytes = data instanceof Uint8Array ? data : readFile(data.path);
  if (bytes.length === 0) throw new SomaError("empty_data", "there is no data to score");
  return bytes;
}

function readFile(path: string): Uint8Array {
  const file = RawFile.open(path, "the data");
  try {
    return file.read(0, file.sizeBytes);
  } finally {
    file.close();
  }
}

function checkTarget({ target, config }: ScoreJob): void {
  if (target === undefined || target.length === config.dim) return;
  const message = `the target has ${target.length} dimensions; the models have ${config.dim}`;
  throw new SomaError("target_dimension", message);
}

// Those that are loaded come first: a new one may take the place of one that this job still needs.
function places(residents: Residents, { models }: ScoreJob): number[] {
  const all = models.map((_, place) => place);
  const isLoaded = (place: number): boolean => residents.has(models[place]!);
  return [...all.filter(isLoaded), ...all.filter((place) => !isLoaded(place))];
}

async function attempt(
  residents: Residents,
  job: ScoreJob & { readonly data: Uint8Array },
  place: number,
  watch: { readonly onCall: (sequences: number) => void; readonly signal: AbortSignal },
): Promise<Evaluation | SomaError> {
  const model = job.models[place]!;
  watch.signal.throwIfAborted();
  try {
    const loaded = await residents.use(job.config, model, watch.signal);
    const evaluation = await evaluateOn(loaded, job, watch.onCall, watch.signal);
    return Number.isFinite(evaluation.loss) ? evaluation : notFinite(model.label);
  } catch (error) {
    if (!(error instanceof SomaError) || !isModelFault(error.code)) throw error;
    return error;
  } finally {
    await residents.release(model);
  }
}

function notFinite(label: string): SomaError {
  return new SomaError("loss_not_finite", `${label} has no finite loss on this data`);
}
