/**
 * The writer: little-endian, growing, and giving away nothing of its buffer.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { Writer } from "../../src/bcs/writer.ts";

describe("writer", () => {
  test("integers are little-endian", () => {
    const writer = new Writer();
    writer.u8(0x01);
    writer.u16(0x0203);
    writer.u32(0x0405_0607);
    writer.u64(0x0809_0a0b_0c0d_0e0fn);
    writer.hex("abcd");
    expect(writer.length).toBe(17);
    expect(writer.finish().toHex()).toBe("010302070605040f0e0d0c0b0a0908abcd");
  });

  test("it grows by single bytes and by large blocks without losing any", () => {
    const writer = new Writer(1);
    const block = new Uint8Array(1000).map((_, index) => index);
    for (let index = 0; index < 300; index++) writer.u8(index & 0xff);
    writer.raw(block);
    writer.u64(7n);
    const bytes = writer.finish();
    expect(bytes.length).toBe(1308);
    expect(bytes[299]).toBe(299 & 0xff);
    expect(bytes.subarray(300, 1300).toHex()).toBe(block.toHex());
    expect(bytes.subarray(1300).toHex()).toBe("0700000000000000");
  });

  test("what it gives is a copy of its own", () => {
    const writer = new Writer();
    writer.u8(1);
    const first = writer.finish();
    writer.u8(2);
    first[0] = 9;
    expect(writer.finish().toHex()).toBe("0102");
    expect(first.buffer.byteLength).toBe(1);
  });
});
