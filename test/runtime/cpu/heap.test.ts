/**
 * Room in shared memory: pieces do not overlap, what is given back is used again, and an end.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { Prng } from "../../../src/base/prng.ts";
import { Heap } from "../../../src/runtime/cpu/heap.ts";

test("pieces keep what is written to them, whatever is taken and given back beside them", () => {
  const heap = new Heap(256);
  const random = new Prng(11);
  const pieces = new Map<number, number>();
  for (let round = 0; round < 500; round++) {
    const count = 1 + (random.u32() % 3000);
    const address = heap.take(count * 4);
    pieces.set(address, count);
    heap.floats(address, count).fill(address);
    if (round % 3 === 0) continue;
    const [victim, size] = [...pieces][random.u32() % pieces.size]!;
    expect(heap.floats(victim, size).every((value) => value === victim)).toBe(true);
    pieces.delete(victim);
    heap.giveBack(victim);
  }
  for (const [address, count] of pieces) {
    expect(heap.floats(address, count).every((value) => value === address)).toBe(true);
  }
});

test("given back in any order, all is one piece again", () => {
  const heap = new Heap(16);
  const addresses = [1, 2, 3, 4, 5].map(() => heap.take(10_000));
  for (const index of [1, 3, 0, 4, 2]) heap.giveBack(addresses[index]!);
  const size = heap.memory.buffer.byteLength;
  heap.take(size - 128);
  expect(heap.memory.buffer.byteLength).toBe(size);
});

test("when nothing is left the error says so, and the heap goes on", () => {
  const heap = new Heap(4);
  const address = heap.take(200_000);
  expect(() => heap.take(200_000)).toThrow("no room for");
  heap.giveBack(address);
  expect(heap.take(200_000)).toBe(address);
});

test("a piece is given back once", () => {
  const heap = new Heap(4);
  const address = heap.take(10);
  heap.giveBack(address);
  expect(() => heap.giveBack(address)).toThrow("once");
});
