/**
 * The backward half of every layer: given the gradient of the loss by a layer's output, the
 * gradient by its input and by its parameters, both added to what is there. Arrays are
 * (rows, features).
 *
 * @module
 */
import { exp } from "../../src/crypto/exp-log.ts";
import { type Linear, type Norm, NORM_EPSILON, normalCdf } from "../../src/model/layers.ts";

const DENSITY_SCALE = 1 / Math.sqrt(2 * Math.PI);

/** A layer's parameters and the gradient that is added up for them. */
export type Trained<T> = { readonly value: T; readonly gradient: T };

/** Adds the gradients of a linear map's input and parameters. */
export function linearBackward(
  dInput: Float64Array,
  dOutput: Float64Array,
  input: Float64Array,
  { value, gradient }: Trained<Linear>,
): void {
  const width = value.bias.length;
  const depth = value.weight.length / width;
  for (let at = 0, from = 0; at < dOutput.length; at += width, from += depth) {
    for (let c = 0; c < width; c++) gradient.bias[c]! += dOutput[at + c]!;
    for (let k = 0; k < depth; k++) {
      const x = input[from + k]!;
      let sum = 0;
      for (let c = 0, w = k * width; c < width; c++, w++) {
        sum += value.weight[w]! * dOutput[at + c]!;
        gradient.weight[w]! += x * dOutput[at + c]!;
      }
      dInput[from + k]! += sum;
    }
  }
}

/** Adds the gradients of a layer norm's input and parameters. */
export function normBackward(
  dInput: Float64Array,
  dOutput: Float64Array,
  input: Float64Array,
  { value, gradient }: Trained<Norm>,
): void {
  const dim = value.gamma.length;
  const unit = new Float64Array(dim);
  for (let start = 0; start < input.length; start += dim) {
    const scale = normalise(unit, input, start);
    let mean = 0;
    let along = 0;
    for (let i = 0; i < dim; i++) {
      const dOut = dOutput[start + i]!;
      gradient.gamma[i]! += dOut * unit[i]!;
      gradient.beta[i]! += dOut;
      mean += (dOut * value.gamma[i]!) / dim;
      along += (dOut * value.gamma[i]! * unit[i]!) / dim;
    }
    for (let i = 0; i < dim; i++) {
      dInput[start + i]! +=
        scale * (dOutput[start + i]! * value.gamma[i]! - mean - unit[i]! * along);
    }
  }
}

// Fills `unit` with the row at `start` at mean 0 and variance 1; returns 1 ÷ its deviation.
function normalise(unit: Float64Array, input: Float64Array, start: number): number {
  let mean = 0;
  for (let i = 0; i < unit.length; i++) mean += input[start + i]! / unit.length;
  let variance = 0;
  for (let i = 0; i < unit.length; i++) {
    unit[i] = input[start + i]! - mean;
    variance += (unit[i]! * unit[i]!) / unit.length;
  }
  const scale = 1 / Math.sqrt(variance + NORM_EPSILON);
  for (let i = 0; i < unit.length; i++) unit[i]! *= scale;
  return scale;
}

/** Multiplies `gradient` by the derivative of GELU at `input`: Φ(x) + x · φ(x). */
export function geluBackward(gradient: Float64Array, input: Float64Array): void {
  for (let i = 0; i < input.length; i++) {
    const x = input[i]!;
    gradient[i]! *= normalCdf(x) + x * DENSITY_SCALE * exp((-x * x) / 2);
  }
}
