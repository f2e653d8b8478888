/**
 * The heap against sorting: same keys, same order, ties first in first out.
 *
 * @module
 */
import { expect, test } from "bun:test";

import fc from "fast-check";

import { Heap } from "../../src/base/heap.ts";

test("items leave by key, equal keys in the order they came", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (keys) => {
      const heap = new Heap<number>();
      keys.forEach((key, index) => heap.push(key, index));
      const expected = keys
        .map((key, index) => ({ key, index }))
        .sort((left, right) => left.key - right.key || left.index - right.index)
        .map(({ index }) => index);
      const actual: number[] = [];
      for (let item = heap.pop(); item !== undefined; item = heap.pop()) actual.push(item);
      expect(actual).toEqual(expected);
      expect(heap.size).toBe(0);
    }),
  );
});

test("pushes between pops keep the order", () => {
  const heap = new Heap<string>();
  heap.push(5, "late");
  heap.push(1, "early");
  expect(heap.pop()).toBe("early");
  heap.push(2, "between");
  expect(heap.peekKey()).toBe(2);
  expect(heap.pop()).toBe("between");
  expect(heap.pop()).toBe("late");
  expect(heap.pop()).toBeUndefined();
});
