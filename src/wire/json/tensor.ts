/**
 * Tensors in JSON: an embedding or a row of losses is a list of numbers, a distance one number. The
 * shape is not kept, and −0 becomes 0: whoever needs the very bits reads the BCS.
 *
 * @module
 */
import { assert } from "../../base/assert.ts";
import { scalarTensor, type Tensor, vectorTensor } from "../../types/tensor.ts";
import { f32, f32s } from "./primitives.ts";
import { mappedView, type View } from "./view.ts";

/** A row of numbers. */
export const vector: View<Tensor> = mappedView(f32s, vectorTensor, ({ values }) => values);

/** One number. */
export const scalar: View<Tensor> = mappedView(f32, scalarTensor, firstValue);

/** The value of a tensor that has one. */
export function firstValue({ values }: Tensor): number {
  const [first] = values;
  assert(first !== undefined, "a scalar has a value");
  return first;
}
