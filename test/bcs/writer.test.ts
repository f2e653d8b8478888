/**
 * The writer: little-endian, growing, and giving away nothing of its buffer.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { useWritten, Writer } from "../../src/bcs/writer.ts";

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

  test("floats are little-endian, few and many, wherever they lie, and finite", () => {
    for (const count of [0, 1, 32, 33, 200]) {
      const around = Float32Array.from({ length: count + 2 }, (_, index) => index / 7 - 3);
      const values = around.subarray(1, count + 1);
      const expected = new DataView(new ArrayBuffer(count * 4 + 1));
      expected.setUint8(0, 7);
      for (const [index, value] of values.entries())
        expected.setFloat32(index * 4 + 1, value, true);
      const writer = new Writer(1);
      writer.u8(7);
      writer.f32s(values);
      expect(writer.finish().toHex()).toBe(new Uint8Array(expected.buffer).toHex());
      for (const bad of [Number.NaN, Infinity, -Infinity]) {
        if (count === 0) continue;
        expect(() => writer.f32s(Float32Array.from(values).fill(bad, count - 1))).toThrow("finite");
      }
    }
  });

  test("what is used in place is as it is written, and writers within writers do not mix", () => {
    const inner = { write: (writer: Writer, value: number) => writer.u8(value) };
    const outer = {
      write: (writer: Writer, value: number) => {
        writer.u8(value);
        useWritten(inner, value + 1, new Uint8Array(1), (bytes) => writer.raw(bytes));
      },
    };
    const prefix = Uint8Array.of(9, 9);
    expect(useWritten(outer, 4, prefix, (bytes) => bytes.toHex())).toBe("0909040005");
  });
});
