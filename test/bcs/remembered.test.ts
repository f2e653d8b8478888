/**
 * Remembered encodings: the same bytes as without, worked out once a value.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { remembered } from "../../src/bcs/remembered.ts";
import { type Codec, decode, encode, struct, text, u32, vector } from "../../src/bcs/schema.ts";

type Item = { readonly name: string; readonly size: number };

/** A codec that counts how often it is asked to write. */
function counted(): { readonly codec: Codec<Item>; readonly writes: () => number } {
  const plain = struct<Item>("Item", { name: text, size: u32 });
  let writes = 0;
  const write: Codec<Item>["write"] = (writer, value) => {
    writes++;
    plain.write(writer, value);
  };
  return { codec: remembered({ ...plain, write }), writes: () => writes };
}

const items = [
  { name: "one", size: 1 },
  { name: "two", size: 2 },
] as const;
const expected = encode(vector(struct<Item>("Item", { name: text, size: u32 })), items);

describe("remembered", () => {
  test("a value is written once, wherever it stands", () => {
    const { codec, writes } = counted();
    expect(encode(vector(codec), items)).toEqual(expected);
    expect(encode(vector(codec), items)).toEqual(expected);
    expect(encode(codec, items[1])).toEqual(expected.subarray(9));
    expect(writes()).toBe(2);
  });

  test("a value that was read keeps the bytes it was read from", () => {
    const { codec, writes } = counted();
    const read = decode(vector(codec), expected);
    expect(read).toEqual({ ok: true, value: [...items] });
    if (read.ok) expect(encode(vector(codec), read.value)).toEqual(expected);
    expect(writes()).toBe(0);
  });

  test("a changed copy has an encoding of its own", () => {
    const { codec } = counted();
    const first = encode(codec, items[0]);
    const copy = { ...items[0], size: 7 };
    expect(encode(codec, copy)).not.toEqual(first);
    expect(decode(codec, encode(codec, copy))).toEqual({ ok: true, value: copy });
  });

  test("what was handed out may be changed without harm to the next", () => {
    const { codec } = counted();
    const item = { ...items[0] };
    const bytes = encode(codec, item);
    const before = bytes.slice();
    bytes.fill(0);
    expect(encode(codec, item)).toEqual(before);
  });

  test("what could not be written is not remembered", () => {
    const { codec } = counted();
    const wrong = { name: "x", size: -1 };
    expect(() => encode(codec, wrong)).toThrow("u32 is in range");
    expect(() => encode(codec, wrong)).toThrow("u32 is in range");
  });
});
