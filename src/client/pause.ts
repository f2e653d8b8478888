/**
 * Waiting between attempts. Browser-safe.
 *
 * @module
 */
import { SomaError } from "../base/errors.ts";

/** Waits so long, or until it is told not to, which is an error. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const abort = (): void => {
    clearTimeout(timer);
    reject(new SomaError("cancelled", "the call was cancelled"));
  };
  const timer = setTimeout(() => {
    signal?.removeEventListener("abort", abort);
    resolve();
  }, ms);
  signal?.addEventListener("abort", abort, { once: true });
  if (signal?.aborted === true) abort();
  return promise;
}
