/**
 * The scoring service: whoever has no runtime sends manifests and a target, and gets the verdict.
 *
 *     POST /score   GET /health   GET /metrics
 *
 * What bodies look like is in `wire/json/score.ts`.
 *
 * @module
 */
import { type Context, Hono } from "hono";

import { present } from "../base/assert.ts";
import { SYSTEM_CLOCK } from "../base/clock.ts";
import type { Logger } from "../base/log.ts";
import { formatMetrics, type Metric, METRICS_TYPE } from "../base/metrics.ts";
import type { BlobSource } from "../blobs/fetch.ts";
import {
  errorResponse,
  HttpError,
  jsonResponse,
  problemResponse,
  readBody,
} from "../wire/http-json.ts";
import {
  type ScoreModelView,
  scoreRequest,
  type ScoreView,
  scoreView,
} from "../wire/json/score.ts";
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

/** Failures by who can do something about them: the caller, the caller's hosts, time. */
export const STATUSES: Readonly<Record<string, number>> = {
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

/** Counts of the service since it started. */
type Counts = { scored: number; failed: number; seconds: number };

/** The routes of the service. */
export function createScoringApp({ engine, dim, log }: ScoringServiceOptions): Hono {
  const counts: Counts = { scored: 0, failed: 0, seconds: 0 };
  const app = new Hono();
  app.get("/health", (context) => context.json({ ok: true }));
  app.get("/metrics", (context) => {
    context.header("content-type", METRICS_TYPE);
    return context.body(formatMetrics(metricsOf(counts, engine.pending)));
  });
  app.post("/score", async (context) => {
    const request = await readRequest(context, dim);
    const startMs = SYSTEM_CLOCK.monotonicMs();
    try {
      const verdict = await engine.score(request, { signal: context.req.raw.signal });
      counts.scored++;
      return jsonResponse(scoreView, viewVerdict(verdict, request.models.length));
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
  const body = await readBody(context.req.raw, BODY_BYTES_MAX, scoreRequest);
  const { length } = body.target_embedding;
  if (length !== dim) throw invalid("target_embedding", `has ${length} values; models have ${dim}`);
  if (body.data_size === 0n) throw invalid("data_size", "the data is empty");
  return {
    data: sourceOf({ url: body.data_url, checksum: body.data_checksum, size: body.data_size }),
    models: body.model_manifests.map((model) => ({
      ...sourceOf(model),
      decryptionKey: model.decryption_key ?? undefined,
    })),
    target: body.target_embedding,
    seed: body.seed ?? 0n,
  };
}

// Beyond what a number can say every size is too large, and is refused as such.
function sourceOf({ url, checksum, size }: Omit<ScoreModelView, "decryption_key">): BlobSource {
  return { url, checksum, sizeBytes: Number(size) };
}

function invalid(field: string, reason: string): HttpError {
  const detail = `${field}: ${reason}`;
  const errors = [{ field, reason }];
  return new HttpError({ status: 400, code: "request_invalid", detail, errors });
}

function viewVerdict(
  { winner, losses, embedding, distance }: ScoreVerdict,
  modelCount: number,
): ScoreView {
  return {
    winner,
    // A loss that is not finite lost; JSON has no word for it.
    loss_score: losses.map((loss) => (Number.isFinite(loss) ? loss : null)),
    embedding,
    distance: Array.from({ length: modelCount }, () => present(distance, "a target's distance")),
  };
}

function metricsOf({ scored, failed, seconds }: Counts, pending: number): readonly Metric[] {
  const requests = {
    name: "soma_scoring_requests_total",
    help: "Requests to score, by how they ended",
    kind: "counter",
  } as const;
  return [
    { ...requests, value: scored, labels: { outcome: "scored" } },
    { ...requests, value: failed, labels: { outcome: "failed" } },
    {
      name: "soma_scoring_seconds_total",
      help: "Time spent on requests to score",
      kind: "counter",
      value: seconds,
    },
    {
      name: "soma_scoring_pending",
      help: "Requests that are scored or wait",
      kind: "gauge",
      value: pending,
    },
  ];
}
