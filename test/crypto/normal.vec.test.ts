/**
 * Seeded arrays bit for bit against the published ones, and their distribution.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { ChaChaRng } from "../../src/crypto/chacha-rng.ts";
import { blake2b256 } from "../../src/crypto/digest.ts";
import { normalArray, standardNormal, uniformArray } from "../../src/crypto/normal.ts";
import { vector, vectors } from "../vectors/scoring.ts";

type Bits = { readonly f32_bits: readonly string[] };
type Hash = { readonly blake2b256_hex: string; readonly last4_bits: readonly string[] };

for (const seed of [0, 42, 43, 1000]) {
  test(`seed ${seed}: normal and uniform arrays, bit for bit`, () => {
    const normal = vector<unknown, Bits>(`arrgen_normal_${seed}`);
    const uniform = vector<unknown, Bits>(`arrgen_uniform_${seed}`);
    expect(bitsOf(normalArray(BigInt(seed), 16))).toEqual([...normal.expected.f32_bits]);
    expect(bitsOf(uniformArray(BigInt(seed), 16))).toEqual([...uniform.expected.f32_bits]);
  });
}

test("ranges, means and deviations round as f32", () => {
  const uniform = vector<unknown, Bits>("arrgen_uniform_range");
  const normal = vector<unknown, Bits>("arrgen_normal_affine");
  expect(bitsOf(uniformArray(7n, 8, -2.5, 3.5))).toEqual([...uniform.expected.f32_bits]);
  expect(bitsOf(normalArray(7n, 8, 1.5, 0.25))).toEqual([...normal.expected.f32_bits]);
});

for (const name of ["arrgen_normal_2048_hash", "arrgen_normal_sigreg_noise_hash"]) {
  test(`${name}: the tail and the wedges included`, () => {
    type Inputs = { readonly seed: number; readonly shape: readonly number[] };
    for (const { inputs, expected } of vectors<Inputs, Hash>(name)) {
      const count = inputs.shape.reduce((product, size) => product * size, 1);
      const values = normalArray(BigInt(inputs.seed), count);
      const bytes = new Uint8Array(values.buffer);
      expect(bitsOf(values.subarray(-4))).toEqual([...expected.last4_bits]);
      expect(blake2b256(bytes).toHex()).toBe(expected.blake2b256_hex);
    }
  });
}

test("half a million draws have the moments of N(0, 1)", () => {
  const rng = new ChaChaRng(9n);
  const count = 500_000;
  const sums = [0, 0, 0, 0];
  for (let index = 0; index < count; index++) {
    const z = standardNormal(rng);
    for (let power = 1; power <= 4; power++) sums[power - 1]! += z ** power / count;
  }
  for (const [index, moment] of [0, 1, 0, 3].entries()) {
    expect(Math.abs(sums[index]! - moment)).toBeLessThan(0.03);
  }
});

test("the largest uniform draw stays below the upper end", () => {
  const values = uniformArray(3n, 100_000, 1, 1.0000002);
  for (const value of values) expect(value).toBeLessThan(Math.fround(1.0000002));
});

test("lengths and ranges out of bounds are our bug", () => {
  expect(() => normalArray(0n, -1)).toThrow("count");
  expect(() => normalArray(0n, 1.5)).toThrow("count");
  expect(() => uniformArray(0n, 1, 1, 1)).toThrow("range");
  expect(() => uniformArray(0n, 1, 0, Infinity)).toThrow("range");
});

function bitsOf(values: Float32Array): string[] {
  const view = new DataView(values.buffer, values.byteOffset, values.byteLength);
  const indices = [...values.keys()];
  return indices.map((index) =>
    view
      .getUint32(index * 4, true)
      .toString(16)
      .padStart(8, "0"),
  );
}
