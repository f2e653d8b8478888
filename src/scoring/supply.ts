/**
 * Brings what a request names to this machine, as files: fetched if they are not at hand, verified
 * by checksum while they stream, and decrypted where they do not stay loaded.
 *
 * @module
 */
import { SomaError } from "../base/errors.ts";
import type { BlobCache, HeldBlob } from "../blobs/cache.ts";
import type { DirectoryBlobs } from "../blobs/directory.ts";
import { BlobFetcher, type BlobSource, type FetcherOptions } from "../blobs/fetch.ts";
import { blake2b256Hex } from "../crypto/digest.ts";
import type { ModelConfig } from "../model/config.ts";
import { residentBytes } from "../runtime/plan.ts";
import { isModelFault } from "./faults.ts";
import type { Holds } from "./holds.ts";
import type { JobModel, ScoreJob } from "./job.ts";
import { PlainWeights } from "./plain-weights.ts";
import type { Scorer, ScoreWatch } from "./scorer.ts";
import { weightsBytesMax } from "./sizes.ts";

/** A model: where its weights are, and the key that decrypts them if they are encrypted. */
export type ModelSource = BlobSource & {
  readonly decryptionKey: Uint8Array | undefined;
  /** What errors call it; `model` and its place when absent. */
  readonly label?: string | undefined;
};

/** How a caller follows a request and ends it early. */
export type SupplyWatch = ScoreWatch & {
  /** Hears how much of a file is here: `data`, `model 2`, or `model 2, decrypting`. */
  readonly onDownload?: (name: string, bytes: number, sizeBytes: number) => void;
};

/** What a supply works with. */
export type SupplyConfig = {
  readonly model: ModelConfig;
  /** Where fetched files are kept, as long as there is room. */
  readonly cache: BlobCache;
  /** Files that are at hand anyway, and are not to be removed. */
  readonly library?: DirectoryBlobs | undefined;
  readonly download: Omit<FetcherOptions, "bytesMax">;
  /** Whether weights that would be decrypted again are kept decrypted: requests will repeat. */
  readonly keepsPlain?: boolean | undefined;
};

/** What was done so far. */
export type SupplyCounts = {
  readonly downloads: number;
  readonly downloadedBytes: number;
  /** Models that were decrypted to files. */
  readonly plainDecryptions: number;
};

/** The largest data that is scored. */
export const DATA_BYTES_MAX: number = 64 * 1024 * 1024;

/** Files for a scorer. */
export class Supply {
  private readonly config: SupplyConfig;
  private readonly scorer: Scorer;
  private readonly fetcher: BlobFetcher;
  private readonly plain: PlainWeights;

  constructor(config: SupplyConfig, scorer: Scorer) {
    this.config = config;
    this.scorer = scorer;
    const bytesMax = Math.max(weightsBytesMax(config.model), DATA_BYTES_MAX);
    this.fetcher = new BlobFetcher(config.cache, { ...config.download, bytesMax });
    this.plain = new PlainWeights(config.cache);
  }

  /** What was done so far. */
  get counts(): SupplyCounts {
    const { downloads, bytes: downloadedBytes } = this.fetcher.traffic;
    return { downloads, downloadedBytes, plainDecryptions: this.plain.decryptions };
  }

  /** The data, as bytes or as a file; blobs that must stay for it are in `held`. */
  async data(
    source: BlobSource | Uint8Array,
    watch: SupplyWatch,
    held: Holds,
  ): Promise<ScoreJob["data"]> {
    if (source instanceof Uint8Array) return source;
    if (source.sizeBytes === 0) throw new SomaError("empty_data", "there is no data to score");
    if (source.sizeBytes > DATA_BYTES_MAX) {
      const message = `the data has ${source.sizeBytes} bytes; ${DATA_BYTES_MAX} are the most`;
      throw new SomaError("data_too_large", message);
    }
    return { path: await this.obtain(source, "data", watch, held) };
  }

  /** One of the models, as a file, or what is wrong with it. */
  async model(
    sources: readonly ModelSource[],
    place: number,
    watch: SupplyWatch,
    held: Holds,
  ): Promise<JobModel | SomaError> {
    const source = sources[place]!;
    const { checksum, decryptionKey: key, label = `model ${place}` } = source;
    try {
      this.checkWeightsSize(source);
      const name = key === undefined ? checksum : `${checksum}:${keyName(key)}`;
      const known = key && (await this.plain.find(name, source.sizeBytes));
      if (known) return { name, path: held.add(known), label, key: undefined };
      const path = await this.obtain(source, label, watch, held);
      const model = { name, path, label, key };
      if (key === undefined || !this.config.keepsPlain) return model;
      const plain = await this.decrypted(model, sources.length, watch);
      return plain ? { ...model, path: held.add(plain), key: undefined } : model;
    } catch (error) {
      if (error instanceof SomaError && isModelFault(error.code)) return named(label, error);
      throw error;
    }
  }

  /** Remembers which of these, that were scored just now, stay loaded: they may have to go. */
  remember(models: readonly JobModel[]): void {
    const { loaded } = this.scorer.work;
    for (const { name, key } of models) {
      if (key !== undefined && loaded.includes(name)) this.plain.note(name);
    }
  }

  /** The model as a plain file, if it would be decrypted more than once otherwise. */
  private async decrypted(
    model: JobModel,
    count: number,
    watch: SupplyWatch,
  ): Promise<HeldBlob | undefined> {
    const { signal, onDownload } = watch;
    const { memoryBytes } = await this.scorer.open();
    const fits = Math.floor(memoryBytes / residentBytes(this.config.model));
    const isBack = this.plain.knows(model.name) && !this.scorer.work.loaded.includes(model.name);
    if (count <= fits && !isBack) return undefined;
    const onBytes = (bytes: number, sizeBytes: number): void =>
      onDownload?.(`${model.label}, decrypting`, bytes, sizeBytes);
    return this.plain.make(model, { signal, onBytes });
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
    { signal, onDownload }: SupplyWatch,
    held: Holds,
  ): Promise<string> {
    const { cache, library } = this.config;
    const { checksum, sizeBytes } = source;
    const path = held.add(cache.hold(checksum));
    if ((await library?.find(checksum))?.sizeBytes === sizeBytes) return library!.path(checksum);
    const onBytes = (bytes: number): void => onDownload?.(name, bytes, sizeBytes);
    await this.fetcher.fetch(source, { signal, onBytes });
    // What an earlier process left and was damaged since is gone now, and fetched anew.
    if (!(await cache.use(checksum))) await this.fetcher.fetch(source, { signal, onBytes });
    return path;
  }
}

// Names the key without telling it.
function keyName(key: Uint8Array): string {
  return blake2b256Hex(key);
}

function named(label: string, { code, message, hint }: SomaError): SomaError {
  return new SomaError(code, `${label}: ${message}`, hint === undefined ? {} : { hint });
}
