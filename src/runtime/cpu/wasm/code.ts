/**
 * WebAssembly instructions as typed expressions: a value is the code that leaves it on the stack.
 * Only what the kernels use is here; opcodes are those of the core and SIMD specifications.
 *
 * @module
 */

/** Encoded instructions. */
export type Code = readonly number[];

/** The types of values. Addresses are i32. */
export type Type = "i32" | "f32" | "f64" | "v128";

/** Code that leaves one value. */
export type Value<T extends Type> = { readonly type: T; readonly code: Code };

/** A whole number; constants may be written as they are. */
export type I32 = Value<"i32"> | number;
/** A single f64. */
export type F64 = Value<"f64">;
/** A single f32. */
export type F32 = Value<"f32">;
/** Four f32, or the mask of a comparison. */
export type V128 = Value<"v128">;

/** How LEB128 encodes an unsigned number. */
export function uleb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes.push((rest & 0x7f) | 0x80);
  return [...bytes, rest];
}

/** How LEB128 encodes a signed 32-bit number. */
function sleb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value | 0;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    if ((rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0)) {
      return [...bytes, low];
    }
    bytes.push(low | 0x80);
  }
}

/** The value as code. */
export function int(value: I32): Value<"i32"> {
  return typeof value === "number" ? { type: "i32", code: [0x41, ...sleb(value)] } : value;
}

const SIMD = 0xfd;

function i32Of(opcode: number, ...operands: readonly I32[]): Value<"i32"> {
  return { type: "i32", code: [...operands.flatMap((operand) => int(operand).code), opcode] };
}

function f32Of(opcode: number, ...operands: readonly F32[]): F32 {
  return { type: "f32", code: [...operands.flatMap(({ code }) => code), opcode] };
}

function v128Of(opcode: number, ...operands: readonly V128[]): V128 {
  return {
    type: "v128",
    code: [...operands.flatMap(({ code }) => code), SIMD, ...uleb(opcode)],
  };
}

// Addresses need no alignment; an offset is added to them without wrapping.
function memory(offset: number): number[] {
  return [0, ...uleb(offset)];
}

/** Whole numbers, unsigned in comparisons. */
export const i32 = {
  add: (a: I32, b: I32): Value<"i32"> => i32Of(0x6a, a, b),
  sub: (a: I32, b: I32): Value<"i32"> => i32Of(0x6b, a, b),
  mul: (a: I32, b: I32): Value<"i32"> => i32Of(0x6c, a, b),
  div: (a: I32, b: I32): Value<"i32"> => i32Of(0x6e, a, b),
  rem: (a: I32, b: I32): Value<"i32"> => i32Of(0x70, a, b),
  and: (a: I32, b: I32): Value<"i32"> => i32Of(0x71, a, b),
  eq: (a: I32, b: I32): Value<"i32"> => i32Of(0x46, a, b),
  ne: (a: I32, b: I32): Value<"i32"> => i32Of(0x47, a, b),
  lt: (a: I32, b: I32): Value<"i32"> => i32Of(0x49, a, b),
  ge: (a: I32, b: I32): Value<"i32"> => i32Of(0x4f, a, b),
  /** The smaller of two. */
  min: (a: I32, b: I32): Value<"i32"> => ({
    type: "i32",
    code: [...int(a).code, ...int(b).code, ...i32.lt(a, b).code, 0x1b],
  }),
  load: (address: I32, offset = 0): Value<"i32"> => ({
    type: "i32",
    code: [...int(address).code, 0x28, ...memory(offset)],
  }),
} as const;

/** Single f32. */
export const f32 = {
  of: (value: number): F32 => ({
    type: "f32",
    code: [0x43, ...new Uint8Array(Float32Array.of(value).buffer)],
  }),
  add: (a: F32, b: F32): F32 => f32Of(0x92, a, b),
  sub: (a: F32, b: F32): F32 => f32Of(0x93, a, b),
  mul: (a: F32, b: F32): F32 => f32Of(0x94, a, b),
  div: (a: F32, b: F32): F32 => f32Of(0x95, a, b),
  max: (a: F32, b: F32): F32 => f32Of(0x97, a, b),
  sqrt: (a: F32): F32 => f32Of(0x91, a),
  gt: (a: F32, b: F32): I32 => ({ type: "i32", code: [...a.code, ...b.code, 0x5e] }),
  convert: (a: I32): F32 => ({ type: "f32", code: [...int(a).code, 0xb3] }),
  lane: (vector: V128, lane: number): F32 => ({
    type: "f32",
    code: [...vector.code, SIMD, 0x1f, lane],
  }),
  load: (address: I32, offset = 0): F32 => ({
    type: "f32",
    code: [...int(address).code, 0x2a, ...memory(offset)],
  }),
  store: (address: I32, value: F32, offset = 0): Code => [
    ...int(address).code,
    ...value.code,
    0x38,
    ...memory(offset),
  ],
} as const;

