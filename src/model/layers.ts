/**
 * The pieces of a block, for n rows at once: linear map, layer norm, exact GELU and the
 * feed-forward net of two linear maps. Rows are f32 and independent of each other; a sum runs in
 * f64 from the lowest index up and is rounded once, when it is stored.
 *
 * @module
 */
import { exp } from "../crypto/exp-log.ts";

/**
 * y = x · weight + bias. Shapes: weight (in, out), bias (out). `T` is where the numbers are: here,
 * or in the memory of a backend.
 */
export type Linear<T = Float32Array> = { readonly weight: T; readonly bias: T };

/** Scale and shift of a layer norm. Shapes: (dim). */
export type Norm<T = Float32Array> = { readonly gamma: T; readonly beta: T };

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

/** Φ(x) = ½ erfc(−x/√2), to 2e-9 relative. */
export function normalCdf(x: number): number {
  const tail = 0.5 * erfcOfPositive(Math.abs(x) * Math.SQRT1_2);
  return x < 0 ? tail : 1 - tail;
}

// ln(erfc(z) · exp(z²) / t) with t = 2/(2+z), as a polynomial in 2t − 1 by rising power:
// its Chebyshev series, computed for this file with 70 digits and cut where it falls below 1e-9.
const ERFC_SERIES = Float64Array.of(
  -0.6717940851517216,
  0.6726432205460016,
  0.04734341752107766,
  -0.046895482160790335,
  -0.00987453491837777,
  0.008823558176018882,
  0.0017706661188995445,
  -0.00233927771848272,
  -0.00018278214212708366,
  0.0006579538384198715,
  -3.2113772002201575e-5,
  -0.00015463378325684588,
  1.3371503399303261e-5,
  2.0723068593512483e-5,
);

function erfcOfPositive(z: number): number {
  const t = 2 / (2 + z);
  const y = 2 * t - 1;
  let sum = 0;
  for (let power = ERFC_SERIES.length - 1; power >= 0; power--) sum = sum * y + ERFC_SERIES[power]!;
  return t * exp(sum - z * z);
}
