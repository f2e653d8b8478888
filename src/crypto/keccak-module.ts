/**
 * The WebAssembly module behind `shake-sum.ts`: Keccak-f[1600] (FIPS 202 §3) over two states at
 * once, side by side in vectors. Each state begins in memory as one padded block; it is squeezed
 * sixteen times, and the result added to 1,024 lanes.
 *
 * @module
 */
import { utf8 } from "../base/bytes.ts";

/** Where in the memory of the module things are, in bytes. */
export const MEMORY = {
  states: [0, 256],
  stateBytes: 200,
  /** Of SHAKE256, a multiple of eight. */
  rateBytes: 136,
  constants: 512,
  expansions: [1_024, 3_200],
  sum: 6_144,
} as const;

type Code = readonly number[];

const ROUNDS = 24;
const WORDS = 25;
const WORD_BITS = 64;
const WORD_BYTES = 8;
const VECTOR_BYTES = 16;
const SUM_BYTES = 2_048;
// Sixteen blocks of 136 bytes cover the sum.
const SQUEEZES = 16;

// Locals: the parameters; the states before and after a round; the parities of columns and what
// they do to a column; a row after ρ and π; two pointers.
const SIGNS = [0, 1] as const;
const [EVEN, ODD, PARITY] = [2, 2 + WORDS, 2 + 2 * WORDS];
const [CHANGE, ROW, AT, END] = [PARITY + 5, PARITY + 10, PARITY + 15, PARITY + 16];

const I32 = 0x7f;
const V128 = 0x7b;
const SIMD = 0xfd;
const XOR: Code = [SIMD, 0x51];
const AND_NOT: Code = [SIMD, 0x4f];

/** The binary of the module; it exports its memory and `accumulate(sign, sign)`. */
export function keccakModule(): Uint8Array<ArrayBuffer> {
  const locals = [2, ...uleb(2 * WORDS + 15), V128, 2, I32];
  const code = [...locals, ...accumulate(), 0x0b];
  const constants = roundConstants().flatMap((word) => [...littleEndian(word)]);
  return Uint8Array.from([
    0x00,
    0x61,
    0x73,
    0x6d,
    1,
    0,
    0,
    0,
    ...section(1, [1, 0x60, 2, I32, I32, 0]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0, 1]),
    ...section(7, [2, ...name("memory"), 2, 0, ...name("accumulate"), 0, 0]),
    ...section(10, [1, ...uleb(code.length), ...code]),
    ...section(11, [1, 0, ...i32(MEMORY.constants), 0x0b, ...uleb(constants.length), ...constants]),
  ]);
}

function accumulate(): Code {
  const squeezed = range(MEMORY.rateBytes / WORD_BYTES);
  return [
    ...range(WORDS).flatMap((word) => [...loadPair(word * WORD_BYTES), ...set(EVEN + word)]),
    ...loop(
      END,
      [0, SQUEEZES * MEMORY.rateBytes, MEMORY.rateBytes],
      [
        ...loop(
          AT,
          [MEMORY.constants, ROUNDS * WORD_BYTES, 2 * WORD_BYTES],
          [...round(EVEN, ODD, 0), ...round(ODD, EVEN, WORD_BYTES)],
        ),
        ...squeezed.flatMap((word) => storePair(EVEN + word, word * WORD_BYTES)),
      ],
    ),
    ...loop(AT, [0, SUM_BYTES, VECTOR_BYTES], SIGNS.flatMap(addLanes)),
  ];
}

/** One round from the states in some locals to those in others. */
function round(from: number, to: number, constantAt: number): Code {
  const five = range(5);
  const parity = five.flatMap((x) => [
    ...get(from + x),
    ...five.slice(1).flatMap((y) => [...get(from + wordAt(x, y)), ...XOR]),
    ...set(PARITY + x),
  ]);
  const change = five.flatMap((x) => [
    ...get(PARITY + ((x + 4) % 5)),
    ...rotated(PARITY + ((x + 1) % 5), 1),
    ...XOR,
    ...set(CHANGE + x),
  ]);
  const iota = [...get(AT), ...simd(0x0a), 0, ...uleb(constantAt), ...XOR];
  const rows = five.flatMap((y) => [
    ...gather(from, y),
    ...five.flatMap((x) => [
      ...chi(x),
      ...(wordAt(x, y) === 0 ? iota : []),
      ...set(to + wordAt(x, y)),
    ]),
  ]);
  return [...parity, ...change, ...rows];
}

