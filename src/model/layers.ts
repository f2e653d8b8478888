/**
 * The pieces of a block, for n rows at once: linear map, layer norm, exact GELU and the
 * feed-forward net of two linear maps. Rows are f32 and independent of each other; a sum runs in
 * f64 from the lowest index up and is rounded once, when it is stored.
 *
 * @module
 */
import { exp } from "../crypto/exp-log.ts";

/** y = x · weight + bias. Shapes: weight (in, out), bias (out). */
export type Linear = { readonly weight: Float32Array; readonly bias: Float32Array };

/** Scale and shift of a layer norm. Shapes: (dim). */
export type Norm = { readonly gamma: Float32Array; readonly beta: Float32Array };

/** Added to the variance, so that a constant row has a norm. */
export const NORM_EPSILON = 1e-5;

/** Shapes: input (n, in), result (n, out). */
export function linear(input: Float32Array, { weight, bias }: Linear): Float32Array {
  const width = bias.length;
  const depth = weight.length / width;
  const rows = input.length / depth;
  const output = new Float32Array(rows * width);
  const sums = new Float64Array(width);
  for (let row = 0; row < rows; row++) {
    sums.set(bias);
    for (let k = 0; k < depth; k++) {
      const x = input[row * depth + k]!;
      for (let column = 0; column < width; column++) {
        sums[column]! += x * weight[k * width + column]!;
      }
    }
    output.set(sums, row * width);
  }
  return output;
}

/** (x − mean) ÷ √(variance + ε) · γ + β over each row. Shapes: input and result (n, dim). */
export function layerNorm(input: Float32Array, { gamma, beta }: Norm): Float32Array {
  const dim = gamma.length;
  const output = new Float32Array(input.length);
  for (let start = 0; start < input.length; start += dim) {
    let mean = 0;
    for (let i = 0; i < dim; i++) mean += input[start + i]!;
    mean /= dim;
    let variance = 0;
    for (let i = 0; i < dim; i++) variance += square(input[start + i]! - mean);
    const deviation = Math.sqrt(variance / dim + NORM_EPSILON);
    for (let i = 0; i < dim; i++) {
      output[start + i] = ((input[start + i]! - mean) / deviation) * gamma[i]! + beta[i]!;
    }
  }
  return output;
}

function square(x: number): number {
  return x * x;
}

/** linear → GELU → linear. Shapes: input and result (n, dim). */
export function feedForward(input: Float32Array, inner: Linear, outer: Linear): Float32Array {
  const hidden = linear(input, inner);
  for (let i = 0; i < hidden.length; i++) hidden[i] = gelu(hidden[i]!);
  return linear(hidden, outer);
}

/** x · Φ(x), with Φ the distribution function of N(0, 1). */
export function gelu(x: number): number {
  return x * normalCdf(x);
}

/** Φ(x) = ½ erfc(−x/√2), to 1e-10 relative. */
export function normalCdf(x: number): number {
  const upperTail = 0.5 * erfcOfPositive(Math.abs(x) * Math.SQRT1_2);
  return x < 0 ? upperTail : 1 - upperTail;
}

// ln(erfc(z) · exp(z²) / t) with t = 2/(2+z) as a Chebyshev series in 2t − 1, computed for this
// file in 70-digit arithmetic.
const ERFC_SERIES = [
  -1.3026537197817094, 0.6419697923564902, 0.019476473204185926, -0.009561514786808787,
  -0.0009465953444817478, 0.0003668394978528478, 4.252332480700907e-5, -2.0278578112596214e-5,
  -1.6242900047692317e-6, 1.3036558353785887e-6, 1.5626441788492593e-8, -8.523809602336944e-8,
  6.529054394191046e-9, 5.059342918338009e-9, -9.913638991483555e-10, -2.27365902859461e-10,
  9.646785135243917e-11, 2.394427182328067e-12,
] as const;

// Clenshaw's recurrence sums the series.
function erfcOfPositive(z: number): number {
  const t = 2 / (2 + z);
  const twice = 4 * t - 2;
  let next = 0;
  let current = 0;
  for (let j = ERFC_SERIES.length - 1; j > 0; j--) {
    [next, current] = [current, twice * current - next + ERFC_SERIES[j]!];
  }
  return t * exp(0.5 * (ERFC_SERIES[0] + twice * current) - next - z * z);
}
