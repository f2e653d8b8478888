/**
 * The hash function BLAKE2b-256 (RFC 7693, unkeyed), of which every digest of the protocol is one.
 * The pure implementation is the reference; `native.ts` may put a faster one in its place that
 * gives the same bytes.
 *
 * @module
 */
import { blake2b } from "@noble/hashes/blake2.js";

import { utf8 } from "../base/bytes.ts";
import type { Codec } from "../bcs/schema.ts";
import { useWritten } from "../bcs/writer.ts";

/** The function, as an implementation offers it. */
export type Hashes = {
  /** BLAKE2b-256 of the concatenation of `parts`. */
  readonly blake2b256: (parts: readonly Uint8Array[]) => Uint8Array;
  /** The same as 64 hex digits. */
  readonly blake2b256Hex: (parts: readonly Uint8Array[]) => string;
};

const pureBlake2b256 = (parts: readonly Uint8Array[]): Uint8Array => {
  const state = blake2b.create({ dkLen: 32 });
  for (const part of parts) state.update(part);
  return state.digest();
};

/** The pure implementation. */
export const pureHashes: Hashes = {
  blake2b256: pureBlake2b256,
  blake2b256Hex: (parts) => pureBlake2b256(parts).toHex(),
};

// A choice of speed made once at start, not state: all implementations give the same bytes.
let hashes: Hashes = pureHashes;

// A cache: the prefix of each name, of which there are few.
const prefixes = new Map<string, Uint8Array>();

/** Replaces the implementation by one that gives the same bytes. */
export function useHashes(implementation: Hashes): void {
  hashes = implementation;
}

/** BLAKE2b-256 of the concatenation of `parts`. */
export function blake2b256(...parts: Uint8Array[]): Uint8Array {
  return hashes.blake2b256(parts);
}

/** BLAKE2b-256 of the concatenation of `parts`, as 64 hex digits. */
export function blake2b256Hex(...parts: Uint8Array[]): string {
  return hashes.blake2b256Hex(parts);
}

/** The digest, as hex, of a value of the protocol: its type's name and `::` go before its BCS. */
export function typedDigest<T>(typeName: string, codec: Codec<T>, value: T): string {
  let prefix = prefixes.get(typeName);
  if (prefix === undefined) prefixes.set(typeName, (prefix = utf8(`${typeName}::`)));
  return useWritten(codec, value, prefix, (bytes) => blake2b256Hex(bytes));
}
