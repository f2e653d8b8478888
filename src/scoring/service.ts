/**
 * The scoring service: whoever has no runtime sends manifests and a target, and gets the verdict.
 *
 *     POST /score   GET /health   GET /metrics
 *
 * Numbers of 64 bits come as decimal text, checksums and keys in Base58 or hex. `distance` has one
 * entry for each model, all of them the winner's, because clients read it by either index.
 *
 * @module
 */
import { type Context, Hono } from "hono";
import { z } from "zod";

import { SYSTEM_CLOCK } from "../base/clock.ts";
import { SomaError } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import { TARGET_MODELS_MAX, TENSOR_VALUES_MAX, URL_BYTES_MAX } from "../types/bounds.ts";
import { parseDigest } from "../types/text.ts";
import { errorResponse, HttpError, problemResponse, readBody } from "../wire/http-json.ts";
import type { ScoreRequest, ScoringEngine } from "./engine.ts";
import type { ScoreVerdict } from "./job.ts";

/** What the service works with. */
export type ScoringServiceOptions = {
  readonly engine: ScoringEngine;
  /** Features of an embedding. */
  readonly dim: number;
  readonly log: Logger;
};

const BODY_BYTES_MAX = 1_048_576;
const U64_DIGITS = /^[0-9]{1,20}$/;
const HEX_FORM = /^(?:0x)?([0-9a-fA-F]{64})$/;

/** Failures by who can do something about them: the caller, the caller's hosts, time. */
const STATUSES: Readonly<Record<string, number>> = {
  blob_too_large: 422,
  blob_too_short: 422,
  blob_mismatch: 422,
  data_too_large: 422,
  empty_data: 422,
  no_finite_loss: 422,
  no_direction: 422,
  target_dimension: 422,
  url_refused: 422,
  weights_invalid: 422,
  blob_not_found: 502,
  blob_status: 502,
  blob_redirects: 502,
  blob_unreachable: 502,
  blob_interrupted: 502,
  host_unknown: 502,
  blob_slow: 504,
  blob_busy: 503,
  blob_quota: 503,
  disk_full: 503,
  scoring_busy: 503,
  scoring_stopped: 503,
};

const name32 = z.string().transform((text, context): string => {
  const hex = HEX_FORM.exec(text)?.[1];
  if (hex !== undefined) return hex.toLowerCase();
  const parsed = parseDigest(text);
  if (parsed.ok) return parsed.value;
  context.addIssue({ code: "custom", message: "not 32 bytes in Base58 or 64 hex digits" });
  return z.NEVER;
});

const size = z.union([z.int().positive(), z.string().regex(U64_DIGITS).transform(Number)]);
const url = z.string().min(1).max(URL_BYTES_MAX);

const REQUEST = z.object({
  data_url: url,
  data_checksum: name32,
  data_size: size.refine((bytes) => bytes > 0, "the data is empty"),
  model_manifests: z
    .array(z.object({ url, checksum: name32, size, decryption_key: name32.nullish() }))
    .min(1, "at least one model is needed")
    .max(TARGET_MODELS_MAX),
  target_embedding: z.array(z.number()).min(1, "must not be empty").max(TENSOR_VALUES_MAX),
  seed: z
    .union([z.int().nonnegative(), z.string().regex(U64_DIGITS)])
    .default(0)
    .transform(BigInt)
    .refine((seed) => seed < 2n ** 64n, "above 2^64 - 1"),
});

/** Counts of the service since it started. */
type Counts = { scored: number; failed: number; seconds: number };

/** The routes of the service. */
export function createScoringApp({ engine, dim, log }: ScoringServiceOptions): Hono {
  const counts: Counts = { scored: 0, failed: 0, seconds: 0 };
  const app = new Hono();
  app.get("/health", (context) => context.json({ ok: true }));
  app.get("/metrics", (context) => context.text(metrics(counts, engine.pending)));
  app.post("/score", async (context) => {
    const request = await readRequest(context, dim);
    const startMs = SYSTEM_CLOCK.monotonicMs();
    try {
      const verdict = await engine.score(request, { signal: context.req.raw.signal });
      counts.scored++;
      return context.json(verdictView(verdict, request.models.length));
    } catch (error) {
      counts.failed++;
      throw error;
    } finally {
      counts.seconds += (SYSTEM_CLOCK.monotonicMs() - startMs) / 1_000;
    }
  });
  app.notFound(() => {
    const detail = "scoring has POST /score, GET /health and GET /metrics";
    return problemResponse({ status: 404, code: "not_found", detail });
  });
  app.onError((error) => {
    const answer = errorResponse(error, STATUSES);
    if (answer.status >= 500) log.warn(`request failed: ${error.message}`);
    return answer;
  });
  return app;
}

async function readRequest(context: Context, dim: number): Promise<ScoreRequest> {
  const body = await readBody(context.req.raw, BODY_BYTES_MAX, REQUEST);
  const { length } = body.target_embedding;
  if (length !== dim) {
    const detail = `target_embedding: ${length} values; the models here have ${dim}`;
    throw new HttpError({ status: 400, code: "invalid_argument", detail });
  }
  return {
    data: { url: body.data_url, checksum: body.data_checksum, sizeBytes: body.data_size },
    models: body.model_manifests.map(({ checksum, decryption_key: key, ...model }) => ({
      url: model.url,
      checksum,
      sizeBytes: model.size,
      decryptionKey: key === undefined || key === null ? undefined : Uint8Array.fromHex(key),
    })),
    target: Float32Array.from(body.target_embedding),
    seed: body.seed,
  };
}

function verdictView(
  { winner, losses, embedding, distance }: ScoreVerdict,
  modelCount: number,
): Record<string, unknown> {
  if (distance === undefined) throw new SomaError("no_direction", "there is no distance");
  return {
    winner,
    // A loss that is not finite lost; JSON has no word for it.
    loss_score: losses.map((loss) => (Number.isFinite(loss) ? loss : null)),
    embedding: [...embedding],
    distance: Array.from({ length: modelCount }, () => distance),
  };
}

function metrics({ scored, failed, seconds }: Counts, pending: number): string {
  return [
    "# TYPE soma_scoring_requests_total counter",
    `soma_scoring_requests_total{outcome="scored"} ${scored}`,
    `soma_scoring_requests_total{outcome="failed"} ${failed}`,
    "# TYPE soma_scoring_seconds_total counter",
    `soma_scoring_seconds_total ${seconds.toFixed(3)}`,
    "# TYPE soma_scoring_pending gauge",
    `soma_scoring_pending ${pending}`,
    "",
  ].join("\n");
}
