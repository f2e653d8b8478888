/**
 * Checked 64-bit arithmetic at its edges.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { AssertionError } from "../../src/base/assert.ts";
import { addU64, isU64, maxU64, minU64, mulDiv, subU64, U64_MAX } from "../../src/base/u64.ts";

test("the range ends at 2^64 - 1", () => {
  expect(isU64(U64_MAX)).toBe(true);
  expect(isU64(U64_MAX + 1n)).toBe(false);
  expect(isU64(-1n)).toBe(false);
});

test("what leaves the range is an assertion", () => {
  expect(() => addU64(U64_MAX, 1n)).toThrow(AssertionError);
  expect(() => subU64(1n, 2n)).toThrow(AssertionError);
});

test("mulDiv rounds down and does not overflow between", () => {
  expect(mulDiv(U64_MAX, U64_MAX, U64_MAX)).toBe(U64_MAX);
  expect(mulDiv(7n, 3n, 2n)).toBe(10n);
  expect(() => mulDiv(1n, 1n, 0n)).toThrow(AssertionError);
});

test("smaller and larger", () => {
  expect(minU64(2n, 3n)).toBe(2n);
  expect(maxU64(2n, 3n)).toBe(3n);
});
