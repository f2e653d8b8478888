/**
 * The node's time: Unix milliseconds that never go back, whatever happens to the machine's clock.
 * When that clock is set back, or stood behind the chain at the start, the node's time goes on, a
 * little slower, until the two meet; it must not stand still, since timers are set by it.
 *
 * @module
 */
import type { Clock } from "./clock.ts";

/** How fast time goes while it is ahead of the machine's clock. */
const AHEAD_RATE = 7 / 8;
/** The machine's clock is read in whole milliseconds, so a little ahead is not ahead. */
const AHEAD_MS = 2;

/** Time that only goes forward, from `notBeforeMs` or the machine's time, whichever is later. */
export function forwardClock(clock: Clock, notBeforeMs: number): () => number {
  let timeMs = Math.max(clock.nowMs(), notBeforeMs);
  let readMs = clock.monotonicMs();
  return () => {
    const passedMs = clock.monotonicMs() - readMs;
    const machineMs = clock.nowMs();
    const isAhead = timeMs > machineMs - passedMs + AHEAD_MS;
    timeMs = Math.max(timeMs + passedMs * (isAhead ? AHEAD_RATE : 1), machineMs);
    readMs += passedMs;
    return Math.floor(timeMs);
  };
}
