/**
 * The WebAssembly module behind `shake-sum.ts`: Keccak-f[1600] (FIPS 202 §3) over a state in memory
 * that holds one padded block, squeezed sixteen times, and the sum of the result into 1,024 lanes.
 *
 * @module
 */
import { utf8 } from "../base/bytes.ts";

/** Where in the memory of the module things are, in bytes. */
export const MEMORY = {
  state: 0,
  stateBytes: 200,
  /** Of SHAKE256, a multiple of eight. */
  rateBytes: 136,
  constants: 512,
  expansion: 1_024,
  sum: 4_096,
} as const;

type Code = readonly number[];

const ROUNDS = 24;
const WORDS = 25;
const WORD_BYTES = 8;
const VECTOR_BYTES = 16;
const SUM_BYTES = 2_048;
// Sixteen blocks of 136 bytes cover the sum.
const SQUEEZES = 16;

// Locals: the parameter, the state, the state after ρ and π, the parities of columns, two pointers.
const SIGN = 0;
const [STATE, MOVED, PARITY] = [1, 1 + WORDS, 1 + 2 * WORDS];
const [AT, END] = [PARITY + 5, PARITY + 6];

const I64_XOR = 0x85;
const I64_AND = 0x83;
const I64_ROTATE = 0x89;
const I32 = 0x7f;
const I64 = 0x7e;
const SIMD = 0xfd;

/** The binary of the module; it exports its memory and `accumulate(sign)`. */
export function keccakModule(): Uint8Array<ArrayBuffer> {
  const locals = [2, ...uleb(2 * WORDS + 5), I64, 2, I32];
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
    ...section(1, [1, 0x60, 1, I32, 0]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0, 1]),
    ...section(7, [2, ...name("memory"), 2, 0, ...name("accumulate"), 0, 0]),
    ...section(10, [1, ...uleb(code.length), ...code]),
    ...section(11, [1, 0, ...i32(MEMORY.constants), 0x0b, ...uleb(constants.length), ...constants]),
  ]);
}

function accumulate(): Code {
  const words = range(WORDS);
  const squeezed = range(MEMORY.rateBytes / WORD_BYTES);
  return [
    ...words.flatMap((word) => [
      ...i32(MEMORY.state),
      ...load64(word * WORD_BYTES),
      ...set(STATE + word),
    ]),
    ...loop(
      END,
      [MEMORY.expansion, SQUEEZES * MEMORY.rateBytes, MEMORY.rateBytes],
      [
        ...loop(AT, [MEMORY.constants, ROUNDS * WORD_BYTES, WORD_BYTES], round()),
        ...squeezed.flatMap((word) => [
          ...get(END),
          ...get(STATE + word),
          0x37,
          0,
          ...uleb(word * WORD_BYTES),
        ]),
      ],
    ),
    ...loop(AT, [0, SUM_BYTES, VECTOR_BYTES], addLanes()),
  ];
}

function round(): Code {
  const word = (x: number, y: number): number => (x % 5) + 5 * (y % 5);
  const [five, all] = [range(5), range(WORDS)];
  const parity = five.flatMap((x) => [
    ...get(STATE + x),
    ...five.slice(1).flatMap((y) => [...get(STATE + word(x, y)), I64_XOR]),
    ...set(PARITY + x),
  ]);
  const theta = all.flatMap((at) => [
    ...get(STATE + at),
    ...get(PARITY + ((at + 4) % 5)),
    I64_XOR,
    ...rotated(PARITY + ((at + 1) % 5), 1),
    I64_XOR,
    ...set(STATE + at),
  ]);
  const moves = rotations().flatMap(({ x, y, bits }) => [
    ...rotated(STATE + word(x, y), bits),
    ...set(MOVED + word(y, 2 * x + 3 * y)),
  ]);
  const chi = all.flatMap((at) => {
    const y = Math.floor(at / 5);
    return [
      ...get(MOVED + at),
      ...get(MOVED + word(at + 1, y)),
      // All bits: the complement of what is below it on the stack.
      0x42,
      0x7f,
      I64_XOR,
      ...get(MOVED + word(at + 2, y)),
      I64_AND,
      I64_XOR,
      ...set(STATE + at),
    ];
  });
  const iota = [...get(STATE), ...get(AT), ...load64(0), I64_XOR, ...set(STATE)];
  return [...parity, ...theta, ...moves, ...chi, ...iota];
}

// sum += sign · expansion, eight lanes at a time, which wrap.
function addLanes(): Code {
  const vector = (offset: number): Code => [...get(AT), SIMD, 0, 0, ...uleb(offset)];
  return [
    ...get(AT),
    ...vector(MEMORY.sum),
    ...vector(MEMORY.expansion),
    ...get(SIGN),
    SIMD,
    0x10,
    SIMD,
    0x95,
    0x01,
    SIMD,
    0x8e,
    0x01,
    SIMD,
    11,
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

function rotated(local: number, bits: number): Code {
  return bits === 0 ? get(local) : [...get(local), 0x42, ...sleb(bits), I64_ROTATE];
}

function load64(offset: number): Code {
  return [0x29, 0, ...uleb(offset)];
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
