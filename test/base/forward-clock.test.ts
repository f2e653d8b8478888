/**
 * The node's time goes forward, whatever the machine's clock does.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { forwardClock } from "../../src/base/forward-clock.ts";

/** A machine whose clock is set by hand. */
function machine(startMs: number): {
  readonly pass: (ms: number) => void;
  readonly set: (ms: number) => void;
  readonly clock: { nowMs: () => number; monotonicMs: () => number };
} {
  let offsetMs = startMs;
  let monotonicMs = 5;
  return {
    pass: (ms) => (monotonicMs += ms),
    set: (ms) => (offsetMs = ms - monotonicMs),
    clock: { nowMs: () => Math.floor(offsetMs + monotonicMs), monotonicMs: () => monotonicMs },
  };
}

test("it is the machine's time while that goes forward", () => {
  const { clock, pass, set } = machine(1_000_000);
  const nowMs = forwardClock(clock, 0);
  expect(nowMs()).toBe(1_000_005);
  pass(250.4);
  expect(nowMs()).toBe(1_000_255);
  set(9_000_000);
  expect(nowMs()).toBe(9_000_000);
});

test("a clock set back slows it down and never stops it", () => {
  const { clock, pass, set } = machine(1_000_000);
  const nowMs = forwardClock(clock, 0);
  const before = nowMs();
  set(before - 3_600_000);
  let last = before;
  for (let second = 1; second <= 60; second++) {
    pass(1_000);
    const now = nowMs();
    expect(now).toBeGreaterThan(last);
    last = now;
  }
  expect(last).toBe(before + (60_000 * 7) / 8);
  // Seven hours later the machine has not caught up, eight hours later it has.
  pass(8 * 3_600_000);
  nowMs();
  pass(100);
  expect(Math.abs(nowMs() - clock.nowMs())).toBeLessThanOrEqual(2);
});

test("it begins no earlier than the chain", () => {
  const { clock, pass } = machine(1_000_000);
  const nowMs = forwardClock(clock, 2_000_000);
  expect(nowMs()).toBe(2_000_000);
  pass(800);
  expect(nowMs()).toBe(2_000_700);
});

test("it is a whole number", () => {
  const { clock, pass } = machine(1_000_000);
  const nowMs = forwardClock(clock, 1_000_000.7);
  for (let step = 0; step < 50; step++) {
    pass(0.37);
    expect(Number.isSafeInteger(nowMs())).toBe(true);
  }
});
