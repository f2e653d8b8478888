/**
 * What every decoder must do, as one check to call from the tests of any codec: take its own
 * encoding back, and no other bytes for the same value.
 *
 * @module
 */
import { expect } from "bun:test";

import { type Codec, decode, encode } from "../../src/bcs/schema.ts";

/** Expects `value` to round-trip and all damage to its encoding to be refused or to mean itself. */
export function expectStrict<T>(codec: Codec<T>, value: T): void {
  const good = encode(codec, value);
  const decoded = decode(codec, good);
  expect(decoded).toEqual({ ok: true, value });
  for (let size = 0; size < good.length; size++) {
    expect(decode(codec, good.subarray(0, size)).ok).toBe(false);
  }
  expect(decode(codec, new Uint8Array([...good, 0])).ok).toBe(false);
  for (let bit = 0; bit < good.length * 8; bit++) expectCanonical(codec, flipped(good, bit));
}

/** Expects `bytes` to be refused, or to be exactly the encoding of what they decode to. */
export function expectCanonical<T>(codec: Codec<T>, bytes: Uint8Array): void {
  const decoded = decode(codec, bytes);
  if (decoded.ok) expect(encode(codec, decoded.value).toHex()).toBe(bytes.toHex());
}

/** The reason why `hex` is refused, with the path in front unless it is empty. */
export function refusal<T>(codec: Codec<T>, hex: string): string | undefined {
  const decoded = decode(codec, Uint8Array.fromHex(hex));
  if (decoded.ok) return undefined;
  const { path, reason } = decoded.error;
  return path === "" ? reason : `${path}: ${reason}`;
}

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = bytes.slice();
  copy[bit >>> 3]! ^= 1 << (bit & 7);
  return copy;
}
