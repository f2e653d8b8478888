/**
 * Pauses between attempts: they double, they are capped, and half of each is random.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { backoffMs } from "../../src/base/backoff.ts";

const BACKOFF = { firstMs: 100, maxMs: 1_000 };

test("pauses double from the first to the longest", () => {
  const ceilings = [1, 2, 3, 4, 5, 6].map((failures) => 2 * backoffMs(BACKOFF, failures, 0));
  expect(ceilings).toEqual([100, 200, 400, 800, 1_000, 1_000]);
});

test("half of a pause is random", () => {
  expect(backoffMs(BACKOFF, 2, 0)).toBe(100);
  expect(backoffMs(BACKOFF, 2, 0.5)).toBe(150);
});

test("a million failures still pause for the longest time", () => {
  expect(backoffMs(BACKOFF, 1_000_000, 0)).toBe(500);
});