/** θ, ρ and π of the words that come together in row `row`. */
function gather(from: number, row: number): Code {
  const words = rotations().filter(({ x, y }) => (2 * x + 3 * y) % 5 === row);
  return words.flatMap(({ x, y, bits }) => [
    ...get(from + wordAt(x, y)),
    ...get(CHANGE + x),
    ...XOR,
    ...set(ROW + y),
    ...rotated(ROW + y, bits),
    ...set(ROW + y),
  ]);
}

function chi(x: number): Code {
  const [one, two] = [(x + 1) % 5, (x + 2) % 5];
  return [...get(ROW + x), ...get(ROW + two), ...get(ROW + one), ...AND_NOT, ...XOR];
}

// sum += sign · expansion, eight lanes at a time, which wrap.
function addLanes(sign: 0 | 1): Code {
  const vector = (offset: number): Code => [...get(AT), ...simd(0), 0, ...uleb(offset)];
  return [
    ...get(AT),
    ...vector(MEMORY.sum),
    ...vector(MEMORY.expansions[sign]),
    ...get(SIGNS[sign]),
    ...simd(0x10),
    ...simd(0x95),
    ...simd(0x8e),
    ...simd(11),
    0,
    ...uleb(MEMORY.sum),
  ];
}

/** Runs `body` with a local counting from `start` for `size`, by `step`, at least once. */
function loop(local: number, [start, size, step]: readonly [number, number, number], body: Code) {
  const next = [...get(local), ...i32(step), 0x6a, 0x22, ...uleb(local)];
  const isBelow = [...i32(start + size), 0x49, 0x0d, 0];
  return [...i32(start), ...set(local), 0x03, 0x40, ...body, ...next, ...isBelow, 0x0b];
}

/** ρ: how far each word is rotated, by its place; π moves it on. */
function rotations(): { readonly x: number; readonly y: number; readonly bits: number }[] {
  const found = [{ x: 0, y: 0, bits: 0 }];
  let [x, y] = [1, 0];
  for (let step = 0; step < WORDS - 1; step++) {
    found.push({ x, y, bits: (((step + 1) * (step + 2)) / 2) % 64 });
    [x, y] = [y, (2 * x + 3 * y) % 5];
  }
  return found;
}

/** ι: the constants, from the shift register of FIPS 202 §3.2.5. */
function roundConstants(): bigint[] {
  let register = 1;
  return range(ROUNDS).map(() => {
    let word = 0n;
    for (let power = 0; power < 7; power++) {
      if ((register & 1) === 1) word |= 1n << ((1n << BigInt(power)) - 1n);
      register = ((register << 1) ^ ((register >> 7) * 0x171)) & 0xff;
    }
    return word;
  });
}

function get(local: number): Code {
  return [0x20, ...uleb(local)];
}

function set(local: number): Code {
  return [0x21, ...uleb(local)];
}

/** Both words rotated, of which vectors have no instruction. */
function rotated(local: number, bits: number): Code {
  if (bits === 0) return get(local);
  const left = [...get(local), ...i32(bits), ...simd(0xcb)];
  const right = [...get(local), ...i32(WORD_BITS - bits), ...simd(0xcd)];
  return [...left, ...right, ...simd(0x50)];
}

/** A word of each state. */
function loadPair(offset: number): Code {
  const [first, second] = MEMORY.states;
  const low = [...i32(first), ...simd(0x5d), 0, ...uleb(offset)];
  return [...i32(second), ...low, ...simd(0x57), 0, ...uleb(offset), 1];
}

function storePair(local: number, offset: number): Code {
  return MEMORY.expansions.flatMap((expansion, lane) => [
    ...get(END),
    ...get(local),
    ...simd(0x5b),
    0,
    ...uleb(expansion + offset),
    lane,
  ]);
}

function simd(operation: number): Code {
  return [SIMD, ...uleb(operation)];
}

/** Which word of a state is in column `x` and row `y`. */
function wordAt(x: number, y: number): number {
  return (x % 5) + 5 * (y % 5);
}

function i32(value: number): Code {
  return [0x41, ...sleb(value)];
}

function uleb(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...uleb(value >> 7)];
}

/** Signed, so the last group leaves its highest bit free. */
function sleb(value: number): number[] {
  return value < 0x40 ? [value] : [(value & 0x7f) | 0x80, ...sleb(value >> 7)];
}

function littleEndian(word: bigint): Uint8Array {
  return new Uint8Array(BigUint64Array.of(word).buffer);
}

function section(id: number, content: Code): Code {
  return [id, ...uleb(content.length), ...content];
}

function name(text: string): Code {
  return [text.length, ...utf8(text)];
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
