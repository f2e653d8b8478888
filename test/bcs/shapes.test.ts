/**
 * Lengths and orders that the codecs share: checked before anything is allocated.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { AssertionError } from "../../src/base/assert.ts";
import { Reader } from "../../src/bcs/reader.ts";
import { text, u8, u16 } from "../../src/bcs/schema.ts";
import { orderedEntries, readItems, sortByKey } from "../../src/bcs/shapes.ts";

describe("shapes", () => {
  test("keys sort by their encoding: lengths before letters, low bytes before high bytes", () => {
    const words = new Map([
      ["b", 1],
      ["aa", 2],
      ["a", 3],
    ]);
    expect(sortByKey(text, words).map(([, value]) => value)).toEqual([3, 1, 2]);
    const numbers = new Map([
      [1, "low"],
      [256, "high"],
    ]);
    expect(sortByKey(u16, numbers).map(([, value]) => value)).toEqual(["high", "low"]);
  });

  test("a count of more items than there are bytes is refused before the first item", () => {
    let read = 0;
    const counting = { ...u8, read: (reader: Reader) => reader.u8() + read++ };
    const reader = new Reader(Uint8Array.of(0x80, 0x08, 1, 2));
    expect(() => readItems(reader, counting, 65_536)).toThrow(
      "1024 items do not fit in what is left",
    );
    expect(read).toBe(0);
  });

  test("field names that would change their order are a bug of ours", () => {
    expect(() => orderedEntries({ b: u8, 1: u8 })).toThrow(AssertionError);
    expect(orderedEntries({ b: u8, a: u8 }).map(([name]) => name)).toEqual(["b", "a"]);
  });
});
