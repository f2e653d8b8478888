/**
 * Seed expansion and key stream against the published words.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { ChaChaRng, seedKey } from "../../src/crypto/chacha-rng.ts";
import { vectorNames, vectors } from "../vectors/scoring.ts";

type Expected = { readonly key_hex: string; readonly first_u32: readonly number[] };

for (const name of vectorNames("arrgen_rng_core")) {
  test(`${name}: key and first words`, () => {
    for (const { inputs, expected } of vectors<{ seed: number | string }, Expected>(name)) {
      const seed = BigInt(inputs.seed);
      expect(new Uint8Array(seedKey(seed).buffer).toHex()).toBe(expected.key_hex);
      const rng = new ChaChaRng(seed);
      expect(expected.first_u32.map(() => rng.u32())).toEqual([...expected.first_u32]);
    }
  });
}

test("a seed of 65 bits is our bug", () => {
  expect(() => new ChaChaRng(1n << 64n)).toThrow("u64");
  expect(() => new ChaChaRng(-1n)).toThrow("u64");
});
