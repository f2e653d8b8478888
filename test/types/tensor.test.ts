/**
 * Tensors: the published bytes, and every unsound form refused with its reason.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { AssertionError } from "../../src/base/assert.ts";
import { decode, encode } from "../../src/bcs/schema.ts";
import { blake2b256Hex } from "../../src/crypto/digest.ts";
import { TENSOR_VALUES_MAX } from "../../src/types/bounds.ts";
import { scalarTensor, scalarValue, tensor, vectorTensor } from "../../src/types/tensor.ts";
import { refusal } from "../bcs/strict.ts";
import { computed } from "../vectors/wire_vectors.json";

/** u64 in hex, little-endian. */
function u64(value: number): string {
  return value.toString(16).padStart(16, "0").match(/../g)!.reverse().join("");
}

const ONE = "0000803f";

describe("published tensors", () => {
  test("bytes and commitment", () => {
    const embedding = encode(tensor, vectorTensor([0.1, 0.2, 0.3, 0.4]));
    expect(embedding.toHex()).toBe(computed.tensor.bcs);
    expect(blake2b256Hex(embedding)).toBe(computed.tensor.embedding_commitment_hex);
    expect(encode(tensor, scalarTensor(0.5)).toHex()).toBe(computed.tensor["scalar_0.5_bcs"]);
  });

  test("a long one starts as published", () => {
    const bytes = encode(tensor, vectorTensor(new Float32Array(2_048))).toHex();
    expect(bytes.slice(0, 6)).toBe("008040");
    expect(bytes.slice(-18)).toBe("010008000000000000");
    expect(bytes.length).toBe(2 * (3 + 8_192 + 9));
  });
});

describe("unsound tensors are refused", () => {
  const empty = `00${"00"}${"01"}${u64(0)}`;
  test.each([
    [
      "another element type",
      `0104${ONE}01${u64(1)}`,
      "element type 1 is unknown; 0 (f32) expected",
    ],
    ["no dimension", `0004${ONE}00`, "a tensor has at least one dimension"],
    ["no dimension, no value", "000000", "a tensor has at least one dimension"],
    ["a byte too few", `0003${ONE.slice(2)}01${u64(1)}`, "shape [1] takes 4 bytes, not 3"],
    ["a byte too many", `0005${ONE}0001${u64(1)}`, "shape [1] takes 4 bytes, not 5"],
    ["a value too many", `0008${ONE}${ONE}01${u64(1)}`, "shape [1] takes 4 bytes, not 8"],
    ["a value too few", `0004${ONE}02${u64(2)}${u64(1)}`, "shape [2, 1] takes 8 bytes, not 4"],
    ["values without shape", `0004${ONE}01${u64(0)}`, "shape [0] takes 0 bytes, not 4"],
    ["a NaN", `0008${ONE}0000c07f01${u64(2)}`, "value 1 is not a finite number"],
    ["a signalling NaN", `00040100807f01${u64(1)}`, "value 0 is not a finite number"],
    ["+∞", `00040000807f01${u64(1)}`, "value 0 is not a finite number"],
    ["−∞", `0004000080ff01${u64(1)}`, "value 0 is not a finite number"],
    ["a huge shape", `0000${"01"}${"ff".repeat(8)}`, "a tensor has at most 65536 values"],
    [
      "a shape whose product wraps to 0",
      `000002${u64(65_536)}${"0000010000000000"}`,
      "a tensor has at most 65536 values",
    ],
  ])("%s", (_, hex, reason) => {
    expect(refusal(tensor, hex)).toBe(reason);
  });

  test("five dimensions", () => {
    const shape = u64(1).repeat(5);
    expect(refusal(tensor, `0004${ONE}05${shape}`)).toBe("shape: 5 items exceed the limit of 4");
  });

  test("an empty tensor of one dimension is sound", () => {
    expect(decode(tensor, Uint8Array.fromHex(empty))).toEqual({
      ok: true,
      value: { shape: [0], values: new Float32Array(0) },
    });
  });

  test("the most values are, one more is not", () => {
    expect(encode(tensor, vectorTensor(new Float32Array(TENSOR_VALUES_MAX))).length).toBe(
      1 + 3 + 4 * TENSOR_VALUES_MAX + 9,
    );
    const more = vectorTensor(new Float32Array(TENSOR_VALUES_MAX + 1));
    expect(() => encode(tensor, more)).toThrow(AssertionError);
  });

  test("our own code cannot encode one either", () => {
    expect(() => encode(tensor, scalarTensor(Number.NaN))).toThrow(AssertionError);
    expect(() => encode(tensor, { shape: [2], values: Float32Array.of(1) })).toThrow(
      AssertionError,
    );
  });
});

describe("values of tensors", () => {
  test("keep their bits: −0, the smallest and the largest", () => {
    for (const bits of ["00000080", "01000000", "ffff7f7f", "ffff7fff"]) {
      const hex = `0004${bits}01${u64(1)}`;
      const decoded = decode(tensor, Uint8Array.fromHex(hex));
      expect(decoded.ok && encode(tensor, decoded.value).toHex()).toBe(hex);
    }
  });

  test("are copied, so that the input may change", () => {
    const input = Uint8Array.fromHex(`0004${ONE}01${u64(1)}`);
    const decoded = decode(tensor, input);
    input.fill(0);
    expect(decoded).toEqual({ ok: true, value: scalarTensor(1) });
  });

  test("of a view encode only what the view shows", () => {
    const view = Float32Array.of(9, 1, 9).subarray(1, 2);
    expect(encode(tensor, { shape: [1], values: view }).toHex()).toBe(`0004${ONE}01${u64(1)}`);
  });

  test("of a scalar are one, in one dimension", () => {
    expect(scalarValue(scalarTensor(0.5))).toBe(0.5);
    expect(scalarValue(vectorTensor([1, 2]))).toBeUndefined();
    expect(scalarValue(vectorTensor([]))).toBeUndefined();
    expect(scalarValue({ shape: [1, 1], values: Float32Array.of(1) })).toBeUndefined();
  });
});
