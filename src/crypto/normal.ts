/**
 * Seeded arrays of f32: standard normal by the 256-layer ziggurat (Marsaglia and Tsang 2000, in
 * Doornik's form) and uniform. Targets, SIGReg noise and test weights are made here, and targets
 * reach consensus: every step is f64 + − × ÷ or a comparison in a written-down order, with exp and
 * log from `exp-log.ts`, so all engines agree bit for bit.
 *
 * @module
 */
import { assert } from "../base/assert.ts";
import { ChaChaRng } from "./chacha-rng.ts";
import { exp, log } from "./exp-log.ts";
import { ZIGGURAT_F, ZIGGURAT_TAIL, ZIGGURAT_X } from "./ziggurat-table.ts";

/** Elements an array may have: a gibibyte of f32. */
const COUNT_MAX = 0x1000_0000;

// Powers of two, as multiplication by them is exact: 2^−23, 2^−51, 2^−53; 2^20, 2^21.
const ULP_F32 = 1 / 0x80_0000;
const STEP_51 = 1 / 0x8_0000_0000_0000;
const STEP_53 = 1 / 0x20_0000_0000_0000;
const SHIFT_20 = 0x10_0000;
const SHIFT_21 = 0x20_0000;

const EDGES = Float64Array.from(ZIGGURAT_X);
const HEIGHTS = Float64Array.from(ZIGGURAT_F);

/** `count` draws of mean + deviation · N(0, 1), in row-major order from one stream. */
export function normalArray(
  seed: bigint,
  count: number,
  mean: number = 0,
  deviation: number = 1,
): Float32Array {
  assert(Number.isInteger(count) && count >= 0 && count <= COUNT_MAX, "count is in range");
  const rng = new ChaChaRng(seed);
  const values = new Float32Array(count);
  const [mean32, deviation32] = [Math.fround(mean), Math.fround(deviation)];
  for (let index = 0; index < count; index++) {
    values[index] = mean32 + Math.fround(deviation32 * Math.fround(standardNormal(rng)));
  }
  return values;
}

/** `count` draws from [min, max), in row-major order from one stream. */
export function uniformArray(
  seed: bigint,
  count: number,
  min: number = 0,
  max: number = 1,
): Float32Array {
  assert(Number.isInteger(count) && count >= 0 && count <= COUNT_MAX, "count is in range");
  const rng = new ChaChaRng(seed);
  const values = new Float32Array(count);
  const min32 = Math.fround(min);
  const scale = uniformScale(min32, Math.fround(max));
  for (let index = 0; index < count; index++) {
    values[index] = Math.fround((rng.u32() >>> 9) * ULP_F32 * scale) + min32;
  }
  return values;
}

// The widest f32 step factor for which the largest draw still rounds below `max`.
function uniformScale(min: number, max: number): number {
  const scale = new Float32Array([max - min]);
  const bits = new Uint32Array(scale.buffer);
  assert(Number.isFinite(scale[0]!) && max > min, "the range is finite and not empty");
  while (Math.fround(Math.fround(scale[0]! * (1 - ULP_F32)) + min) >= max) bits[0] = bits[0]! - 1;
  return scale[0]!;
}

/** One draw of the standard normal distribution, in f64. */
export function standardNormal(rng: ChaChaRng): number {
  for (;;) {
    const low = rng.u32();
    const high = rng.u32();
    const layer = low & 0xff;
    const u = leading52(low, high) * STEP_51 - 1;
    const x = u * EDGES[layer]!;
    if (Math.abs(x) < EDGES[layer + 1]!) return x;
    if (layer === 0) return u < 0 ? -tail(rng) : tail(rng);
    if (underCurve(rng, layer, x)) return x;
  }
}

// Marsaglia's tail: exponential proposals beyond the last edge.
function tail(rng: ChaChaRng): number {
  for (;;) {
    const x = log(openUnit(rng)) / ZIGGURAT_TAIL;
    const y = log(openUnit(rng));
    if (-2 * y >= x * x) return ZIGGURAT_TAIL - x;
  }
}

// Whether a uniform height between the layer's two edges falls below the density at x.
function underCurve(rng: ChaChaRng, layer: number, x: number): boolean {
  const low = rng.u32();
  const height = (rng.u32() * SHIFT_21 + (low >>> 11)) * STEP_53;
  const [bottom, top] = [HEIGHTS[layer + 1]!, HEIGHTS[layer]!];
  return bottom + (top - bottom) * height < exp((-x * x) / 2);
}

// A draw from (0, 1): an odd multiple of 2^−53.
function openUnit(rng: ChaChaRng): number {
  const low = rng.u32();
  return (leading52(low, rng.u32()) * 2 + 1) * STEP_53;
}

// The top 52 of 64 random bits as a whole number, exact in f64.
function leading52(low: number, high: number): number {
  return high * SHIFT_20 + (low >>> 12);
}
