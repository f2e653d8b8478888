/**
 * JSON over HTTP as every service here speaks it: a body is read up to a limit and checked field by
 * field, and whatever goes wrong is answered as a problem (`json/problem.ts`) with a stable code.
 * What happened inside never leaves in an answer.
 *
 * @module
 */
import { SomaError } from "../base/errors.ts";
import { err } from "../base/result.ts";
import { parseJson } from "./json/parse.ts";
import { nameProblem, PROBLEM_TYPE, problemView } from "./json/problem.ts";
import { decodeView, describeFaults, encodeView, type JsonFault, type View } from "./json/view.ts";
import { BODY_SLOW, timedBody } from "./timed-body.ts";

/** Why a request has no other answer. */
export type Problem = {
  readonly status: number;
  /** Stable, in snake_case. */
  readonly code: string;
  readonly detail: string;
  readonly hint?: string | undefined;
  readonly errors?: readonly JsonFault[] | undefined;
  /** When to ask again. */
  readonly retryAfterSeconds?: number | undefined;
};

/** A problem on its way to the edge. */
export class HttpError extends Error {
  override readonly name = "HttpError";
  readonly problem: Problem;

  constructor(problem: Problem, cause?: unknown) {
    super(problem.detail, cause === undefined ? undefined : { cause });
    this.problem = problem;
  }
}

const RETRY_SECONDS = 1;
/** Statuses of what is over soon: too many requests, and what cannot be done now. */
const PASSING: ReadonlySet<number> = new Set([429, 503]);
/** After these the rest of a body is not read. */
const CLOSING: ReadonlySet<number> = new Set([408, 413]);

/** The answer that shows a value. */
export function jsonResponse<T>(view: View<T>, value: T): Response {
  return Response.json(encodeView(view, value), { headers: { "cache-control": "no-store" } });
}

/** The answer that tells a problem. */
export function problemResponse(problem: Problem): Response {
  const { retryAfterSeconds: after, ...rest } = problem;
  const view = { ...nameProblem(problem.code), ...rest };
  return Response.json(encodeView(problemView, view), {
    status: problem.status,
    headers: {
      "content-type": PROBLEM_TYPE,
      "cache-control": "no-store",
      ...(after === undefined ? {} : { "retry-after": String(after) }),
      ...(CLOSING.has(problem.status) ? { connection: "close" } : {}),
    },
  });
}

/** The answer to an error; `statuses` says which of our own are told, and as what. */
export function errorResponse(
  error: unknown,
  statuses: Readonly<Record<string, number>> = {},
): Response {
  if (error instanceof HttpError) return problemResponse(error.problem);
  const told: typeof statuses = { [BODY_SLOW]: 408, ...statuses };
  const status = error instanceof SomaError ? told[error.code] : undefined;
  if (!(error instanceof SomaError) || status === undefined) {
    const detail = "the service could not do this; its log says why";
    return problemResponse({ status: 500, code: "internal", detail });
  }
  const { code, message: detail, hint } = error;
  const retryAfterSeconds = PASSING.has(status) ? RETRY_SECONDS : undefined;
  return problemResponse({ status, code, detail, hint, retryAfterSeconds });
}

/** The JSON body of a request, checked; anything else is an `HttpError`. */
export async function readBody<T>(request: Request, bytesMax: number, view: View<T>): Promise<T> {
  const parsed = parseJson(await readText(request, bytesMax));
  if (!parsed.ok && parsed.error.field === "") {
    throw new HttpError({ status: 400, code: "json_invalid", detail: "the body is not JSON" });
  }
  const decoded = parsed.ok ? decodeView(view, parsed.value) : err([parsed.error]);
  if (decoded.ok) return decoded.value;
  const errors = decoded.error;
  const detail = describeFaults(errors);
  throw new HttpError({ status: 400, code: "request_invalid", detail, errors });
}

/**
 * Whether a request is for this machine by its own name and from no page of elsewhere: a browser
 * sends what any page asks it to, and a name of somebody's may lead to the loopback address.
 */
export function isLocal({ headers }: Request): boolean {
  const origin = headers.get("origin");
  const from = origin === null ? undefined : (URL.parse(origin)?.host ?? "");
  return [headers.get("host") ?? undefined, from].every(
    (host) => host === undefined || isLoopbackHost(host),
  );
}

function isLoopbackHost(host: string): boolean {
  return /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/i.test(host);
}

async function readText(request: Request, bytesMax: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for await (const chunk of timedBody(request.body)) {
    size += chunk.length;
    if (size > bytesMax) {
      const detail = `the body has more than ${bytesMax} bytes`;
      throw new HttpError({ status: 413, code: "body_too_large", detail });
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
