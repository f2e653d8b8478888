/**
 * Every codec by example: its bytes, its limits, and the sentence it refuses damage with.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { AssertionError } from "../../src/base/assert.ts";
import {
  bool,
  boundedBytes,
  boundedText,
  bytes,
  type Codec,
  decode,
  encode,
  fixedBytes,
  hex32,
  map,
  option,
  prefixedHex32,
  refine,
  set,
  struct,
  tagged,
  text,
  transform,
  u8,
  u16,
  u32,
  u64,
  vector,
} from "../../src/bcs/schema.ts";
import { expectStrict, refusal } from "./strict.ts";

type Owner =
  | { readonly kind: "AddressOwner"; readonly address: string }
  | { readonly kind: "Shared"; readonly initial_shared_version: bigint }
  | { readonly kind: "Immutable" };

const ID = "ab".repeat(32);
const id: Codec<string> = hex32("Id");
const owner: Codec<Owner> = tagged<Owner>("Owner", {
  AddressOwner: { address: id },
  Shared: { initial_shared_version: u64 },
  Immutable: {},
});

function encoded<T>(codec: Codec<T>, value: T): string {
  return encode(codec, value).toHex();
}

describe("numbers", () => {
  test("have a fixed width, little-endian", () => {
    expect(encoded(u8, 255)).toBe("ff");
    expect(encoded(u16, 0x1234)).toBe("3412");
    expect(encoded(u32, 0x1234_5678)).toBe("78563412");
    expect(encoded(u64, 0x0123_4567_89ab_cdefn)).toBe("efcdab8967452301");
  });

  test("take their whole range and nothing beyond", () => {
    for (const [codec, max] of [
      [u8, 0xff],
      [u16, 0xffff],
      [u32, 0xffff_ffff],
    ] as const) {
      expectStrict(codec, 0);
      expectStrict(codec, max);
      for (const wrong of [-1, max + 1, 0.5, Number.NaN]) {
        expect(() => encode(codec, wrong)).toThrow(AssertionError);
      }
    }
    expectStrict(u64, 0n);
    expectStrict(u64, 2n ** 64n - 1n);
    for (const wrong of [-1n, 2n ** 64n]) expect(() => encode(u64, wrong)).toThrow(AssertionError);
  });
});

describe("flags", () => {
  test("a boolean is 0 or 1", () => {
    expect([encoded(bool, false), encoded(bool, true)]).toEqual(["00", "01"]);
    expect(refusal(bool, "02")).toBe("bool is 0 or 1, not 2");
  });

  test("an option is absent or has a value", () => {
    expect([encoded(option(u8), undefined), encoded(option(u8), 7)]).toEqual(["00", "0107"]);
    expect(refusal(option(u8), "0207")).toBe("option is 0 or 1, not 2");
    expect(refusal(option(option(u8)), "0100")).toBe("option holds a value");
    expectStrict(option(text), "x");
  });
});

describe("bytes and text", () => {
  test("carry their length in bytes", () => {
    expect(encoded(bytes, new Uint8Array([1, 2]))).toBe("020102");
    expect(encoded(text, "é")).toBe("02c3a9");
    expect(encoded(bytes, new Uint8Array(200))).toBe("c801" + "00".repeat(200));
  });

  test("are within their limit, in both directions", () => {
    expectStrict(boundedBytes(3), new Uint8Array([1, 2, 3]));
    expect(refusal(boundedBytes(3), "0401020304")).toBe("4 bytes exceed the limit of 3");
    expect(refusal(boundedText(3), "ffffffff0f")).toBe("4294967295 bytes exceed the limit of 3");
    expect(refusal(bytes, "ffffffff0f")).toBe("needs 4294967295 bytes, 0 are left");
    expect(() => encode(boundedText(3), "éé")).toThrow(AssertionError);
  });

  test.each(["01ff", "02c080", "03eda080", "04f4908080", "01c3"])("%s is not UTF-8", (hex) => {
    expect(refusal(text, hex)).toBe("text is not valid UTF-8");
  });

  test("text keeps a byte-order mark and refuses half a character", () => {
    expectStrict(text, "\ufeffmark");
    expect(() => encode(text, "\ud800")).toThrow(AssertionError);
  });

  test("a byte field is a view of the input", () => {
    const input = Uint8Array.of(2, 8, 9);
    const decoded = decode(bytes, input);
    expect(decoded.ok && decoded.value.buffer === input.buffer).toBe(true);
  });

  test("fixed bytes have no length", () => {
    expect(encoded(fixedBytes(2), Uint8Array.of(8, 9))).toBe("0809");
    expect(() => encode(fixedBytes(2), new Uint8Array(3))).toThrow(AssertionError);
  });
});

describe("ids and digests", () => {
  test("an id is 32 bytes, a digest has a length in front", () => {
    expect(encoded(id, ID)).toBe(ID);
    expect(encoded(prefixedHex32("Digest"), ID)).toBe(`20${ID}`);
    expect(refusal(prefixedHex32("Digest"), `1f${ID}`)).toBe("Digest has 32 bytes");
    expectStrict(prefixedHex32("Digest"), ID);
  });

  test.each(["", ID.slice(2), `${ID}00`, ID.toUpperCase(), `0x${ID.slice(2)}`])(
    "writing the id %p is a bug of ours",
    (wrong) => {
      expect(() => encode(id, wrong)).toThrow(AssertionError);
    },
  );
});

describe("collections", () => {
  test("a vector counts its items and is within its limit", () => {
    expect(encoded(vector(u16), [1, 2])).toBe("0201000200");
    expectStrict(vector(text), ["", "a", "bc"]);
    expect(refusal(vector(u8, 2), "03010203")).toBe("3 items exceed the limit of 2");
    expect(refusal(vector(u8), "818004")).toBe("65537 items exceed the limit of 65536");
    expect(() => encode(vector(u8, 2), [1, 2, 3])).toThrow(AssertionError);
  });

  test("a map is written by the order of its encoded keys", () => {
    const numbers = map(u64, bool);
    const low = "000100000000000001";
    const high = "010000000000000000";
    expect(
      encoded(
        numbers,
        new Map([
          [1n, false],
          [256n, true],
        ]),
      ),
    ).toBe(`02${low}${high}`);
    expectStrict(
      numbers,
      new Map([
        [256n, true],
        [1n, false],
      ]),
    );
    expect(refusal(numbers, `02${high}${low}`)).toBe("1: keys are not in ascending order");
    expect(refusal(numbers, `02${low}${low}`)).toBe("1: key occurs twice");
    expect(refusal(map(u8, u8, 1), "0201010202")).toBe("2 items exceed the limit of 1");
    expect(() =>
      encode(
        map(u8, u8, 1),
        new Map([
          [1, 1],
          [2, 2],
        ]),
      ),
    ).toThrow(AssertionError);
  });

  test("a set is written by the order of its encoded members", () => {
    expect(encoded(set(u8), new Set([3, 1, 2]))).toBe("03010203");
    expectStrict(set(id), new Set([ID, "cd".repeat(32)]));
    expect(refusal(set(u8), "020201")).toBe("1: keys are not in ascending order");
    expect(refusal(set(u8), "020101")).toBe("1: key occurs twice");
  });
});

describe("structs and variants", () => {
  type Pair = { readonly first: number; readonly owner: Owner; readonly rest: string | undefined };
  const pair: Codec<Pair> = struct<Pair>("Pair", { first: u8, owner, rest: option(text) });

  test("fields follow one another in the order of the schema, not of the value", () => {
    const value: Pair = { rest: undefined, owner: { kind: "Immutable" }, first: 7 };
    expect(encoded(pair, value)).toBe("070200");
    expectStrict(pair, { first: 1, owner: { kind: "AddressOwner", address: ID }, rest: "é" });
  });

  test("a variant is its tag and its fields", () => {
    expect(encoded(owner, { kind: "AddressOwner", address: ID })).toBe(`00${ID}`);
    expectStrict(owner, { kind: "Shared", initial_shared_version: 9n });
    expect(refusal(owner, "03")).toBe("Owner has no variant 3");
    expect(refusal(owner, "8001")).toBe("Owner has no variant 128");
    const unknown = JSON.parse('{"kind":"Nobody"}');
    expect(() => encode(owner, unknown)).toThrow("variant of Owner is present");
  });

  test("a fault names the path to the field", () => {
    expect(refusal(pair, "0701")).toBe("owner.initial_shared_version: needs 8 bytes, 0 are left");
    expect(refusal(vector(pair), "02070200070203")).toBe("1.rest: option is 0 or 1, not 3");
    expect(refusal(pair, "07020000")).toBe("1 bytes are left over");
  });
});

describe("refined and transformed codecs", () => {
  const even = refine(u8, (value) => (value % 2 === 0 ? undefined : "the number is odd"));

  test("a refinement refuses on reading and asserts on writing", () => {
    expectStrict(even, 4);
    expect(refusal(even, "05")).toBe("the number is odd");
    expect(() => encode(even, 5)).toThrow("the number is odd");
  });

  test("a transformation changes the value and not the bytes", () => {
    const half = transform(
      even,
      (value) => value / 2,
      (value) => value * 2,
    );
    expect(encoded(half, 3)).toBe("06");
    expectStrict(half, 3);
  });
});
