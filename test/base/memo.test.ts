/**
 * Facts remembered in values: one a memory and object, seen by nobody else.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { memo } from "../../src/base/memo.ts";

test("each memory has one fact of each object, the last that was set", () => {
  const [sizes, names] = [memo<object, number>(), memo<object, string>()];
  const [one, other] = [{ a: 1 }, [2]];
  expect(sizes.find(one)).toBeUndefined();
  sizes.set(one, 1);
  sizes.set(other, 2);
  names.set(one, "one");
  expect([sizes.find(one), sizes.find(other), names.find(one)]).toEqual([1, 2, "one"]);
  expect(names.find(other)).toBeUndefined();
  sizes.set(one, 3);
  expect(sizes.find(one)).toBe(3);
  sizes.delete(one);
  names.delete(other);
  expect([sizes.find(one), sizes.find(other), names.find(one)]).toEqual([undefined, 2, "one"]);
});

test("bytes and what is frozen can have facts", () => {
  const sizes = memo<object, number>();
  for (const key of [new Uint8Array(3), Object.freeze({ b: 2 })]) {
    sizes.set(key, 7);
    expect(sizes.find(key)).toBe(7);
  }
});

test("a fact is no part of the value: copies, clones and comparisons do not know it", () => {
  const sizes = memo<object, number>();
  const value = { a: 1 };
  sizes.set(value, 1);
  expect(sizes.find({ ...value })).toBeUndefined();
  expect(sizes.find(structuredClone(value))).toBeUndefined();
  expect(value).toStrictEqual({ a: 1 });
  expect(Reflect.ownKeys(value)).toEqual(["a"]);
});
