/**
 * The generator behind every seeded array: ChaCha12 (Bernstein 2008, 12 rounds, 64-bit counter,
 * zero nonce) under a key that PCG32 (O'Neill 2014, XSH-RR) expands from a 64-bit seed.
 * Rust's `StdRng::seed_from_u64` gives the same words, so published arrays come out bit for bit.
 *
 * @module
 */
import { assert } from "../base/assert.ts";
import { isU64 } from "../base/u64.ts";

const ROUNDS = 12;
const BLOCK_WORDS = 16;
const KEY_WORDS = 8;
const COUNTER = 12;
// "expand 32-byte k" as four little-endian words.
const SIGMA = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574] as const;

const PCG_MULTIPLIER = 6_364_136_223_846_793_005n;
const PCG_INCREMENT = 11_634_580_027_462_260_723n;

/** An endless stream of 32-bit words that its seed determines. */
export class ChaChaRng {
  private readonly input = new Int32Array(BLOCK_WORDS);
  private readonly block = new Int32Array(BLOCK_WORDS);
  private used = BLOCK_WORDS;

  constructor(seed: bigint) {
    this.input.set(SIGMA);
    this.input.set(seedKey(seed), SIGMA.length);
  }

  /** The next 32 bits. A 64-bit draw is two of them, the low half first. */
  u32(): number {
    if (this.used === BLOCK_WORDS) this.refill();
    return this.block[this.used++]! >>> 0;
  }

  private refill(): void {
    const { input, block } = this;
    block.set(input);
    for (let round = 0; round < ROUNDS; round += 2) doubleRound(block);
    for (let word = 0; word < BLOCK_WORDS; word++) block[word] = block[word]! + input[word]!;
    input[COUNTER] = input[COUNTER]! + 1;
    if (input[COUNTER] === 0) input[COUNTER + 1] = input[COUNTER + 1]! + 1;
    this.used = 0;
  }
}

/** The eight key words that a 64-bit seed stands for. */
export function seedKey(seed: bigint): Uint32Array {
  assert(isU64(seed), "seed fits in u64");
  const key = new Uint32Array(KEY_WORDS);
  let state = seed;
  for (let word = 0; word < KEY_WORDS; word++) {
    state = BigInt.asUintN(64, state * PCG_MULTIPLIER + PCG_INCREMENT);
    const folded = Number(BigInt.asUintN(32, ((state >> 18n) ^ state) >> 27n));
    key[word] = rotateLeft(folded, 32 - Number(state >> 59n));
  }
  return key;
}

// A column round, then a diagonal round: the same step on rows skewed by one word more each.
function doubleRound(block: Int32Array): void {
  for (let skew = 0; skew < 2; skew++) {
    for (let column = 0; column < 4; column++) quarterRound(block, column, skew);
  }
}

function quarterRound(block: Int32Array, column: number, skew: number): void {
  const second = 4 + ((column + skew) & 3);
  const third = 8 + ((column + 2 * skew) & 3);
  const fourth = 12 + ((column + 3 * skew) & 3);
  let a = block[column]!;
  let b = block[second]!;
  let c = block[third]!;
  let d = block[fourth]!;
  a = (a + b) | 0;
  d = rotateLeft(d ^ a, 16);
  c = (c + d) | 0;
  b = rotateLeft(b ^ c, 12);
  a = (a + b) | 0;
  d = rotateLeft(d ^ a, 8);
  c = (c + d) | 0;
  b = rotateLeft(b ^ c, 7);
  block[column] = a;
  block[second] = b;
  block[third] = c;
  block[fourth] = d;
}

function rotateLeft(value: number, count: number): number {
  return (value << count) | (value >>> (32 - count));
}
