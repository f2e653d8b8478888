/**
 * The scoring service: whoever has no runtime sends manifests and a target, and gets the verdict.
 *
 *     POST /score   GET /health   GET /metrics
 *
 * What bodies look like is in `wire/json/score.ts`. Metrics come in JSON, or as Prometheus reads
 * them to who asks for text, as it does.
 *
 * @module
 */
import { type Context, Hono } from "hono";
import { cors } from "hono/cors";

import { present } from "../base/assert.ts";
import type { Logger } from "../base/log.ts";
import { formatMetrics, METRICS_TYPE } from "../base/metrics.ts";
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
import type { ScoringDesk } from "./desk.ts";
import type { ScoreRequest } from "./engine.ts";
import { STATUSES } from "./faults.ts";
import type { ScoreVerdict } from "./job.ts";
import { targetFault } from "./target.ts";

/** What the service works with. */
export type ScoringServiceOptions = {
  readonly desk: ScoringDesk;
  /** Features of an embedding. */
  readonly dim: number;
  readonly log: Logger;
};

const BODY_BYTES_MAX = 1_048_576;
/** What Prometheus accepts. */
const PROMETHEUS = /text\/plain|application\/openmetrics-text/;

/** What is known of a request beside its body. */
type Env = { readonly Bindings: { readonly allowSilence?: (seconds: number) => void } };

/** The routes of the service. */
export function createScoringApp({ desk, dim, log }: ScoringServiceOptions): Hono<Env> {
  const app = new Hono<Env>();
  // Pages of any origin may ask: the answer holds nothing but what follows from their question.
  app.use(cors({ origin: "*", exposeHeaders: ["retry-after"] }));
  app.get("/health", (context) => context.json({ ok: true }));
  app.get("/metrics", (context) => {
    const isText = PROMETHEUS.test(context.req.header("accept") ?? "");
    if (!isText) return context.json({ metrics: desk.metrics() });
    context.header("content-type", METRICS_TYPE);
    return context.body(formatMetrics(desk.metrics()));
  });
  app.post("/score", async (context) => {
    const request = await readRequest(context, dim);
    // A full model on a processor takes minutes without a word.
    context.env?.allowSilence?.(0);
    const verdict = await desk.score(request, context.req.raw.signal);
    return jsonResponse(scoreView, viewVerdict(verdict, request.models.length));
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

async function readRequest(context: Context<Env>, dim: number): Promise<ScoreRequest> {
  const body = await readBody(context.req.raw, BODY_BYTES_MAX, scoreRequest);
  const fault = targetFault(body.target_embedding, dim);
  if (fault !== undefined) throw invalid("target_embedding", fault);
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
  { winner, losses, embedding, distance, leftOut }: ScoreVerdict,
  modelCount: number,
): ScoreView {
  return {
    winner,
    // JSON has no word for the loss of a model that was left out.
    loss_score: losses.map((loss) => (Number.isFinite(loss) ? loss : null)),
    embedding,
    distance: Array.from({ length: modelCount }, () => present(distance, "a target's distance")),
    left_out: leftOut.map(({ model, code, message: detail }) => ({ model, code, detail })),
  };
}
