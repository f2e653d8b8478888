/**
 * The faucet: `POST /gas {recipient}` sends coins to whoever asks, a few times a minute to the same
 * address, and answers when reads see them.
 *
 * @module
 */
import { type Context, Hono } from "hono";

import type { Clock } from "../base/clock.ts";
import { SomaError } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import {
  errorResponse,
  HttpError,
  jsonResponse,
  problemResponse,
  readBody,
} from "../wire/http-json.ts";
import { faucetRequest, faucetView } from "../wire/json/faucet.ts";
import type { Dispenser } from "./dispenser.ts";
import { Limiter, REQUESTS_PER_MINUTE } from "./limiter.ts";

/** What the service works with. */
export type FaucetServiceOptions = {
  readonly dispenser: Dispenser;
  readonly clock: Clock;
  readonly log: Logger;
};

const BODY_BYTES_MAX = 4_096;
const MS_PER_SECOND = 1_000;

const STATUSES: Readonly<Record<string, number>> = {
  faucet_busy: 503,
  faucet_empty: 503,
  faucet_stopped: 503,
  node_stopped: 503,
  object_locked: 503,
  object_stale: 503,
  overloaded: 503,
  faucet_failed: 502,
  faucet_timeout: 504,
};

/** The routes of the service. */
export function createFaucetApp({ dispenser, clock, log }: FaucetServiceOptions): Hono {
  const limiter = new Limiter();
  const give = async (context: Context): Promise<Response> => {
    const { recipient } = await readBody(context.req.raw, BODY_BYTES_MAX, faucetRequest);
    const waitMs = limiter.admit(recipient, clock.monotonicMs());
    if (waitMs !== undefined) throw tooMany(waitMs);
    try {
      const coins_sent = await dispenser.give(recipient);
      return jsonResponse(faucetView, { status: "Success", coins_sent });
    } catch (error) {
      if (error instanceof SomaError && error.code !== "faucet_timeout") limiter.forgive(recipient);
      throw error;
    }
  };
  const app = new Hono();
  app.post("/gas", give);
  app.post("/v1/gas", give);
  app.get("/health", (context) => context.json({ ok: true }));
  app.notFound(() => {
    const detail = "the faucet has POST /gas and GET /health";
    return problemResponse({ status: 404, code: "not_found", detail });
  });
  app.onError((error) => {
    const answer = errorResponse(error, STATUSES);
    if (answer.status >= 500) log.warn(`request failed: ${error.message}`);
    return answer;
  });
  return app;
}

function tooMany(waitMs: number): HttpError {
  const retryAfterSeconds = Math.ceil(waitMs / MS_PER_SECOND);
  return new HttpError({
    status: 429,
    code: "rate_limited",
    detail: `an address gets coins ${REQUESTS_PER_MINUTE} times a minute`,
    hint: `ask again in ${retryAfterSeconds} s`,
    retryAfterSeconds,
  });
}
