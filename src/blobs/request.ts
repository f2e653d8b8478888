/**
 * One HTTP request of a download: every URL on the way is checked, the connection goes to the
 * address that was checked, and the answer is held to the promised size, before and as it streams.
 *
 * @module
 */
import { isIP } from "node:net";

import { present } from "../base/assert.ts";
import { SomaError } from "../base/errors.ts";
import type { DownloadLimits, DownloadOptions } from "./download.ts";
import { blobError } from "./failures.ts";
import { type CheckedUrl, checkFetch } from "./guard.ts";
import type { Patience } from "./patience.ts";
import { type ByteRange, parseContentRange } from "./range.ts";

/** Which bytes are asked for, of how many, and the how-manieth attempt this is. */
export type Target = {
  readonly offset: number;
  readonly end: number;
  readonly sizeBytes: number;
  readonly attempt: number;
};

/** The options of a download with every limit known, and what is left of the patience with it. */
export type RequestOptions = DownloadOptions & {
  readonly limits: DownloadLimits;
  readonly patience: Patience;
};

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const BUSY: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);
const GONE: ReadonlySet<number> = new Set([404, 410]);

/**
 * The bytes of `url` from `target.offset` to `target.end` at most, or to the end of the file where
 * the server knows no ranges.
 */
export async function* requestFrom(
  url: string,
  target: Target,
  options: RequestOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const watch = new Watch(options);
  try {
    const response = await open(url, target, options, watch);
    const { start, end } = sentRange(response, target);
    let toSkip = target.offset - start;
    let offset = start;
    for await (const chunk of chunks(response, watch)) {
      offset += chunk.length;
      if (offset > end) throw tooLarge(target);
      const wanted = chunk.subarray(Math.min(toSkip, chunk.length));
      toSkip -= chunk.length - wanted.length;
      options.patience.earn(wanted.length);
      if (wanted.length > 0) yield wanted;
    }
    if (offset < end) {
      const says = `connection ended after ${offset} of ${target.sizeBytes} bytes`;
      throw blobError("blob_interrupted", says);
    }
  } finally {
    // Also when the reader stops early: the rest of the answer is not wanted.
    watch.end();
  }
}

/** Follows redirects, checking each URL, until an answer that is none. */
async function open(
  first: string,
  target: Target,
  options: RequestOptions,
  watch: Watch,
): Promise<Response> {
  let next = first;
  for (let redirects = 0; redirects <= options.limits.redirectsMax; redirects++) {
    const checked = await watch.during(() => checkFetch(next, options.policy, options.resolve));
    const response = await watch.during(() => send(checked, target, watch.signal));
    const location = REDIRECTS.has(response.status) ? response.headers.get("location") : null;
    if (location === null) return response;
    await response.body?.cancel();
    next = redirect(checked.url, location);
  }
  throw blobError("blob_redirects", `more than ${options.limits.redirectsMax} redirects`);
}

function redirect(from: URL, location: string): string {
  const to = URL.parse(location, from.href);
  if (to === null) throw blobError("blob_status", "redirect to something that is not a URL");
  if (from.protocol === "https:" && to.protocol === "http:") {
    throw new SomaError("url_refused", "URL is not fetched: it leads from https to http", {
      hint: "use the URL that the file is at in the end",
    });
  }
  return to.href;
}

// The URL names the address that was checked; the host's name goes into the headers and into the
// TLS handshake, where the certificate is compared with it.
async function send(checked: CheckedUrl, target: Target, signal: AbortSignal): Promise<Response> {
  const { url, addresses } = checked;
  const address = present(addresses[target.attempt % addresses.length], "an address");
  const pinned = new URL(url.href);
  pinned.hash = "";
  pinned.hostname = isIP(address) === 6 ? `[${address}]` : address;
  const range = isPart(target) ? { Range: `bytes=${target.offset}-${target.end - 1}` } : undefined;
  const isNamed = isIP(url.hostname.replace(/^\[|\]$/g, "")) === 0;
  return fetch(pinned, {
    headers: { Host: url.host, "Accept-Encoding": "identity", "User-Agent": "soma", ...range },
    redirect: "manual",
    decompress: false,
    keepalive: false,
    signal,
    ...(isNamed ? { tls: { serverName: url.hostname } } : {}),
  });
}

function isPart({ offset, end, sizeBytes }: Target): boolean {
  return offset > 0 || end < sizeBytes;
}

/** Which bytes the answer carries; fails if they are not of the promised blob. */
function sentRange(response: Response, target: Target): ByteRange {
  const { status, headers } = response;
  const { offset, end, sizeBytes } = target;
  if (status === 206 && isPart(target)) {
    const range = parseContentRange(headers.get("content-range"));
    if (range?.start !== offset || range.end <= offset || range.end > end)
      throw blobError("blob_status", "answer is not the range asked for");
    if (range.sizeBytes !== undefined) checkSize(range.sizeBytes, target);
    return range;
  }
  if (status === 200) {
    const length = headers.get("content-length");
    if (length !== null) checkSize(Number(length), target);
    return { start: 0, end: sizeBytes };
  }
  if (status === 416) {
    throw blobError("blob_too_short", `there is nothing after ${offset} of ${sizeBytes} bytes`);
  }
  if (GONE.has(status)) throw blobError("blob_not_found", `server answers ${status}: not there`);
  throw blobError(BUSY.has(status) ? "blob_busy" : "blob_status", `server answers ${status}`);
}

function checkSize(sizeBytes: number, target: Target): void {
  if (sizeBytes > target.sizeBytes) throw tooLarge(target);
  if (sizeBytes < target.sizeBytes) {
    const says = `server has ${sizeBytes} bytes of the ${target.sizeBytes} promised`;
    throw blobError("blob_too_short", says);
  }
}

function tooLarge({ sizeBytes }: Target): SomaError {
  return blobError("blob_too_large", `server has more than the ${sizeBytes} bytes promised`);
}

async function* chunks(
  response: Response,
  watch: Watch,
): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = response.body?.getReader();
  for (;;) {
    const next = await watch.during(async () => reader?.read(), "blob_interrupted");
    if (next === undefined || next.done) return;
    yield next.value;
  }
}

/** Ends a request when nothing happens for too long while something is awaited. */
class Watch {
  readonly signal: AbortSignal;
  private readonly controller = new AbortController();
  private readonly stallMs: number;
  private readonly patience: Patience;

  constructor({ limits, patience, signal }: RequestOptions) {
    this.stallMs = limits.stallMs;
    this.patience = patience;
    const signals = signal === undefined ? [] : [signal];
    this.signal = AbortSignal.any([...signals, this.controller.signal]);
  }

  /** Awaits one step of the network; whatever fails there is a failure of the download. */
  async during<T>(
    step: () => Promise<T>,
    failure: "blob_unreachable" | "blob_interrupted" = "blob_unreachable",
  ): Promise<T> {
    const stalled = blobError("blob_slow", `nothing came for ${this.stallMs} ms`);
    const waitMs = Math.min(this.stallMs, this.patience.leftMs);
    const timer = setTimeout(() => this.controller.abort(stalled), waitMs);
    try {
      return await this.patience.during(step);
    } catch (error) {
      if (this.controller.signal.aborted) throw this.controller.signal.reason;
      if (error instanceof SomaError) throw error;
      throw blobError(failure, `request failed: ${String(error)}`, error);
    } finally {
      clearTimeout(timer);
    }
  }

  end(): void {
    this.controller.abort();
  }
}
