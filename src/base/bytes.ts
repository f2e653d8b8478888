/**
 * Byte strings: joining, comparing and their hexadecimal form.
 * 32-byte ids and digests travel as lower-case hex without a prefix, so that they are values: they
 * compare with `===`, key a `Map`, and sort in byte order.
 *
 * @module
 */
import { assert } from "./assert.ts";

const HEX = /^(?:[0-9a-f]{2})*$/;
// One word to pass numbers through: making a view costs more than using it.
const word = new DataView(new ArrayBuffer(8));
const wordBytes = new Uint8Array(word.buffer);
const encoder = new TextEncoder();
// A byte-order mark is text like any other: dropping it would give two encodings of one string.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The bytes of all parts together. */
export function totalLength(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}

/** The concatenation of `parts`. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  let size = 0;
  for (const part of parts) size += part.length;
  const joined = new Uint8Array(size);
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** Orders byte strings lexicographically; a prefix comes first. */
export function compareBytes(left: Uint8Array, right: Uint8Array): number {
  const shared = Math.min(left.length, right.length);
  for (let index = 0; index < shared; index++) {
    const difference = left[index]! - right[index]!;
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** Whether two byte strings are the same. Not constant-time. */
export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && compareBytes(left, right) === 0;
}

/** Orders strings by code unit; for hex strings of one length that is byte order. */
export function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Lower-case hexadecimal digits of `bytes`. */
export function toHex(bytes: Uint8Array): string {
  return bytes.toHex();
}

/** The bytes of lower-case hex that our own code made; asserts its form. */
export function fromHex(hex: string): Uint8Array {
  assert(HEX.test(hex), "hex has an even count of lower-case digits");
  return Uint8Array.fromHex(hex);
}

/** UTF-8 bytes of `text`. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** The text of UTF-8 `bytes`, or `undefined` when they are not valid UTF-8. */
export function fromUtf8(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** `value` as 8 little-endian bytes. */
export function u64le(value: bigint): Uint8Array {
  word.setBigUint64(0, value, true);
  return wordBytes.slice();
}

/** The unsigned integer in the first 8 little-endian bytes. */
export function readU64le(bytes: Uint8Array): bigint {
  assert(bytes.length >= 8, "eight bytes are there");
  for (let index = 0; index < 8; index++) wordBytes[index] = bytes[index]!;
  return word.getBigUint64(0, true);
}
