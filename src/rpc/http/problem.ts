/**
 * Errors at the HTTP edge. Routes throw an `RpcError`; operational errors of the rooms below have a
 * status in one table; whatever is not known there is our own trouble, which is reported to the
 * operator and shown to the client as nothing but a status 500.
 *
 * @module
 */
import type { Context } from "hono";

import { SomaError } from "../../base/errors.ts";
import {
  nameProblem,
  PROBLEM_TYPE,
  type ProblemView,
  problemView,
} from "../../wire/json/problem.ts";
import { encodeView, type JsonFault } from "../../wire/json/view.ts";
import { BODY_SLOW } from "../../wire/timed-body.ts";
import type { HttpEnv } from "./ports.ts";
import { cachingHeaders, LIVE, send, textHeaders } from "./respond.ts";

/** What an error says besides its sentence. */
export type RpcErrorDetail = {
  /** What to do next, one sentence without a full stop. */
  readonly hint?: string | undefined;
  /** What is wrong with which field of the request. */
  readonly errors?: readonly JsonFault[];
  readonly headers?: Readonly<Record<string, string>>;
};

/** A request that is answered with a problem. */
export class RpcError extends Error {
  override readonly name = "RpcError";
  readonly status: number;
  readonly code: string;
  readonly detail: RpcErrorDetail;

  constructor(status: number, code: string, message: string, detail: RpcErrorDetail = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.detail = detail;
  }
}

/** How a client is told of an operational error; without a message, in the error's own words. */
type Told = { readonly status: number; readonly message?: string };

/** After these the rest of a body is not read. */
const CLOSING: ReadonlySet<number> = new Set([408, 413]);
const UPSTREAM: Told = { status: 502 };

/** Operational errors that a client is told of. */
const TOLD: Readonly<Record<string, Told>> = {
  cursor_invalid: { status: 400 },
  transaction_invalid: { status: 400 },
  too_many_coins: { status: 422 },
  blob_mismatch: { status: 400 },
  blob_too_short: { status: 400 },
  blob_too_large: { status: 413 },
  blob_quota: { status: 507, message: "the node has no room for this blob" },
  disk_full: { status: 507, message: "the node has no room for this blob" },
  [BODY_SLOW]: { status: 408 },
  node_stopped: { status: 503 },
  url_refused: UPSTREAM,
  host_unknown: UPSTREAM,
  blob_not_found: UPSTREAM,
  blob_status: UPSTREAM,
  blob_redirects: UPSTREAM,
  blob_unreachable: UPSTREAM,
  blob_interrupted: UPSTREAM,
  blob_busy: UPSTREAM,
  blob_slow: UPSTREAM,
};

/** Seconds after which a client may ask a busy node again. */
const RETRY_SECONDS = 1;

/** Fields of the request that are not as they must be. */
export function badRequest(errors: readonly JsonFault[]): RpcError {
  const message = errors.map(({ field, reason }) => `${field}: ${reason}`).join("; ");
  return new RpcError(400, "request_invalid", message, { errors });
}

/** Nothing is there under that name. */
export function notFound(what: string, name: string): RpcError {
  return new RpcError(404, `${what}_not_found`, `there is no ${what} ${name}`);
}

/** The node cannot do it now. */
export function unavailable(code: string, message: string): RpcError {
  return new RpcError(503, code, message, { headers: { "retry-after": `${RETRY_SECONDS}` } });
}

/** What is answered to an error; `report` hears of it unless it is the client's. */
export function toRpcError(error: unknown, report: (error: unknown) => void): RpcError {
  if (error instanceof RpcError) return error;
  const told = error instanceof SomaError ? TOLD[error.code] : undefined;
  if (error instanceof SomaError && told !== undefined) {
    const { status, message } = told;
    if (message !== undefined) return new RpcError(status, error.code, message);
    return new RpcError(status, error.code, error.message, { hint: error.hint });
  }
  // The client went away, so nobody reads the answer.
  if (error instanceof DOMException && error.name === "AbortError") {
    return new RpcError(503, "cancelled", "the request was cancelled");
  }
  report(error);
  return new RpcError(500, "internal", "the node failed to answer; its operator can see why");
}

/** The problem that an error is. */
export function problemOf({ status, code, message, detail }: RpcError): ProblemView {
  const { hint, errors } = detail;
  return { ...nameProblem(code), status, code, detail: message, hint, errors };
}

/** The answer to an error. */
export function problemResponse(context: Context<HttpEnv>, error: RpcError): Response {
  const { status, detail } = error;
  const text = JSON.stringify(encodeView(problemView, problemOf(error)));
  const headers = {
    ...cachingHeaders(LIVE),
    ...textHeaders(PROBLEM_TYPE, text),
    ...(CLOSING.has(status) && { connection: "close" }),
    ...detail.headers,
  };
  return send(context, text, { status, headers });
}
