/**
 * The layers of `model/layers` on f64 activations, into arrays that the caller owns.
 *
 * @module
 */
import { type Linear, type Norm, NORM_EPSILON } from "../../src/model/layers.ts";

/**
 * output = input · weight + bias, four inputs at a time, so that one load and store of the output
 * serves four products. Shapes: output (rows, out), input (rows, in).
 */
export function linearInto(output: Float64Array, input: Float64Array, map: Linear): void {
  const { weight, bias } = map;
  const width = bias.length;
  const depth = weight.length / width;
  const fours = depth - (depth % 4);
  for (let to = 0, from = 0; to < output.length; to += width, from += depth) {
    for (let column = 0; column < width; column++) output[to + column] = bias[column]!;
    for (let k = 0; k < fours; k += 4) {
      const x0 = input[from + k]!;
      const x1 = input[from + k + 1]!;
      const x2 = input[from + k + 2]!;
      const x3 = input[from + k + 3]!;
      for (let column = 0, at = k * width; column < width; column++, at++) {
        output[to + column]! +=
          x0 * weight[at]! +
          x1 * weight[at + width]! +
          x2 * weight[at + 2 * width]! +
          x3 * weight[at + 3 * width]!;
      }
    }
    for (let k = fours; k < depth; k++) {
      const x = input[from + k]!;
      for (let column = 0; column < width; column++) {
        output[to + column]! += x * weight[k * width + column]!;
      }
    }
  }
}

/** output = layer norm of every row of input. Shapes: (rows, dim). */
export function normInto(output: Float64Array, input: Float64Array, { gamma, beta }: Norm): void {
  const dim = gamma.length;
  for (let start = 0; start < input.length; start += dim) {
    let mean = 0;
    for (let i = 0; i < dim; i++) mean += input[start + i]!;
    mean /= dim;
    let variance = 0;
    for (let i = 0; i < dim; i++) {
      const difference = input[start + i]! - mean;
      variance += difference * difference;
    }
    const scale = 1 / Math.sqrt(variance / dim + NORM_EPSILON);
    for (let i = 0; i < dim; i++) {
      output[start + i] = (input[start + i]! - mean) * scale * gamma[i]! + beta[i]!;
    }
  }
}

/** x += difference. */
export function addInto(x: Float64Array, difference: Float64Array): void {
  for (let i = 0; i < x.length; i++) x[i]! += difference[i]!;
}
