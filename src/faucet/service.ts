/**
 * The faucet: `POST /gas {recipient}` sends coins to whoever asks, a few times a minute to the same
 * address, and answers when reads see them.
 *
 * @module
 */
import { type Context, Hono } from "hono";
import { cors } from "hono/cors";

import type { Logger } from "../base/log.ts";
import {
  errorResponse,
  HttpError,
  jsonResponse,
  problemResponse,
  readBody,
} from "../wire/http-json.ts";
import { faucetRequest, faucetView } from "../wire/json/faucet.ts";
import { type Giver, TooSoon } from "./giver.ts";

/** What the service works with. */
export type FaucetServiceOptions = {
  readonly giver: Giver;
  readonly log: Logger;
};

const BODY_BYTES_MAX = 4_096;

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
export function createFaucetApp({ giver, log }: FaucetServiceOptions): Hono {
  const give = async (context: Context): Promise<Response> => {
    const { recipient } = await readBody(context.req.raw, BODY_BYTES_MAX, faucetRequest);
    const coins_sent = await giver.give(recipient);
    return jsonResponse(faucetView, { status: "Success", coins_sent });
  };
  const app = new Hono();
  // Pages of any origin may ask; it gives each address its share and says when there is more.
  app.use(cors({ origin: "*", exposeHeaders: ["retry-after"] }));
  app.post("/gas", give);
  app.post("/v1/gas", give);
  app.get("/health", (context) => context.json({ ok: true }));
  app.notFound(() => {
    const detail = "the faucet has POST /gas and GET /health";
    return problemResponse({ status: 404, code: "not_found", detail });
  });
  app.onError((error) => {
    const told = error instanceof TooSoon ? tooMany(error) : error;
    const answer = errorResponse(told, STATUSES);
    if (answer.status >= 500) log.warn(`request failed: ${error.message}`);
    return answer;
  });
  return app;
}

function tooMany({ message: detail, waitSeconds }: TooSoon): HttpError {
  return new HttpError({
    status: 429,
    code: "rate_limited",
    detail,
    hint: `ask again in ${waitSeconds} s`,
    retryAfterSeconds: waitSeconds,
  });
}
