/**
 * Evidence is reported once a slot and within bounds.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { EvidenceBook } from "../../src/consensus/evidence.ts";
import { toDigest } from "../../src/types/address.ts";
import type { BlockRef } from "../../src/types/block.ts";

function ref(round: number, author: number): BlockRef {
  return { round, author, digest: toDigest("00".repeat(32)) };
}

describe("the book of evidence", () => {
  test("takes a slot once", () => {
    const book = new EvidenceBook(4, 40);
    expect(book.record(ref(3, 1))).toBe(true);
    expect(book.record(ref(3, 1))).toBe(false);
    expect(book.record(ref(4, 1))).toBe(true);
    expect(book.count(1)).toBe(2);
  });

  test("has a share for each authority, so that one cannot crowd out another", () => {
    const book = new EvidenceBook(4, 40);
    const taken = Array.from({ length: 50 }, (_, round) => book.record(ref(round + 1, 2)));
    expect(taken.filter(Boolean)).toHaveLength(10);
    expect(book.record(ref(1, 3))).toBe(true);
  });

  test("has room for one at least", () => {
    const book = new EvidenceBook(10, 4);
    expect(book.record(ref(1, 9))).toBe(true);
    expect(book.record(ref(2, 9))).toBe(false);
  });

  test("knows nobody outside of the committee", () => {
    expect(new EvidenceBook(4, 40).record(ref(1, 4))).toBe(false);
  });
});
