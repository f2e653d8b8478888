/**
 * A download as a stream of chunks that never gives up early: large files come range by range, and
 * when a connection breaks or stalls it goes on where it was, a few times. It yields exactly the
 * promised number of bytes or fails; what the bytes are is for the reader to check.
 *
 * @module
 */
import { setTimeout } from "node:timers/promises";

import { type Backoff, backoffMs } from "../base/backoff.ts";
import { blobError, isRetryable } from "./failures.ts";
import type { AddressPolicy, Resolve } from "./guard.ts";
import { Patience, type PatienceLimits } from "./patience.ts";
import { requestFrom } from "./request.ts";

/** Times and counts of a download. */
export type DownloadLimits = PatienceLimits & {
  /** From a request to the head of its answer, and between two chunks. */
  readonly stallMs: number;
  /** Failures in a row, without a byte between them. */
  readonly retriesMax: number;
  readonly redirectsMax: number;
  /** The most bytes that one request asks for; a server without ranges sends all of them. */
  readonly rangeBytes: number;
  readonly backoff: Backoff;
};

/** What a download may do and when it must stop. */
export type DownloadOptions = {
  readonly policy: AddressPolicy;
  /** A random number in [0, 1), for the pauses between attempts. */
  readonly random: () => number;
  readonly signal?: AbortSignal;
  readonly limits?: Partial<DownloadLimits>;
  readonly resolve?: Resolve;
};

/** The limits unless a caller says otherwise. */
const DOWNLOAD_LIMITS: DownloadLimits = {
  stallMs: 30_000,
  retriesMax: 3,
  redirectsMax: 5,
  rangeBytes: 64 * 1024 * 1024,
  backoff: { firstMs: 250, maxMs: 5_000 },
  baseMs: 60_000,
  bytesPerSecondMin: 131_072,
};

/** The `sizeBytes` bytes at `url`. Failures are `SomaError`s of `failures.ts`. */
export async function* download(
  url: string,
  sizeBytes: number,
  options: DownloadOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const limits = { ...DOWNLOAD_LIMITS, ...options.limits };
  const patience = new Patience(limits);
  const { signal } = options;
  let offset = 0;
  for (let failures = 0; ;) {
    try {
      const end = Math.min(offset + limits.rangeBytes, sizeBytes);
      const target = { offset, end, sizeBytes, attempt: failures };
      for await (const chunk of requestFrom(url, target, { ...options, limits, patience })) {
        offset += chunk.length;
        failures = 0;
        yield chunk;
      }
      if (offset >= sizeBytes) return;
    } catch (error) {
      failures += 1;
      if (signal?.aborted === true) throw blobError("blob_cancelled", "download cancelled");
      if (patience.leftMs === 0) throw patience.exhausted();
      if (failures > limits.retriesMax || !isRetryable(error)) throw error;
      const waitMs = backoffMs(limits.backoff, failures, options.random());
      // Given up meanwhile, the next attempt fails at once.
      const pause = setTimeout(waitMs, undefined, signal && { signal });
      await patience.during(() => pause).catch(() => undefined);
    }
  }
}
