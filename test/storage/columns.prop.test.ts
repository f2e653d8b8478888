/**
 * Columns whose bytes must sort as their numbers.
 *
 * @module
 */
import { expect, test } from "bun:test";

import fc from "fast-check";

import { compareBytes } from "../../src/base/bytes.ts";
import { fromOrderedU64, orderedU64 } from "../../src/storage/columns.ts";

const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });

test("a u64 column sorts as its number and reads back", () => {
  fc.assert(
    fc.property(u64, u64, (left, right) => {
      expect(fromOrderedU64(orderedU64(left))).toBe(left);
      const order = compareBytes(orderedU64(left), orderedU64(right));
      expect(Math.sign(order)).toBe(left < right ? -1 : left > right ? 1 : 0);
    }),
  );
});

test("numbers outside u64 are our own bug", () => {
  expect(() => orderedU64(-1n)).toThrow("u64");
  expect(() => orderedU64(2n ** 64n)).toThrow("u64");
});
