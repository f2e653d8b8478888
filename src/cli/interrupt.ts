/**
 * Stopping on request: the first Ctrl-C or SIGTERM asks the work to end in order, the second ends
 * the process at once.
 *
 * @module
 */
import type { CliDeps, StopSignal } from "./deps.ts";

const EXIT_BY_SIGNAL: Readonly<Record<StopSignal, number>> = { SIGINT: 130, SIGTERM: 143 };

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

/** Resolves when the process shall stop: what a service waits for once it runs. */
export async function waitForStop(deps: CliDeps): Promise<void> {
  const { signal, dispose } = listenForStop(deps);
  await new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
  dispose();
}
