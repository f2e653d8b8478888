/**
 * Randomness of a seed, as the parts of a local network take it.
 *
 * @module
 */
import { Prng } from "../../src/base/prng.ts";

/** Numbers in [0, 1). */
export function randomOf(seed: number): () => number {
  const bytes = bytesOf(seed);
  return () => Buffer.from(bytes(6)).readUIntBE(0, 6) / 2 ** 48;
}

/** Bytes. */
export function bytesOf(seed: number): (size: number) => Uint8Array {
  const prng = new Prng(seed);
  return (size) => prng.bytes(size);
}
