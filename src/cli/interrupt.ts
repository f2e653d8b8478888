/**
 * Stopping on request: the first Ctrl-C or SIGTERM asks the work to end in order, the second ends
 * the process at once.
 *
 * @module
 */
import { AssertionError } from "../base/assert.ts";
import { SomaError } from "../base/errors.ts";
import type { CliDeps, StopSignal } from "./deps.ts";

/** Exit codes of a command that was asked to stop: 128 and the number of the signal. */
export const EXIT_BY_SIGNAL: Readonly<Record<StopSignal, number>> = { SIGINT: 130, SIGTERM: 143 };

/** A signal that is aborted when the process shall stop, and how to stop listening. */
export type Interrupt = {
  readonly signal: AbortSignal;
  readonly dispose: () => void;
};

/** Listens for requests to stop until it is disposed. */
export function listenForStop(deps: CliDeps): Interrupt {
  const controller = new AbortController();
  const dispose = deps.onStop((signal) => {
    if (controller.signal.aborted) deps.exit(EXIT_BY_SIGNAL[signal]);
    controller.abort(signal);
  });
  return { signal: controller.signal, dispose };
}

/** Does `work` unless a request to stop ends it first; `leaves` says what that leaves behind. */
export async function interruptible<T>(
  deps: CliDeps,
  leaves: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { signal, dispose } = listenForStop(deps);
  try {
    return await work(signal);
  } catch (error) {
    // What stops on request ends with errors of its own, which tell a person nothing.
    if (!signal.aborted || error instanceof AssertionError) throw error;
    const exit = EXIT_BY_SIGNAL[signal.reason as StopSignal];
    throw new SomaError("interrupted", `interrupted; ${leaves}`, { exit, cause: error });
  } finally {
    dispose();
  }
}
