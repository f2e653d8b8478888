/**
 * A seeded pseudo-random generator (xoshiro128**, Blackman and Vigna 2018) for simulations, tests
 * and jitter. Never for keys.
 *
 * @module
 */
import { assert } from "./assert.ts";

/** A stream of pseudo-random numbers that its seed determines. */
export class Prng {
  private readonly state: Uint32Array;

  constructor(seed: number) {
    this.state = new Uint32Array(4);
    let mixed = seed >>> 0;
    for (let index = 0; index < 4; index++) {
      mixed = (mixed + 0x9e3779b9) >>> 0;
      this.state[index] = splitMix(mixed);
    }
  }

  /** The next 32 random bits. */
  u32(): number {
    const s = this.state;
    const result = Math.imul(rotateLeft(Math.imul(s[1]!, 5), 7), 9) >>> 0;
    const shifted = s[1]! << 9;
    s[2]! ^= s[0]!;
    s[3]! ^= s[1]!;
    s[1]! ^= s[2]!;
    s[0]! ^= s[3]!;
    s[2]! ^= shifted;
    s[3] = rotateLeft(s[3]!, 11);
    return result;
  }

  /** A float in [0, 1) with 32 random bits. */
  unit(): number {
    return this.u32() / 2 ** 32;
  }

  /** A whole number in [0, bound). */
  below(bound: number): number {
    assert(Number.isInteger(bound) && bound > 0, "bound is a positive whole number");
    return Math.floor(this.unit() * bound);
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  /** One of `items`, each equally likely. */
  pick<T>(items: readonly T[]): T {
    assert(items.length > 0, "there is something to pick");
    return items[this.below(items.length)]!;
  }

  /** `size` random bytes. */
  bytes(size: number): Uint8Array {
    const bytes = new Uint8Array(size);
    for (let index = 0; index < size; index++) bytes[index] = this.u32() >>> 24;
    return bytes;
  }
}

function splitMix(value: number): number {
  let mixed = value;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}

function rotateLeft(value: number, count: number): number {
  return ((value << count) | (value >>> (32 - count))) >>> 0;
}
