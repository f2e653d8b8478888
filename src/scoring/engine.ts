/**
 * Scores data with models that are described by manifests: brings what they name to this machine,
 * and lets the models compete. What is no good about one model leaves it out; the verdict names it.
 *
 *     manifest → blob on disk → worker: decrypted, loaded, scored → verdict
 *                     └ decrypted on disk, where it does not stay loaded ┘
 *
 * @module
 */
import { SomaError } from "../base/errors.ts";
import type { BlobSource } from "../blobs/fetch.ts";
import { planWeights } from "../model/weights.ts";
import { planMemory } from "../runtime/plan.ts";
import { isModelFault, noneLeft } from "./faults.ts";
import { Holds } from "./holds.ts";
import type {
  JobModel,
  LeftOut,
  ResidentWork,
  ScoreJob,
  ScoreVerdict,
  ScoringDevice,
} from "./job.ts";
import { busy, Scorer, type ScorerOptions, type ScoreWatch } from "./scorer.ts";
import {
  type ModelSource,
  Supply,
  type SupplyConfig,
  type SupplyCounts,
  type SupplyWatch,
} from "./supply.ts";

/** A competition by reference. */
export type ScoreRequest = {
  readonly data: BlobSource | Uint8Array;
  readonly models: readonly ModelSource[];
  readonly target: Float32Array | undefined;
  readonly seed: bigint;
};

/** What an engine works with. */
export type EngineConfig = ScorerOptions &
  SupplyConfig & {
    /** Requests at a time; more are turned away. */
    readonly requestsMax?: number | undefined;
  };

/** What an engine did since it started, and what it holds. */
export type EngineCounts = SupplyCounts & {
  /** Requests that wait or run. */
  readonly pending: number;
  readonly resident: ResidentWork;
  readonly devicesLost: number;
  readonly cached: { readonly count: number; readonly bytes: number; readonly evictions: number };
};

/** Where an engine scores. */
export type OpenEngine = ScoringDevice & {
  /** Whether the layers of a model are brought in for every call, because they do not fit. */
  readonly streams: boolean;
};

const REQUESTS_MAX = 64;

/** Scores by manifest. */
export class ScoringEngine {
  private readonly config: EngineConfig;
  private readonly scorer: Scorer;
  private readonly supply: Supply;
  private running = 0;

  constructor(config: EngineConfig) {
    this.config = config;
    this.scorer = new Scorer({ ...config, jobsMax: config.requestsMax ?? REQUESTS_MAX });
    this.supply = new Supply(config, this.scorer);
  }

  /** What was done so far. */
  get counts(): EngineCounts {
    const { evictions } = this.config.cache;
    return {
      pending: this.running,
      ...this.supply.counts,
      resident: this.scorer.work,
      devicesLost: this.scorer.devicesLost,
      cached: { ...this.config.cache.usage(), evictions },
    };
  }

  /**
   * Opens the device now and not with the first request. Its error says why there is none, or what
   * a model needs that memory or disk do not have.
   */
  async open(): Promise<OpenEngine> {
    const { model, cache } = this.config;
    const { sizeBytes } = planWeights(model);
    if (cache.budgetBytes < sizeBytes) throw smallCache(sizeBytes, cache.budgetBytes);
    const device = await this.scorer.open();
    const { memoryBytes } = device;
    const { streams } = planMemory(model, { memoryBytes, blockBytesMax: memoryBytes });
    return { ...device, streams };
  }

  /** Runs a competition. */
  async score(request: ScoreRequest, watch: SupplyWatch = {}): Promise<ScoreVerdict> {
    const { requestsMax = REQUESTS_MAX } = this.config;
    if (this.running >= requestsMax) throw busy(requestsMax);
    this.running += 1;
    const held = new Holds();
    try {
      const gathered = await this.gather(request, watch, held);
      return await this.compete(gathered, watch);
    } finally {
      held.release();
      this.running -= 1;
    }
  }

  /** Ends the worker. */
  stop(): Promise<void> {
    return this.scorer.stop();
  }

  /** Fetches everything at the same time; the first failure of the whole ends the rest. */
  private async gather(
    { data, models, target, seed }: ScoreRequest,
    watch: SupplyWatch,
    held: Holds,
  ): Promise<Gathered> {
    const giveUp = new AbortController();
    const signals = watch.signal === undefined ? [] : [watch.signal];
    const within = { ...watch, signal: AbortSignal.any([giveUp.signal, ...signals]) };
    try {
      const [bytes, ...found] = await Promise.all([
        this.supply.data(data, within, held),
        ...models.map((_, place) => this.supply.model(models, place, within, held)),
      ]);
      const { model: config } = this.config;
      return { job: { config, data: bytes, target, seed }, models: found };
    } catch (error) {
      giveUp.abort();
      throw error;
    }
  }

  /** Lets those compete that are here; the verdict is in the order of the request. */
  private async compete({ job, models }: Gathered, watch: ScoreWatch): Promise<ScoreVerdict> {
    const here: number[] = [];
    const missing: LeftOut[] = [];
    for (const [place, model] of models.entries()) {
      if (!(model instanceof SomaError)) here.push(place);
      else missing.push({ model: place, code: model.code, message: model.message });
    }
    if (here.length === 0) throw noneLeft(missing);
    const competing = here.map((place) => models[place] as JobModel);
    const verdict = await this.scorer
      .score({ ...job, models: competing }, watch)
      .catch((error: unknown) => {
        throw withMissing(error, missing);
      });
    this.supply.remember(competing);
    const losses = models.map(() => NaN);
    for (const [index, place] of here.entries()) losses[place] = verdict.losses[index]!;
    const unfit = verdict.leftOut.map((one) => ({ ...one, model: here[one.model]! }));
    const leftOut = [...missing, ...unfit].sort((left, right) => left.model - right.model);
    return { ...verdict, winner: here[verdict.winner]!, losses, leftOut };
  }
}

function smallCache(sizeBytes: number, budgetBytes: number): SomaError {
  const message = `a model has ${sizeBytes} bytes; the disk may hold ${budgetBytes} of files`;
  return new SomaError("cache_small", message, { hint: "allow more with --cache-mib" });
}

type Gathered = {
  readonly job: Omit<ScoreJob, "models">;
  readonly models: readonly (JobModel | SomaError)[];
};

/** If those that came are no good either, the error names the others too. */
function withMissing(error: unknown, missing: readonly LeftOut[]): unknown {
  if (!(error instanceof SomaError) || missing.length === 0 || !isModelFault(error.code))
    return error;
  const { code, message } = error;
  return noneLeft([...missing, { model: missing.length, code, message }]);
}
