/**
 * ULEB128, the variable-length integer of BCS: lengths and enum tags, 7 bits a byte, low bits
 * first. Values are at most 2^32 − 1 and have exactly one accepted form, the shortest.
 *
 * @module
 */
import { assert } from "../base/assert.ts";
import type { Reader } from "./reader.ts";
import type { Writer } from "./writer.ts";

const U32_MAX = 0xffff_ffff;
const LAST_SHIFT = 28;

/** Writes `value` in its shortest form. */
export function writeUleb(writer: Writer, value: number): void {
  assert(Number.isInteger(value) && value >= 0, "ULEB128 value is a whole number");
  assert(value <= U32_MAX, "ULEB128 value fits in 32 bits");
  let rest = value;
  while (rest >= 0x80) {
    writer.u8((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  writer.u8(rest);
}

/** Reads a value; refuses padded forms and anything above 32 bits. */
export function readUleb(reader: Reader): number {
  let value = 0;
  for (let shift = 0; shift <= LAST_SHIFT; shift += 7) {
    const byte = reader.u8();
    const bits = byte & 0x7f;
    if (shift === LAST_SHIFT && byte > 0x0f) return reader.fail("ULEB128 exceeds 32 bits");
    value = (value | (bits << shift)) >>> 0;
    if (byte < 0x80) {
      if (byte === 0 && shift > 0) return reader.fail("ULEB128 is not in its shortest form");
      return value;
    }
  }
  return reader.fail("ULEB128 exceeds 32 bits");
}
