/**
 * ULEB128: every value has one form, the shortest.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { AssertionError } from "../../src/base/assert.ts";
import { Reader } from "../../src/bcs/reader.ts";
import { type Codec, decode } from "../../src/bcs/schema.ts";
import { readUleb, writeUleb } from "../../src/bcs/uleb.ts";
import { Writer } from "../../src/bcs/writer.ts";
import { refusal } from "./strict.ts";

const uleb: Codec<number> = { name: "uleb", write: writeUleb, read: readUleb };

const FORMS: readonly (readonly [value: number, hex: string])[] = [
  [0, "00"],
  [1, "01"],
  [127, "7f"],
  [128, "8001"],
  [300, "ac02"],
  [16_383, "ff7f"],
  [16_384, "808001"],
  [2_097_151, "ffff7f"],
  [2_097_152, "80808001"],
  [268_435_455, "ffffff7f"],
  [268_435_456, "8080808001"],
  [0x8000_0000, "8080808008"],
  [0xffff_ffff, "ffffffff0f"],
];

describe("ULEB128", () => {
  test.each(FORMS)("%d is written as %s and read back", (value, hex) => {
    const writer = new Writer();
    writeUleb(writer, value);
    expect(writer.finish().toHex()).toBe(hex);
    expect(readUleb(new Reader(Uint8Array.fromHex(hex)))).toBe(value);
  });

  test.each(["8000", "808000", "ff00", "8080808000", "ac8200"])(
    "the padded %s is refused",
    (hex) => {
      expect(refusal(uleb, hex)).toBe("ULEB128 is not in its shortest form");
    },
  );

  test.each(["ffffffff10", "ffffffff1f", "8080808010", "808080808001", "ffffffffff01"])(
    "%s is above 32 bits",
    (hex) => {
      expect(refusal(uleb, hex)).toBe("ULEB128 exceeds 32 bits");
    },
  );

  test.each(["", "80", "ffffff", "ffffffff"])("the cut %s is refused", (hex) => {
    expect(decode(uleb, Uint8Array.fromHex(hex)).ok).toBe(false);
  });

  test.each([-1, 0.5, Number.NaN, 2 ** 32, Number.POSITIVE_INFINITY])(
    "writing %d is a bug of ours",
    (value) => {
      expect(() => writeUleb(new Writer(), value)).toThrow(AssertionError);
    },
  );
});
