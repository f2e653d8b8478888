/**
 * Hash functions: BLAKE2b-256 (RFC 7693, unkeyed) for every digest of the protocol and SHAKE256
 * (FIPS 202) for pseudo-random draws. The pure implementation is the reference; `native.ts` may put
 * a faster one in its place that gives the same bytes.
 *
 * @module
 */
import { blake2b } from "@noble/hashes/blake2.js";
import { shake256 as nobleShake256 } from "@noble/hashes/sha3.js";

import { utf8 } from "../base/bytes.ts";

/** A function that hashes the concatenation of `parts` to 32 bytes. */
export type Hash256 = (parts: readonly Uint8Array[]) => Uint8Array;

/** The pure BLAKE2b-256. */
export const pureBlake2b256: Hash256 = (parts) => {
  const state = blake2b.create({ dkLen: 32 });
  for (const part of parts) state.update(part);
  return state.digest();
};

// A choice of speed made once at start, not state: both implementations give the same bytes.
let hash256: Hash256 = pureBlake2b256;

/** Replaces the implementation by one that gives the same bytes. */
export function useBlake2b256(implementation: Hash256): void {
  hash256 = implementation;
}

/** BLAKE2b-256 of the concatenation of `parts`. */
export function blake2b256(...parts: Uint8Array[]): Uint8Array {
  return hash256(parts);
}

/** BLAKE2b-256 of the concatenation of `parts`, as 64 hex digits. */
export function blake2b256Hex(...parts: Uint8Array[]): string {
  return hash256(parts).toHex();
}

/** The digest, as hex, of a value of the protocol: its type's name and `::` go before its BCS. */
export function typedDigest(typeName: string, body: Uint8Array): string {
  return blake2b256Hex(utf8(`${typeName}::`), body);
}

/** The first `sizeBytes` of SHAKE256 of `data`. */
export function shake256(data: Uint8Array, sizeBytes: number): Uint8Array {
  return nobleShake256(data, { dkLen: sizeBytes });
}
