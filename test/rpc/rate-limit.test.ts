/**
 * How often somebody may ask.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { RateLimit } from "../../src/rpc/rate-limit.ts";

test("turns come back evenly, up to a second's worth", () => {
  let now = 0;
  const limit = new RateLimit(4, { nowMs: () => 0, monotonicMs: () => now });
  const takes = (count: number): boolean[] => Array.from({ length: count }, () => limit.take("a"));
  expect(takes(5)).toEqual([true, true, true, true, false]);
  now = 250;
  expect(takes(2)).toEqual([true, false]);
  now = 60_000;
  expect(takes(5)).toEqual([true, true, true, true, false]);
});

test("one who has no turns left costs nobody else theirs", () => {
  const limit = new RateLimit(1, { nowMs: () => 0, monotonicMs: () => 0 });
  expect([limit.take("a"), limit.take("a"), limit.take("b")]).toEqual([true, false, true]);
});

test("names of any number cost a bounded memory", () => {
  const limit = new RateLimit(1, { nowMs: () => 0, monotonicMs: () => 0 });
  for (let name = 0; name < 25_000; name++) expect(limit.take(`${name}`)).toBe(true);
  expect(limit.size).toBeLessThanOrEqual(10_000);
});
