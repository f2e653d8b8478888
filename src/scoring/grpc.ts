/**
 * Scoring for the published package: `scoring.Scoring/Score` and `Health`, messages in BCS.
 *
 * @module
 */
import { fromHex } from "../base/bytes.ts";
import { SomaError } from "../base/errors.ts";
import type { Result } from "../base/result.ts";
import type { BlobSource } from "../blobs/fetch.ts";
import { parseDigest } from "../types/text.ts";
import {
  empty,
  healthResponse,
  type ManifestInput,
  type ScoreRequest as ScoreMessage,
  scoreRequest,
  scoreResponse,
} from "../wire/grpc/bcs-services.ts";
import { bcsMethod, type Method } from "../wire/grpc/method.ts";
import { GRPC_CODE, type GrpcCode, GrpcError, invalidField } from "../wire/grpc/status.ts";
import type { ScoreRequest } from "./engine.ts";
import { STATUSES } from "./faults.ts";
import type { ScoreVerdict } from "./job.ts";
import type { ScoringServiceOptions } from "./service.ts";
import type { ModelSource } from "./supply.ts";
import { targetFault } from "./target.ts";

/**
 * The loss of a model that was left out: the largest number, so that it loses, and that losses
 * which are passed on as they come are still a valid submission.
 */
const LOSS_OF_NONE = 3.4028234663852886e38;

/** The trailer that names models that were left out, and why: `0 wrong_key, 2 blob_slow`. */
const LEFT_OUT = "soma-left-out";

/** By the HTTP status of the same failure. */
const CODES: Readonly<Record<number, GrpcCode>> = {
  422: GRPC_CODE.invalidArgument,
  429: GRPC_CODE.resourceExhausted,
  499: GRPC_CODE.cancelled,
  502: GRPC_CODE.internal,
  503: GRPC_CODE.unavailable,
  504: GRPC_CODE.deadlineExceeded,
};

/** The methods of the service. */
export function scoringMethods({
  desk,
  dim,
}: Pick<ScoringServiceOptions, "desk" | "dim">): readonly Method[] {
  const score = { request: scoreRequest, response: scoreResponse };
  const health = { request: empty, response: healthResponse };
  return [
    bcsMethod("/scoring.Scoring/Score", score, async (message, { signal, trail }) => {
      const request = readRequest(message, dim);
      const verdict = await desk.score(request, signal).catch(explain);
      if (verdict.leftOut.length > 0) trail?.(LEFT_OUT, leftOutText(verdict));
      return {
        winner: BigInt(verdict.winner),
        loss_score: Float32Array.from(verdict.losses, (loss) =>
          Number.isFinite(loss) ? loss : LOSS_OF_NONE,
        ),
        embedding: verdict.embedding,
        // Clients look at the first and at the winner's.
        distance: new Float32Array(request.models.length).fill(verdict.distance ?? Number.NaN),
      };
    }),
    bcsMethod("/scoring.Scoring/Health", health, async () => ({ ok: true })),
  ];
}

function leftOutText({ leftOut }: ScoreVerdict): string {
  return leftOut.map(({ model, code }) => `${model} ${code}`).join(", ");
}

function readRequest(message: ScoreMessage, dim: number): ScoreRequest {
  const { model_manifests: models, target_embedding: target } = message;
  if (models.length === 0) throw invalidField("model_manifests", "is empty");
  const fault = targetFault(target, dim);
  if (fault !== undefined) throw invalidField("target_embedding", fault);
  if (message.data_size === 0n) throw invalidField("data_size", "the data is empty");
  return {
    data: sourceOf(
      { url: message.data_url, checksum: message.data_checksum, size: message.data_size },
      "data_checksum",
    ),
    models: models.map((model, index) => readModel(model, `model_manifests[${index}]`)),
    target,
    seed: message.seed,
  };
}

function readModel(model: ManifestInput, path: string): ModelSource {
  const { decryption_key: key } = model;
  return {
    ...sourceOf(model, `${path}.checksum`),
    decryptionKey: key === undefined ? undefined : readKey(key, `${path}.decryption_key`),
  };
}

// Beyond what a number can say every size is too large, and is refused as such.
function sourceOf(
  { url, checksum, size }: Pick<ManifestInput, "url" | "checksum" | "size">,
  path: string,
): BlobSource {
  return { url, checksum: valueOf(parseDigest(checksum), path), sizeBytes: Number(size) };
}

// A key has the form of a digest: 32 bytes in Base58.
function readKey(text: string, path: string): Uint8Array {
  return fromHex(valueOf(parseDigest(text), path));
}

function valueOf<T>(result: Result<T, string>, path: string): T {
  if (result.ok) return result.value;
  throw invalidField(path, result.error);
}

function explain(error: unknown): never {
  const status = error instanceof SomaError ? STATUSES[error.code] : undefined;
  if (!(error instanceof SomaError) || status === undefined) throw error;
  throw new GrpcError(CODES[status] ?? GRPC_CODE.internal, error.message);
}
