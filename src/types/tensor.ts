/**
 * Tensors of 32-bit floats: embeddings, distances and losses. A decoded tensor is sound: as many
 * values as its shape says, all finite. Bits are kept exactly, so −0 stays −0.
 *
 * @module
 */
import { assert } from "../base/assert.ts";
import { boundedBytes, type Codec, refine, struct, u8, u64, vector } from "../bcs/schema.ts";
import { writeUleb } from "../bcs/uleb.ts";
import type { Writer } from "../bcs/writer.ts";
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

const wire: Codec<Wire> = refine(
  struct<Wire>("Tensor", {
    dtype: u8,
    bytes: boundedBytes(TENSOR_VALUES_MAX * VALUE_BYTES),
    shape: vector(u64, TENSOR_RANK_MAX),
  }),
  checkShape,
);

/** Layout of `Tensor`; refuses other element types, shapes that do not fit, NaN and infinities. */
export const tensor: Codec<Tensor> = {
  name: "Tensor",
  write: writeTensor,
  read: (reader) => {
    const value = fromWire(wire.read(reader));
    const reason = checkFinite(value);
    return reason === undefined ? value : reader.fail(reason);
  },
};

/** A tensor of one dimension. */
export function vectorTensor(values: ArrayLike<number>): Tensor {
  return { shape: [values.length], values: new Float32Array(values) };
}

/** A tensor of one value. */
export function scalarTensor(value: number): Tensor {
  return vectorTensor([value]);
}

/** The value of a tensor that has exactly one, otherwise `undefined`. */
export function scalarValue(value: Tensor): number | undefined {
  return value.values.length === 1 && value.shape.length === 1 ? value.values[0] : undefined;
}

// The same bytes as by way of `Wire`, without making one: every target is hashed many times.
function writeTensor(writer: Writer, { shape, values }: Tensor): void {
  const count = shape.reduce((product, size) => product * size, 1);
  assert(
    shape.length > 0 && shape.length <= TENSOR_RANK_MAX,
    "a tensor has a rank within its limit",
  );
  assert(
    count === values.length && count <= TENSOR_VALUES_MAX,
    "a tensor has as many values as its shape says",
  );
  writer.u8(F32);
  writeUleb(writer, count * VALUE_BYTES);
  writer.f32s(values);
  writeUleb(writer, shape.length);
  for (const size of shape) writer.u64(BigInt(size));
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

// Every machine that Bun runs on is little-endian, so the floats lie in memory as on the wire.
function toFloats(bytes: Uint8Array): Float32Array {
  const copy = new Uint8Array(bytes);
  return new Float32Array(copy.buffer);
}
