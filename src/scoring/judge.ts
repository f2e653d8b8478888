/**
 * Which targets some data can win. Models do not depend on each other, so each is evaluated once,
 * however many targets list it; every target is then judged from these evaluations, with the same
 * outcome as a competition of its own.
 *
 * @module
 */
import { compareText } from "../base/bytes.ts";
import { SomaError } from "../base/errors.ts";
import { type Evaluation, judge } from "../model/compete.ts";
import type { ObjectId } from "../types/address.ts";
import { formatObjectId } from "../types/text.ts";
import type { ScoringEngine } from "./engine.ts";
import type { ScoreProgress } from "./job.ts";
import type { ModelSource, SupplyWatch } from "./supply.ts";

/** A target as far as data is judged by it. */
export type JudgedTarget = {
  readonly id: ObjectId;
  /** The models that compete, in the target's order. */
  readonly modelIds: readonly ObjectId[];
  readonly embedding: Float32Array;
  /** The largest distance that fills it. */
  readonly threshold: number;
  readonly reward: bigint;
};

/** A model that competes: what its weights are, and the URLs to ask for them, one after another. */
export type Competitor = Omit<ModelSource, "url"> & { readonly urls: readonly string[] };

/** What each model made of the data, or why that is not known. */
export type Evaluations = ReadonlyMap<ObjectId, Evaluation | SomaError>;

/** How data did at one target. Losses are in the order of the target's models. */
export type TargetVerdict = {
  readonly target: JudgedTarget;
  readonly winner: ObjectId;
  readonly losses: readonly number[];
  readonly embedding: Float32Array;
  readonly distance: number;
};

/** Auditors score with this seed, so everybody does. */
export const SCORING_SEED = 0n;

/** Evaluates `data` on every model, one after another; progress is over all of them together. */
export async function evaluateModels(
  engine: Pick<ScoringEngine, "score">,
  data: Uint8Array,
  models: ReadonlyMap<ObjectId, Competitor>,
  watch: SupplyWatch = {},
): Promise<Evaluations> {
  const evaluations = new Map<ObjectId, Evaluation | SomaError>();
  for (const [id, model] of models) {
    const before = evaluations.size;
    const onProgress = ({ done, total }: ScoreProgress): void =>
      watch.onProgress?.({ done: before * total + done, total: models.size * total });
    const labelled = { ...model, label: `model ${formatObjectId(id)}` };
    evaluations.set(id, await evaluateOne(engine, data, labelled, { ...watch, onProgress }));
  }
  return evaluations;
}

/** How the data behind `evaluations` does at `target`; `undefined` if a model has no evaluation. */
export function judgeTarget(
  target: JudgedTarget,
  evaluations: Evaluations,
): TargetVerdict | undefined {
  const field: Evaluation[] = [];
  for (const id of target.modelIds) {
    const evaluation = evaluations.get(id);
    if (evaluation === undefined || evaluation instanceof SomaError) return undefined;
    field.push(evaluation);
  }
  const verdict = judge(field, target.embedding);
  if (verdict?.distance === undefined || Number.isNaN(verdict.distance)) return undefined;
  const { winner, losses, embedding, distance } = verdict;
  return { target, winner: target.modelIds[winner]!, losses, embedding, distance };
}

/** Whether the data fills the target of this verdict. */
export function isWinning({ target, distance }: TargetVerdict): boolean {
  return distance <= target.threshold;
}

/** The best target first: by reward, then by how far below its threshold the distance is. */
export function compareVerdicts(left: TargetVerdict, right: TargetVerdict): number {
  const reward = right.target.reward - left.target.reward;
  if (reward !== 0n) return reward > 0n ? 1 : -1;
  return marginOf(right) - marginOf(left) || compareText(left.target.id, right.target.id);
}

function marginOf({ target, distance }: TargetVerdict): number {
  return target.threshold - distance;
}

/** A model that cannot be evaluated costs the targets that list it, not the others. */
async function evaluateOne(
  engine: Pick<ScoringEngine, "score">,
  data: Uint8Array,
  { urls, ...model }: Competitor,
  watch: SupplyWatch,
): Promise<Evaluation | SomaError> {
  let failure = new SomaError("weights_unknown", "there is no URL for the weights of this model");
  for (const url of urls) {
    try {
      const models = [{ ...model, url }];
      const request = { data, models, target: undefined, seed: SCORING_SEED };
      const { losses, embedding } = await engine.score(request, watch);
      return { loss: losses[0]!, embedding };
    } catch (error) {
      if (!(error instanceof SomaError) || watch.signal?.aborted === true) throw error;
      failure = error;
      if (!isAboutUrl(error)) break;
    }
  }
  return failure;
}

/** Whether the file may still be right elsewhere. */
function isAboutUrl({ code }: SomaError): boolean {
  return code.startsWith("blob_") || code === "url_refused" || code === "host_unknown";
}
