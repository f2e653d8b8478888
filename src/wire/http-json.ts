/**
 * JSON over HTTP as every service here speaks it: a body is read up to a limit and checked field by
 * field, and whatever goes wrong is answered as a problem document (RFC 9457) with a stable code.
 * What happened inside never leaves in an answer.
 *
 * @module
 */
import { SomaError } from "../base/errors.ts";

/** Why a request has no other answer. */
export type Problem = {
  readonly status: number;
  /** Stable, in snake_case. */
  readonly code: string;
  readonly detail: string;
  /** When to ask again. */
  readonly retryAfterSeconds?: number;
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

/** What checks a body; the schemas of zod are such. */
export type Schema<T> = {
  readonly safeParse: (value: unknown) =>
    | { readonly success: true; readonly data: T }
    | {
        readonly success: false;
        readonly error: {
          readonly issues: readonly {
            readonly path: readonly PropertyKey[];
            readonly message: string;
          }[];
        };
      };
};

const TITLES: Readonly<Record<number, string>> = {
  400: "Bad Request",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  408: "Request Timeout",
  413: "Content Too Large",
  422: "Unprocessable Content",
  429: "Too Many Requests",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

/** The answer that tells a problem. */
export function problemResponse(problem: Problem): Response {
  const { status, code, detail, retryAfterSeconds: after } = problem;
  const document = { type: "about:blank", title: TITLES[status] ?? "Error", status, code, detail };
  return new Response(`${JSON.stringify(document)}\n`, {
    status,
    headers: {
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      ...(after === undefined ? {} : { "retry-after": String(after) }),
    },
  });
}

/** The answer to an error; `statuses` says which of our own errors are whose fault. */
export function errorResponse(
  error: unknown,
  statuses: Readonly<Record<string, number>> = {},
): Response {
  if (error instanceof HttpError) return problemResponse(error.problem);
  const status = error instanceof SomaError ? statuses[error.code] : undefined;
  if (!(error instanceof SomaError) || status === undefined) {
    const detail = "the service could not do this; its log says why";
    return problemResponse({ status: 500, code: "internal", detail });
  }
  const { code, message: detail } = error;
  const busy = status === 503 ? { retryAfterSeconds: 1 } : {};
  return problemResponse({ status, code, detail, ...busy });
}

/** The JSON body of a request, checked; anything else is an `HttpError`. */
export async function readBody<T>(
  request: Request,
  bytesMax: number,
  schema: Schema<T>,
): Promise<T> {
  const parsed = schema.safeParse(parseJson(await readText(request, bytesMax)));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.map(String).join(".") ?? "";
  const detail = `${field === "" ? "body" : field}: ${issue?.message ?? "not as expected"}`;
  throw new HttpError({ status: 400, code: "invalid_argument", detail });
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
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    if (size > bytesMax) {
      const detail = `the body has more than ${bytesMax} bytes`;
      throw new HttpError({ status: 413, code: "body_too_large", detail });
    }
    chunks.push(chunk);
  }
  const bytes = await new Blob(chunks).bytes();
  return new TextDecoder().decode(bytes);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const problem = { status: 400, code: "invalid_json", detail: "the body is not JSON" };
    throw new HttpError(problem, error);
  }
}
