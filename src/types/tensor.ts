/**
 * Tensors of 32-bit floats: embeddings, distances and losses. A decoded tensor is sound: as many
 * values as its shape says, all finite. Bits are kept exactly, so −0 stays −0.
 *
 * @module
 */
import {
  boundedBytes,
  type Codec,
  refine,
  struct,
  transform,
  u8,
  u64,
  vector,
} from "../bcs/schema.ts";
import { TENSOR_RANK_MAX, TENSOR_VALUES_MAX } from "./bounds.ts";

const F32 = 0;
const VALUE_BYTES = 4;
const MAX = BigInt(TENSOR_VALUES_MAX);

/** Values in row-major order and the shape they have. */
export type Tensor = { readonly shape: readonly number[]; readonly values: Float32Array };

type Wire = {
  readonly dtype: number;
  readonly bytes: Uint8Array;
  readonly shape: readonly bigint[];
};

const wire: Codec<Wire> = struct<Wire>("Tensor", {
  dtype: u8,
  bytes: boundedBytes(TENSOR_VALUES_MAX * VALUE_BYTES),
  shape: vector(u64, TENSOR_RANK_MAX),
});

/** Layout of `Tensor`; refuses other element types, shapes that do not fit, NaN and infinities. */
export const tensor: Codec<Tensor> = refine(
  transform(refine(wire, checkShape), fromWire, toWire),
  checkFinite,
);

/** A tensor of one dimension. */
export function vectorTensor(values: ArrayLike<number>): Tensor {
  return { shape: [values.length], values: Float32Array.from(values) };
}

/** A tensor of one value. */
export function scalarTensor(value: number): Tensor {
  return vectorTensor([value]);
}

/** The value of a tensor that has exactly one, otherwise `undefined`. */
export function scalarValue(value: Tensor): number | undefined {
  return value.values.length === 1 && value.shape.length === 1 ? value.values[0] : undefined;
}

/** Whether two tensors have the same shape and the same bits. */
export function sameTensor(left: Tensor, right: Tensor): boolean {
  if (left.shape.length !== right.shape.length) return false;
  if (left.values.length !== right.values.length) return false;
  if (!left.shape.every((size, index) => size === right.shape[index])) return false;
  return left.values.every((value, index) => Object.is(value, right.values[index]));
}

function checkShape(value: Wire): string | undefined {
  if (value.dtype !== F32) return `element type ${value.dtype} is unknown; 0 (f32) expected`;
  if (value.shape.length === 0) return "a tensor has at least one dimension";
  let count = 1n;
  for (const size of value.shape) {
    count *= size;
    if (size > MAX || count > MAX) return `a tensor has at most ${TENSOR_VALUES_MAX} values`;
  }
  const expected = Number(count) * VALUE_BYTES;
  if (value.bytes.length !== expected) {
    return `shape [${value.shape.join(", ")}] takes ${expected} bytes, not ${value.bytes.length}`;
  }
  return undefined;
}

function checkFinite({ values }: Tensor): string | undefined {
  for (let index = 0; index < values.length; index++) {
    if (!Number.isFinite(values[index])) return `value ${index} is not a finite number`;
  }
  return undefined;
}

function fromWire(value: Wire): Tensor {
  return { shape: value.shape.map(Number), values: toFloats(value.bytes) };
}

function toWire(value: Tensor): Wire {
  const { buffer, byteOffset, byteLength } = value.values;
  return {
    dtype: F32,
    bytes: new Uint8Array(buffer, byteOffset, byteLength),
    shape: value.shape.map(BigInt),
  };
}

// Every machine that Bun runs on is little-endian, so the floats lie in memory as on the wire.
function toFloats(bytes: Uint8Array): Float32Array {
  const copy = new Uint8Array(bytes);
  return new Float32Array(copy.buffer);
}
