/**
 * The seeded generator: reproducible, spread, and within its bounds.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { Prng } from "../../src/base/prng.ts";

test("the seed determines the stream", () => {
  const draw = (seed: number): string => new Prng(seed).bytes(32).toHex();
  expect(draw(7)).toBe(draw(7));
  expect(draw(7)).not.toBe(draw(8));
});

test("below stays under its bound and reaches every value", () => {
  const prng = new Prng(1);
  const counts = [0, 0, 0, 0, 0];
  for (let index = 0; index < 5000; index++) counts[prng.below(5)]!++;
  for (const count of counts) {
    expect(count).toBeGreaterThan(850);
    expect(count).toBeLessThan(1150);
  }
});

test("chance follows its probability", () => {
  const prng = new Prng(2);
  let hits = 0;
  for (let index = 0; index < 10_000; index++) hits += prng.chance(0.1) ? 1 : 0;
  expect(hits).toBeGreaterThan(850);
  expect(hits).toBeLessThan(1150);
});

test("pick chooses among the items", () => {
  const prng = new Prng(3);
  const seen = new Set(Array.from({ length: 200 }, () => prng.pick(["a", "b", "c"])));
  expect([...seen].sort()).toEqual(["a", "b", "c"]);
});
