/**
 * Services as commands: started, then kept until the process is told to stop. A request to stop
 * that comes while the service still starts is kept; a second one ends the process at once. Where
 * whoever reads its output has gone before it says that it is ready, it does not stay.
 *
 * @module
 */
import type { Context } from "./command.ts";
import { listenForStop } from "./interrupt.ts";

/** A service that runs. */
export type Service = {
  /** Rejects when it cannot go on. */
  readonly failed: Promise<never>;
  /** Resolves when there is nobody left for whom it runs. */
  readonly done?: Promise<void>;
  readonly stop: () => Promise<void>;
};

const NEVER = new Promise<void>(() => undefined);

/** Starts a service and stops it when the process shall stop, or fails as the service does. */
export async function serveUntilStopped(
  { deps }: Context,
  start: () => Promise<Service>,
): Promise<void> {
  const { signal, dispose } = listenForStop(deps);
  try {
    const service = await start();
    try {
      if (deps.stdout.isBroken()) return;
      await Promise.race([aborted(signal), service.failed, service.done ?? NEVER]);
    } finally {
      await service.stop();
    }
  } finally {
    dispose();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
