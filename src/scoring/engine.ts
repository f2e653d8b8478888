/**
 * Scores data with models that are described by manifests: fetches what is not at hand (verified by
 * checksum while it streams), and lets the models compete. What is no good about one model leaves
 * it out; the verdict names it.
 *
 *     manifest → blob on disk → worker: decrypted, loaded, scored → verdict
 *
 * @module
 */
import { SomaError } from "../base/errors.ts";
import type { BlobCache, HeldBlob } from "../blobs/cache.ts";
import type { DirectoryBlobs } from "../blobs/directory.ts";
import { BlobFetcher, type BlobSource, type FetcherOptions } from "../blobs/fetch.ts";
import { blake2b256Hex } from "../crypto/digest.ts";
import type { ModelConfig } from "../model/config.ts";
import { planWeights } from "../model/weights.ts";
import { planMemory } from "../runtime/plan.ts";
import { isModelFault, noneLeft } from "./faults.ts";
import type {
  JobModel,
  LeftOut,
  ResidentWork,
  ScoreJob,
  ScoreVerdict,
  ScoringDevice,
} from "./job.ts";
import { busy, Scorer, type ScorerOptions, type ScoreWatch } from "./scorer.ts";
import { weightsBytesMax } from "./sizes.ts";

/** A model: where its weights are, and the key that decrypts them if they are encrypted. */
export type ModelSource = BlobSource & {
  readonly decryptionKey: Uint8Array | undefined;
  /** What errors call it; `model` and its place when absent. */
  readonly label?: string | undefined;
};

/** A competition by reference. */
export type ScoreRequest = {
  readonly data: BlobSource | Uint8Array;
  readonly models: readonly ModelSource[];
  readonly target: Float32Array | undefined;
  readonly seed: bigint;
};

/** How a caller follows a request and ends it early. */
export type EngineWatch = ScoreWatch & {
  /** Hears how much of a file is here: `data`, or `model 2`. */
  readonly onDownload?: (name: string, bytes: number, sizeBytes: number) => void;
};

/** What an engine works with. */
export type EngineConfig = ScorerOptions & {
  readonly model: ModelConfig;
  /** Where fetched files are kept, as long as there is room. */
  readonly cache: BlobCache;
  /** Files that are at hand anyway, and are not the engine's to remove. */
  readonly library?: DirectoryBlobs | undefined;
  readonly download: Omit<FetcherOptions, "bytesMax">;
  /** Requests at a time; more are turned away. */
  readonly requestsMax?: number | undefined;
};

/** What an engine did since it started, and what it holds. */
export type EngineCounts = {
  /** Requests that wait or run. */
  readonly pending: number;
  readonly downloads: number;
  readonly downloadedBytes: number;
  readonly resident: ResidentWork;
  readonly devicesLost: number;
  readonly cached: { readonly count: number; readonly bytes: number; readonly evictions: number };
};

/** Where an engine scores. */
export type OpenEngine = ScoringDevice & {
  /** Whether the layers of a model are brought in for every call, because they do not fit. */
  readonly streams: boolean;
};

/** The largest data that is scored. */
export const DATA_BYTES_MAX: number = 64 * 1024 * 1024;
const REQUESTS_MAX = 64;

/** Scores by manifest. */
export class ScoringEngine {
  private readonly config: EngineConfig;
  private readonly fetcher: BlobFetcher;
  private readonly scorer: Scorer;
  private running = 0;

  constructor(config: EngineConfig) {
    this.config = config;
    const bytesMax = Math.max(weightsBytesMax(config.model), DATA_BYTES_MAX);
    this.fetcher = new BlobFetcher(config.cache, { ...config.download, bytesMax });
    this.scorer = new Scorer({ ...config, jobsMax: config.requestsMax ?? REQUESTS_MAX });
  }

