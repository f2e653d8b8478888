/**
 * The reader: no read beyond the end, no copy, a path to what failed, and a bound on nesting.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { Malformed, Reader } from "../../src/bcs/reader.ts";
import { type Codec, decode, encode, option, u8 } from "../../src/bcs/schema.ts";

describe("reader", () => {
  test("integers are little-endian, at any offset of the buffer below", () => {
    const buffer = Uint8Array.fromHex("ff010302070605040f0e0d0c0b0a0908ff");
    const reader = new Reader(buffer.subarray(1, 16));
    expect(reader.u8()).toBe(0x01);
    expect(reader.u16()).toBe(0x0203);
    expect(reader.u32()).toBe(0x0405_0607);
    expect(reader.u64()).toBe(0x0809_0a0b_0c0d_0e0fn);
    expect([reader.offset, reader.remaining]).toEqual([15, 0]);
    expect(() => reader.u8()).toThrow(Malformed);
  });

  test("a range is a view of the input", () => {
    const input = Uint8Array.of(1, 2, 3);
    const view = new Reader(input).raw(2);
    input[0] = 9;
    expect(view.toHex()).toBe("0902");
  });

  test("a fault names where the cursor is", () => {
    const reader = new Reader(new Uint8Array());
    reader.enter("kind");
    reader.enter("coins");
    reader.leave();
    reader.enter("refs");
    reader.enter(3);
    let fault: unknown;
    try {
      reader.u64();
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      fault = error.fault;
    }
    expect(fault).toEqual({ path: "kind.refs.3", reason: "needs 8 bytes, 0 are left" });
  });

  test("a recursive type is read as deep as the limit and no deeper", () => {
    type Chain = { readonly next: Chain | undefined };
    const inner: Codec<Chain | undefined> = option({
      name: "Chain",
      write: (writer, value) => inner.write(writer, value.next),
      read: (reader) => {
        reader.enter("next");
        const next = inner.read(reader);
        reader.leave();
        return { next };
      },
    });
    const deep = new Uint8Array(10_000).fill(1);
    expect(decode(inner, deep)).toMatchObject({ error: { reason: "nested deeper than 64" } });
    const chain = new Uint8Array(65).fill(1);
    chain[64] = 0;
    expect(decode(inner, chain).ok).toBe(true);
    expect(encode(u8, 1).length).toBe(1);
  });
});
