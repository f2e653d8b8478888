/**
 * Byte strings: joining, ordering, hex and little-endian integers.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { AssertionError } from "../../src/base/assert.ts";
import {
  compareBytes,
  compareText,
  concatBytes,
  equalBytes,
  fromHex,
  fromUtf8,
  readU64le,
  toHex,
  totalLength,
  u64le,
  utf8,
} from "../../src/base/bytes.ts";

test("lengths add up", () => {
  expect(totalLength([])).toBe(0);
  expect(totalLength([Uint8Array.of(1, 2), new Uint8Array(0), Uint8Array.of(3)])).toBe(3);
});

describe("order", () => {
  test("a prefix comes before what it begins", () => {
    expect(compareBytes(Uint8Array.of(1), Uint8Array.of(1, 0))).toBeLessThan(0);
  });

  test("bytes compare unsigned, and hex text agrees", () => {
    const low = Uint8Array.of(0x7f);
    const high = Uint8Array.of(0x80);
    expect(compareBytes(low, high)).toBeLessThan(0);
    expect(compareText(toHex(low), toHex(high))).toBeLessThan(0);
  });

  test("equality looks at every byte", () => {
    expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true);
    expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false);
  });
});

describe("forms", () => {
  test("concatenation keeps order and skips empty parts", () => {
    expect(toHex(concatBytes(Uint8Array.of(1), new Uint8Array(0), Uint8Array.of(2, 3)))).toBe(
      "010203",
    );
  });

  test("hex of upper case or odd length is our own bug", () => {
    expect(() => fromHex("AB")).toThrow(AssertionError);
    expect(() => fromHex("abc")).toThrow(AssertionError);
  });

  test("text that is not UTF-8 is undefined", () => {
    expect(fromUtf8(utf8("Zürich"))).toBe("Zürich");
    expect(fromUtf8(Uint8Array.of(0xff))).toBeUndefined();
  });

  test("u64 is little-endian and read back", () => {
    expect(toHex(u64le(0x0102n))).toBe("0201000000000000");
    expect(readU64le(u64le(0xffff_ffff_ffff_ffffn))).toBe(0xffff_ffff_ffff_ffffn);
  });
});