  /** What was done so far. */
  get counts(): EngineCounts {
    const { downloads, bytes: downloadedBytes } = this.fetcher.traffic;
    const { evictions } = this.config.cache;
    return {
      pending: this.running,
      downloads,
      downloadedBytes,
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
  async score(request: ScoreRequest, watch: EngineWatch = {}): Promise<ScoreVerdict> {
    const { requestsMax = REQUESTS_MAX } = this.config;
    if (this.running >= requestsMax) throw busy(requestsMax);
    this.running += 1;
    const held: HeldBlob[] = [];
    try {
      const gathered = await this.gather(request, watch, held);
      return await this.compete(gathered, watch);
    } finally {
      for (const { release } of held) release();
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
    watch: EngineWatch,
    held: HeldBlob[],
  ): Promise<Gathered> {
    const giveUp = new AbortController();
    const signals = watch.signal === undefined ? [] : [watch.signal];
    const within = { ...watch, signal: AbortSignal.any([giveUp.signal, ...signals]) };
    try {
      const [bytes, ...found] = await Promise.all([
        this.data(data, within, held),
        ...models.map((model, place) => this.model(model, place, within, held)),
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
    const losses = models.map(() => NaN);
    for (const [index, place] of here.entries()) losses[place] = verdict.losses[index]!;
    const unfit = verdict.leftOut.map((one) => ({ ...one, model: here[one.model]! }));
    const leftOut = [...missing, ...unfit].sort((left, right) => left.model - right.model);
    return { ...verdict, winner: here[verdict.winner]!, losses, leftOut };
  }

  private async data(
    source: BlobSource | Uint8Array,
    watch: EngineWatch,
    held: HeldBlob[],
  ): Promise<ScoreJob["data"]> {
    if (source instanceof Uint8Array) return source;
    if (source.sizeBytes === 0) throw new SomaError("empty_data", "there is no data to score");
    if (source.sizeBytes > DATA_BYTES_MAX) {
      const message = `the data has ${source.sizeBytes} bytes; ${DATA_BYTES_MAX} are the most`;
      throw new SomaError("data_too_large", message);
    }
    return { path: await this.obtain(source, "data", watch, held) };
  }

  private async model(
    source: ModelSource,
    place: number,
    watch: EngineWatch,
    held: HeldBlob[],
  ): Promise<JobModel | SomaError> {
    const { checksum, decryptionKey: key, label = `model ${place}` } = source;
    try {
      this.checkWeightsSize(source);
      const path = await this.obtain(source, label, watch, held);
      return {
        name: key === undefined ? checksum : `${checksum}:${keyName(key)}`,
        path,
        label,
        key,
      };
    } catch (error) {
      if (error instanceof SomaError && isModelFault(error.code)) return named(label, error);
      throw error;
    }
  }

  private checkWeightsSize({ sizeBytes }: ModelSource): void {
    const bytesMax = weightsBytesMax(this.config.model);
    if (sizeBytes <= bytesMax) return;
    const message = `its weights have ${sizeBytes} bytes; ${bytesMax} are the most`;
    throw new SomaError("blob_too_large", message);
  }

  /** The path of a blob that is here and stays until what is in `held` is released. */
  private async obtain(
    source: BlobSource,
    name: string,
    { signal, onDownload }: EngineWatch,
    held: HeldBlob[],
  ): Promise<string> {
    const { cache, library } = this.config;
    const { checksum, sizeBytes } = source;
    const blob = cache.hold(checksum);
    held.push(blob);
    if ((await library?.find(checksum))?.sizeBytes === sizeBytes) return library!.path(checksum);
    const onBytes = (bytes: number): void => onDownload?.(name, bytes, sizeBytes);
    await this.fetcher.fetch(source, { signal, onBytes });
    // What an earlier process left and was damaged since is gone now, and fetched anew.
    if (!(await cache.use(checksum))) await this.fetcher.fetch(source, { signal, onBytes });
    return blob.path;
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

// Names the key without telling it.
function keyName(key: Uint8Array): string {
  return blake2b256Hex(key);
}

function named(label: string, { code, message, hint }: SomaError): SomaError {
  return new SomaError(code, `${label}: ${message}`, hint === undefined ? {} : { hint });
}
