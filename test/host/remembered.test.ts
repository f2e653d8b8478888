/**
 * What a validator knows of its own blocks, in the last epoch and the one before.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { lastMemory, memoryOf, remember } from "../../src/host/remembered.ts";
import { MemoryConsensus } from "../../src/storage/memory-consensus.ts";

function storeWith(...memories: readonly (readonly [bigint, number])[]): MemoryConsensus {
  const store = new MemoryConsensus();
  for (const [epoch, skippedRound] of memories) remember(store, { epoch, skippedRound });
  return store;
}

describe("what is known of own blocks", () => {
  test("is nothing at first", () => {
    const store = new MemoryConsensus();
    expect(lastMemory(store)).toBeUndefined();
    expect(memoryOf(store, 0n)).toBeUndefined();
  });

  test("is of the last epoch and of the one before", () => {
    const store = storeWith([3n, 7], [4n, 0], [5n, 9]);
    expect(lastMemory(store)).toEqual({ epoch: 5n, skippedRound: 9 });
    expect(memoryOf(store, 4n)).toEqual({ epoch: 4n, skippedRound: 0 });
    expect(memoryOf(store, 3n)).toBeUndefined();
  });

  test("changes within an epoch and leaves the other", () => {
    const store = storeWith([4n, 0], [5n, 0], [5n, 12]);
    expect(memoryOf(store, 5n)?.skippedRound).toBe(12);
    expect(memoryOf(store, 4n)?.skippedRound).toBe(0);
  });

  test("of an epoch that is over does not replace the last", () => {
    const store = storeWith([5n, 12], [4n, 3]);
    expect(lastMemory(store)).toEqual({ epoch: 5n, skippedRound: 12 });
    expect(memoryOf(store, 4n)).toEqual({ epoch: 4n, skippedRound: 3 });
  });

  test("skips epochs that the validator was not in", () => {
    const store = storeWith([2n, 1], [6n, 0]);
    expect(memoryOf(store, 2n)).toEqual({ epoch: 2n, skippedRound: 1 });
    expect(memoryOf(store, 5n)).toBeUndefined();
  });
});
