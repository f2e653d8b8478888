/**
 * The mempool: order, limits, proposing again, and the fallback of other homes.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { Mempool, type MempoolEntry } from "../../src/node/mempool.ts";
import {
  ADMISSION_LIMITS,
  MEMPOOL_COUNT_MAX,
  MEMPOOL_PER_SENDER_MAX,
} from "../../src/protocol/limits.ts";
import { toAddress, toDigest } from "../../src/types/address.ts";

const RETRY_MS = 5_000;
const hex = (n: number): string => n.toString(16).padStart(64, "0");

function entry(n: number, overrides: Partial<MempoolEntry> = {}): MempoolEntry {
  const payload = Uint8Array.of(n & 0xff, n >>> 8);
  return {
    digest: toDigest(hex(n)),
    sender: toAddress(hex(n)),
    payload,
    isFallback: false,
    ...overrides,
  };
}

describe("taking", () => {
  test("oldest first, within count and bytes, each once", () => {
    const mempool = new Mempool(RETRY_MS);
    for (let n = 0; n < 5; n++) mempool.add(entry(n), 0);
    expect(mempool.take(2, 100, 0).map((payload) => payload[0])).toEqual([0, 1]);
    expect(mempool.take(10, 4, 0).map((payload) => payload[0])).toEqual([2, 3]);
    expect(mempool.take(10, 100, 0).map((payload) => payload[0])).toEqual([4]);
    expect(mempool.take(10, 100, 0)).toEqual([]);
    expect(mempool.size).toBe(5);
  });

  test("what was not committed in time is offered again", () => {
    const mempool = new Mempool(RETRY_MS);
    mempool.add(entry(1), 0);
    mempool.take(1, 100, 1_000);
    expect(mempool.ready(1_000 + RETRY_MS - 1)).toBe(false);
    expect(mempool.ready(1_000 + RETRY_MS)).toBe(true);
    expect(mempool.take(1, 100, 1_000 + RETRY_MS)).toHaveLength(1);
  });

  test("a new epoch offers everything again at once", () => {
    const mempool = new Mempool(RETRY_MS);
    mempool.add(entry(1), 0);
    mempool.take(1, 100, 0);
    mempool.reoffer(0);
    expect(mempool.ready(0)).toBe(true);
  });

  test("another home's transaction waits for its time and does not hold up others", () => {
    const mempool = new Mempool(RETRY_MS);
    mempool.add(entry(1, { isFallback: true }), 0);
    mempool.add(entry(2), 0);
    expect(mempool.take(10, 100, 1_999).map((payload) => payload[0])).toEqual([2]);
    expect(mempool.take(10, 100, 2_000).map((payload) => payload[0])).toEqual([1]);
  });
});

describe("fallbacks", () => {
  const FALLBACK_MS = ADMISSION_LIMITS.homeFallbackMs;

  test("what is in somebody's block is not proposed as well, unless that is collected", () => {
    const mempool = new Mempool(RETRY_MS);
    mempool.add(entry(1, { isFallback: true }), 0);
    mempool.noteProposed(entry(1).digest, 1_000);
    expect(mempool.ready(FALLBACK_MS)).toBe(false);
    mempool.offerAgain(entry(1).digest, 3_000);
    expect(mempool.take(10, 100, 3_000)).toHaveLength(1);
  });

  test("so many a second, and the others in the next", () => {
    const mempool = new Mempool(RETRY_MS);
    const most = ADMISSION_LIMITS.homeFallbackPerSecondMax;
    for (let n = 0; n < most + 1; n++) mempool.add(entry(n, { isFallback: true }), 0);
    expect(mempool.take(1_000, 1_000, FALLBACK_MS)).toHaveLength(most);
    expect(mempool.take(1_000, 1_000, FALLBACK_MS + 999)).toEqual([]);
    expect(mempool.take(1_000, 1_000, FALLBACK_MS + 1_000)).toHaveLength(1);
  });
});

describe("limits", () => {
  test("the same transaction is kept once", () => {
    const mempool = new Mempool(RETRY_MS);
    expect(mempool.add(entry(1), 0)).toBeUndefined();
    expect(mempool.add(entry(1), 0)).toBeUndefined();
    expect(mempool.size).toBe(1);
  });

  test("one sender cannot fill it, and removal makes room", () => {
    const mempool = new Mempool(RETRY_MS);
    const sender = toAddress(hex(7));
    for (let n = 0; n < MEMPOOL_PER_SENDER_MAX; n++) {
      expect(mempool.add(entry(n, { sender }), 0)).toBeUndefined();
    }
    const next = entry(MEMPOOL_PER_SENDER_MAX, { sender });
    expect(mempool.add(next, 0)).toContain("sender");
    mempool.remove(entry(0).digest);
    expect(mempool.add(next, 0)).toBeUndefined();
  });

  test("it is full at its count", () => {
    const mempool = new Mempool(RETRY_MS);
    for (let n = 0; n < MEMPOOL_COUNT_MAX; n++) mempool.add(entry(n), 0);
    expect(mempool.add(entry(MEMPOOL_COUNT_MAX), 0)).toContain("full");
    expect(mempool.size).toBe(MEMPOOL_COUNT_MAX);
  });
});

describe("clearing", () => {
  test("leaves nothing, and room for as much as before", () => {
    const mempool = new Mempool(RETRY_MS);
    const sender = toAddress(hex(7));
    for (let n = 0; n < MEMPOOL_PER_SENDER_MAX; n++) mempool.add(entry(n, { sender }), 0);
    mempool.clear();
    expect(mempool.size).toBe(0);
    expect(mempool.add(entry(1, { sender }), 0)).toBeUndefined();
    expect(mempool.take(10, 100, 0)).toHaveLength(1);
  });
});
