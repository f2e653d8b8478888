/**
 * What can go wrong with a blob, by stable code. Those in `RETRYABLE` are the network's or the
 * server's mood; the others will not change by asking again.
 *
 * @module
 */
import { SomaError } from "../base/errors.ts";

const HINTS = {
  blob_too_large: "the file is not the one that was described; ask its owner for a right URL",
  blob_too_short: "the file is not the one that was described; ask its owner for a right URL",
  blob_mismatch: "the file is not the one that was described; ask its owner for a right URL",
  blob_quota: "free space with fewer or smaller files, or raise the quota in the configuration",
  blob_not_found: "check the URL",
  blob_status: "check the URL, and whether it needs a permission",
  blob_redirects: "use the URL that the file is at in the end",
  blob_unreachable: "check the URL and this machine's network",
  blob_interrupted: "try again, or host the file elsewhere",
  blob_busy: "try again later",
  blob_slow: "try again, or host the file elsewhere",
  blob_cancelled: "start it again if it is still wanted",
} as const;

/** The code of a failure. */
export type BlobFailure = keyof typeof HINTS;

const RETRYABLE: ReadonlySet<string> = new Set<BlobFailure | "host_unknown">([
  "blob_unreachable",
  "blob_interrupted",
  "blob_busy",
  "blob_slow",
  "host_unknown",
]);

/** A failure with its hint. */
export function blobError(code: BlobFailure, message: string, cause?: unknown): SomaError {
  return new SomaError(code, message, { hint: HINTS[code], cause });
}

/** Whether asking again may help. */
export function isRetryable(error: unknown): boolean {
  return error instanceof SomaError && RETRYABLE.has(error.code);
}
