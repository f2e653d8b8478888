/**
 * Time from outside: the only place that asks the machine what time it is.
 *
 * @module
 */

/** A source of time. `nowMs` is Unix time; `monotonicMs` never goes back and starts anywhere. */
export type Clock = {
  readonly nowMs: () => number;
  readonly monotonicMs: () => number;
};

/** The machine's own clock. */
export const SYSTEM_CLOCK: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};
