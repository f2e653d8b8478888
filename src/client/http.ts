/**
 * Requests to a node's JSON surface: decoded by the same views that the node encodes with, retried
 * where that is safe, and failed in words a person can act on. Browser-safe.
 *
 * @module
 */
import { type Backoff, backoffMs } from "../base/backoff.ts";
import { SomaError, systemCode } from "../base/errors.ts";
import { problemView } from "../wire/json/problem.ts";
import { decodeText, describeFaults, type View } from "../wire/json/view.ts";
import { pause } from "./pause.ts";

/** How requests are made. */
export type HttpOptions = {
  /** Replaces the global `fetch`. */
  readonly fetch?: typeof fetch;
  /** How long one attempt may take. */
  readonly timeoutMs?: number;
  /** Attempts of a request that can be repeated. */
  readonly attempts?: number;
};

/** One request. */
export type HttpRequest = {
  readonly method: "GET" | "POST" | "PUT";
  /** Path and query, below the node's URL. */
  readonly path: string;
  readonly body?: Uint8Array | string | ReadableStream<Uint8Array>;
  readonly contentType?: string;
  readonly signal?: AbortSignal | undefined;
  /** Instead of the usual time for one attempt. */
  readonly timeoutMs?: number;
};

const TIMEOUT_MS = 30_000;
/** The longest that a file may take, there or back. */
export const TRANSFER_TIMEOUT_MS = 600_000;
const ATTEMPTS = 3;
const BACKOFF: Backoff = { firstMs: 100, maxMs: 2_000 };
const UNAVAILABLE = 503;
const REASONS: Readonly<Record<string, string>> = {
  TimeoutError: "it did not answer in time",
  ECONNREFUSED: "nobody listens there",
  ECONNRESET: "the connection broke",
  ENOTFOUND: "there is no such host",
};
const LOOPBACK = /^https?:\/\/(?:localhost|127\.|\[::1\])/i;
const NODE_HINT = "is this the URL of a Soma node of this version?";

/** Requests below one base URL. */
export class HttpCaller {
  readonly url: string;
  private readonly options: HttpOptions;

  constructor(url: string, options: HttpOptions = {}) {
    this.url = url.replace(/\/+$/, "");
    this.options = options;
  }

  /** The resource at `path`. */
  async get<T>(view: View<T>, path: string, signal?: AbortSignal): Promise<T> {
    return this.json(view, { method: "GET", path, signal });
  }

  /** What the node answers to a JSON body. */
  async post<T>(view: View<T>, path: string, body: unknown, signal?: AbortSignal): Promise<T> {
    const text = JSON.stringify(body);
    return this.json(view, { method: "POST", path, body: text, signal });
  }

  /** The bytes at `path`, all of them. */
  async bytes(path: string, signal?: AbortSignal): Promise<Uint8Array> {
    const request = { method: "GET", path, signal, timeoutMs: TRANSFER_TIMEOUT_MS } as const;
    const response = await this.send(request);
    return new Uint8Array(await this.hear(() => response.arrayBuffer(), signal));
  }

  /** The decoded answer to a request. */
  async json<T>(view: View<T>, request: HttpRequest): Promise<T> {
    const response = await this.send(request);
    const text = await this.hear(() => response.text(), request.signal);
    const decoded = decodeText(view, text);
    if (decoded.ok) return decoded.value;
    const message = `${this.url}${request.path} answered what is not expected`;
    throw new SomaError("answer_invalid", `${message}: ${describeFaults(decoded.error)}`, {
      hint: NODE_HINT,
    });
  }

  /** The answer to a request; failures of any kind are errors. */
  async send(request: HttpRequest): Promise<Response> {
    const attempts = request.method === "GET" ? (this.options.attempts ?? ATTEMPTS) : 1;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.attempt(request);
      } catch (error) {
        const isLast = attempt >= attempts || request.signal?.aborted === true;
        if (isLast || !isPassing(error)) throw error;
        await pause(backoffMs(BACKOFF, attempt, Math.random()), request.signal);
      }
    }
  }

  private async attempt(request: HttpRequest): Promise<Response> {
    const { method, path, body, contentType = "application/json", signal } = request;
    const timeoutMs = request.timeoutMs ?? this.options.timeoutMs ?? TIMEOUT_MS;
    const timeout = AbortSignal.timeout(timeoutMs);
    const signals = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
    const headers = body === undefined ? {} : { "content-type": contentType };
    // A view of shared memory is no body to the types; ours never are.
    const content = body as Exclude<RequestInit["body"], null>;
    // Browsers send a stream only if they are told that no answer comes before its end.
    const sent = content && { body: content, duplex: "half" as const };
    const init = { method, headers, signal: signals, ...sent };
    const { fetch: call = fetch } = this.options;
    const response = await this.hear(() => call(`${this.url}${path}`, init), signal);
    if (response.ok) return response;
    throw problemError(response, await this.hear(() => response.text(), signal));
  }

  /** What comes from the node; the connection may break at any moment of it. */
  private async hear<T>(read: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    try {
      return await read();
    } catch (error) {
      if (signal?.aborted === true) {
        throw new SomaError("cancelled", "the request was cancelled", { cause: error });
      }
      const hint = LOOPBACK.test(this.url)
        ? "is the network running? try `soma start localnet`"
        : "check the URL and the network; `soma env list` shows what is configured";
      const message = `cannot reach ${this.url}: ${reasonOf(error)}`;
      throw new SomaError("connection_failed", message, { hint, cause: error });
    }
  }
}

/** Why there was no answer; what runtimes say besides is for those who write programs. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return REASONS[error.name] ?? REASONS[systemCode(error) ?? ""] ?? error.message;
}

/** The error that a node's refusal is. */
function problemError(response: Response, text: string): SomaError {
  const problem = decodeText(problemView, text);
  if (!problem.ok) {
    const message = `the node answered ${response.status} ${response.statusText}`.trimEnd();
    if (response.status === UNAVAILABLE) return new SomaError("unavailable", message);
    return new SomaError("http_error", message, { hint: NODE_HINT });
  }
  const { code, detail, hint } = problem.value;
  return new SomaError(code, detail, hint === undefined ? {} : { hint });
}

/** Whether a failure may be over when it is tried again: nobody answered, or not yet. */
export function isPassing(error: unknown): boolean {
  return (
    error instanceof SomaError &&
    (error.code === "connection_failed" || error.code === "unavailable")
  );
}
