/**
 * Scores data with models that are described by manifests: fetches what is not at hand (verified by
 * checksum while it streams), decrypts weights, and lets the models compete.
 *
 *     manifest → blob → decrypted weights → worker → verdict
 *
 * @module
 */
import { SomaError } from "../base/errors.ts";
import { applyCipher } from "../blobs/cipher.ts";
import { BlobFetcher, type BlobSource, type FetcherOptions } from "../blobs/fetch.ts";
import type { BlobStore } from "../blobs/store.ts";
import { blake2b256Hex } from "../crypto/digest.ts";
import type { ModelConfig } from "../model/config.ts";
import type { JobModel, ScoreVerdict } from "./job.ts";
import { Scorer, type ScoreWatch } from "./scorer.ts";

/** A model: where its weights are, and the key that decrypts them if they are encrypted. */
export type ModelSource = BlobSource & { readonly decryptionKey: Uint8Array | undefined };

/** A competition by reference. */
export type ScoreRequest = {
  readonly data: BlobSource | Uint8Array;
  readonly models: readonly ModelSource[];
  readonly target: Float32Array | undefined;
  readonly seed: bigint;
};

/** What an engine works with. */
export type EngineConfig = {
  readonly model: ModelConfig;
  readonly blobs: BlobStore;
  readonly download: Omit<FetcherOptions, "bytesMax">;
};

/** The largest weights file that is scored. Limit: a model is whole in memory, twice. */
export const WEIGHTS_BYTES_MAX: number = 256 * 1024 * 1024;

/** The largest data that is scored. */
export const DATA_BYTES_MAX: number = 64 * 1024 * 1024;

/** Scores by manifest. */
export class ScoringEngine {
  private readonly config: EngineConfig;
  private readonly fetcher: BlobFetcher;
  private readonly scorer = new Scorer();

  constructor(config: EngineConfig) {
    this.config = config;
    this.fetcher = new BlobFetcher(config.blobs, {
      ...config.download,
      bytesMax: WEIGHTS_BYTES_MAX,
    });
  }

  /** Jobs that wait or run. */
  get pending(): number {
    return this.scorer.pending;
  }

  /** Runs a competition. */
  async score(request: ScoreRequest, watch: ScoreWatch = {}): Promise<ScoreVerdict> {
    const { signal } = watch;
    const [data, models] = await Promise.all([
      this.data(request.data, signal),
      Promise.all(request.models.map((model) => this.model(model, signal))),
    ]);
    const { target, seed } = request;
    return this.scorer.score({ config: this.config.model, models, data, target, seed }, watch);
  }

  /** Ends the worker. */
  stop(): Promise<void> {
    return this.scorer.stop();
  }

  private async data(
    source: BlobSource | Uint8Array,
    signal: AbortSignal | undefined,
  ): Promise<Uint8Array> {
    if (source instanceof Uint8Array) return source;
    if (source.sizeBytes <= DATA_BYTES_MAX) return this.bytes(source, signal);
    const message = `the data has ${source.sizeBytes} bytes; ${DATA_BYTES_MAX} are the most`;
    throw new SomaError("data_too_large", message);
  }

  private async model(source: ModelSource, signal: AbortSignal | undefined): Promise<JobModel> {
    const { checksum, decryptionKey: key } = source;
    const file = await this.bytes(source, signal, key);
    return { name: key === undefined ? checksum : `${checksum}:${keyName(key)}`, file };
  }

  private async bytes(
    source: BlobSource,
    signal: AbortSignal | undefined,
    key?: Uint8Array,
  ): Promise<Uint8Array> {
    const { checksum } = await this.fetcher.fetch(source, signal);
    const stream = await this.config.blobs.read(checksum);
    if (stream === undefined) throw new SomaError("blob_missing", `blob ${checksum} is gone`);
    const chunks = key === undefined ? stream : applyCipher(stream, key);
    return gather(chunks, source.sizeBytes);
  }
}

// Names the key without telling it.
function keyName(key: Uint8Array): string {
  return blake2b256Hex(key);
}

async function gather(chunks: AsyncIterable<Uint8Array>, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  let offset = 0;
  for await (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}