/** Single f64. */
export const f64 = {
  of: (value: number): F64 => ({
    type: "f64",
    code: [0x44, ...new Uint8Array(Float64Array.of(value).buffer)],
  }),
  add: (a: F64, b: F64): F64 => ({ type: "f64", code: [...a.code, ...b.code, 0xa0] }),
  promote: (a: F32): F64 => ({ type: "f64", code: [...a.code, 0xbb] }),
  demote: (a: F64): F32 => ({ type: "f32", code: [...a.code, 0xb6] }),
} as const;

/** Four f32 at once; `i…` work on their bits as whole numbers. */
export const v = {
  of: (...lanes: readonly [number, number, number, number]): V128 => ({
    type: "v128",
    code: [SIMD, 12, ...new Uint8Array(Float32Array.of(...lanes).buffer)],
  }),
  all: (value: number): V128 => v.of(value, value, value, value),
  whole: (...lanes: readonly [number, number, number, number]): V128 => ({
    type: "v128",
    code: [SIMD, 12, ...new Uint8Array(Int32Array.of(...lanes).buffer)],
  }),
  splat: (value: F32): V128 => ({ type: "v128", code: [...value.code, SIMD, 0x13] }),
  isplat: (value: I32): V128 => ({ type: "v128", code: [...int(value).code, SIMD, 0x11] }),
  load: (address: I32, offset = 0): V128 => ({
    type: "v128",
    code: [...int(address).code, SIMD, 0, ...memory(offset)],
  }),
  loadSplat: (address: I32, offset = 0): V128 => ({
    type: "v128",
    code: [...int(address).code, SIMD, 9, ...memory(offset)],
  }),
  store: (address: I32, value: V128, offset = 0): Code => [
    ...int(address).code,
    ...value.code,
    SIMD,
    11,
    ...memory(offset),
  ],
  add: (a: V128, b: V128): V128 => v128Of(0xe4, a, b),
  sub: (a: V128, b: V128): V128 => v128Of(0xe5, a, b),
  mul: (a: V128, b: V128): V128 => v128Of(0xe6, a, b),
  div: (a: V128, b: V128): V128 => v128Of(0xe7, a, b),
  /** a, or b where a < b: NaN in a stays. */
  max: (a: V128, b: V128): V128 => v128Of(0xeb, a, b),
  /** a, or b where b < a: NaN in a stays. */
  min: (a: V128, b: V128): V128 => v128Of(0xea, a, b),
  abs: (a: V128): V128 => v128Of(0xe0, a),
  neg: (a: V128): V128 => v128Of(0xe1, a),
  nearest: (a: V128): V128 => v128Of(0x6a, a),
  lt: (a: V128, b: V128): V128 => v128Of(0x43, a, b),
  and: (a: V128, b: V128): V128 => v128Of(0x4e, a, b),
  xor: (a: V128, b: V128): V128 => v128Of(0x51, a, b),
  or: (a: V128, b: V128): V128 => v128Of(0x50, a, b),
  /** a where the mask is set, else b. */
  select: (a: V128, b: V128, mask: V128): V128 => v128Of(0x52, a, b, mask),
  iadd: (a: V128, b: V128): V128 => v128Of(0xae, a, b),
  isub: (a: V128, b: V128): V128 => v128Of(0xb1, a, b),
  /** Whether a > b as signed numbers. */
  igt: (a: V128, b: V128): V128 => v128Of(0x3b, a, b),
  ieq: (a: V128, b: V128): V128 => v128Of(0x37, a, b),
  shl: (a: V128, bits: number): V128 => ({
    type: "v128",
    code: [...a.code, ...int(bits).code, SIMD, ...uleb(0xab)],
  }),
  shr: (a: V128, bits: number): V128 => ({
    type: "v128",
    code: [...a.code, ...int(bits).code, SIMD, ...uleb(0xac)],
  }),
  /** To whole numbers; NaN to 0. */
  truncate: (a: V128): V128 => v128Of(0xf8, a),
  convert: (a: V128): V128 => v128Of(0xfa, a),
} as const;
