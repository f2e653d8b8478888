/**
 * AES-256 in counter mode (NIST SP 800-38A §6.5) for model weights: the counter is the number of
 * the 16-byte block, big-endian, from zero; there is no header, no padding and no tag. Encrypting
 * and decrypting are the same operation. One key is for one file: a second would share the stream.
 *
 * @module
 */
import { ctr } from "@noble/ciphers/aes.js";

import { assert } from "../base/assert.ts";

/** Applies the key stream that starts at `counter` to `data`, into new bytes. */
export type Aes256Ctr = (key: Uint8Array, counter: Uint8Array, data: Uint8Array) => Uint8Array;

/** Bytes of a key. */
export const AES_KEY_BYTES = 32;

const BLOCK_BYTES = 16;

/** The pure implementation. */
export const pureAes256Ctr: Aes256Ctr = (key, counter, data) => ctr(key, counter).encrypt(data);

// A choice of speed made once at start, not state: both implementations give the same bytes.
let aes256Ctr: Aes256Ctr = pureAes256Ctr;

/** Replaces the implementation by one that gives the same bytes. */
export function useAes256Ctr(implementation: Aes256Ctr): void {
  aes256Ctr = implementation;
}

/** One file's cipher, to be applied to its chunks in order. Chunks may have any size. */
export class AesCtr {
  private readonly key: Uint8Array;
  private position: number;

  /** A cipher that starts `position` bytes into the file. */
  constructor(key: Uint8Array, position = 0) {
    assert(key.length === AES_KEY_BYTES, "AES-256 key has 32 bytes");
    assert(Number.isSafeInteger(position) && position >= 0, "position is a whole number");
    this.key = key.slice();
    this.position = position;
  }

  /** The next chunk, encrypted or decrypted, as new bytes. */
  apply(chunk: Uint8Array): Uint8Array {
    const skipped = this.position % BLOCK_BYTES;
    const counter = counterBlock((this.position - skipped) / BLOCK_BYTES);
    this.position += chunk.length;
    if (skipped === 0) return aes256Ctr(this.key, counter, chunk);
    const padded = new Uint8Array(skipped + chunk.length);
    padded.set(chunk, skipped);
    return aes256Ctr(this.key, counter, padded).subarray(skipped);
  }
}

/** A whole file, encrypted or decrypted. */
export function applyAesCtr(key: Uint8Array, data: Uint8Array): Uint8Array {
  return new AesCtr(key).apply(data);
}

/** The counter of a block; block numbers stay below 2^53, so the upper 8 bytes are zero. */
function counterBlock(block: number): Uint8Array {
  const counter = new Uint8Array(BLOCK_BYTES);
  new DataView(counter.buffer).setBigUint64(BLOCK_BYTES - 8, BigInt(block));
  return counter;
}
