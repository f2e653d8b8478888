/**
 * How the memory of a node is divided.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { divideMemory, NODE_MEMORY_BYTES } from "../../src/host/memory.ts";

test("the parts are all of it, whatever it is, and none is nothing", () => {
  for (const bytes of [NODE_MEMORY_BYTES, 6_000_000, 12_345_678]) {
    const { ledgerBytes, consensusBytes, objectBytes } = divideMemory(bytes);
    const sum = ledgerBytes + consensusBytes + objectBytes;
    expect(bytes - sum).toBeLessThan(6);
    expect(sum).toBeLessThanOrEqual(bytes);
    expect(Math.min(ledgerBytes, consensusBytes, objectBytes)).toBeGreaterThan(0);
  }
});
