/**
 * y = x · weight + bias for many rows, four inputs at a time, so that one load and store of y
 * serves four products. Sums run in f64.
 *
 * @module
 */
import type { Linear } from "../../model/layers.ts";

/** Shapes: output (rows, out), input (rows, in). */
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
