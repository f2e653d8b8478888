/**
 * The admin service of a local network: ends an epoch on request. It listens on the loopback
 * address only, and refuses requests that a web page of elsewhere has a browser send.
 *
 * @module
 */
import { Hono } from "hono";

import type { Logger } from "../base/log.ts";
import { errorResponse, isLocal, jsonResponse, problemResponse } from "../wire/http-json.ts";
import { advancedView } from "../wire/json/admin.ts";

/** What the service can have done. */
export type Control = {
  /** Ends the epoch; resolves to the new one when every local node serves it. */
  readonly advanceEpoch: () => Promise<bigint>;
};

/** The code of the error when an epoch did not end in time. */
export const EPOCH_TIMEOUT = "epoch_timeout";

const STATUSES: Readonly<Record<string, number>> = { [EPOCH_TIMEOUT]: 504, node_stopped: 503 };

/** The routes of the service. */
export function createAdminApp(control: Control, log: Logger): Hono {
  const app = new Hono();
  // Two requests at once are for the same new epoch.
  let underway: Promise<bigint> | undefined;
  const advance = (): Promise<bigint> =>
    (underway ??= control.advanceEpoch().finally(() => {
      underway = undefined;
    }));
  app.use(async (context, next) => {
    if (isLocal(context.req.raw)) return next();
    const detail = "admin answers to programs of this machine only";
    return problemResponse({ status: 403, code: "not_local", detail });
  });
  app.get("/health", (context) => context.json({ ok: true }));
  app.post("/advance-epoch", async () => jsonResponse(advancedView, { epoch: await advance() }));
  app.notFound(() => {
    const detail = "admin has POST /advance-epoch and GET /health";
    return problemResponse({ status: 404, code: "not_found", detail });
  });
  app.onError((error) => {
    log.warn(`request failed: ${error.message}`);
    return errorResponse(error, STATUSES);
  });
  return app;
}
