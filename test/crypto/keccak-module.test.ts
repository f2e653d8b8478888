/**
 * The module by itself: a published answer of SHAKE256 comes out of its memory.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { keccakModule, MEMORY } from "../../src/crypto/keccak-module.ts";

test("the empty message of FIPS 202 expands to the published bytes", () => {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(keccakModule()));
  const bytes = new Uint8Array((exports["memory"] as WebAssembly.Memory).buffer);
  bytes[MEMORY.state] = 0x1f;
  bytes[MEMORY.state + MEMORY.rateBytes - 1] = 0x80;
  (exports["accumulate"] as (sign: number) => void)(1);
  expect(bytes.slice(MEMORY.expansion, MEMORY.expansion + 64).toHex()).toBe(
    "46b9dd2b0ba88d13233b3feb743eeb243fcd52ea62b81b82b50c27646ed5762f" +
      "d75dc4ddd8c0f200cb05019d67b592f6fc821c49479ab48640292eacb3b7c4be",
  );
  expect(bytes.slice(MEMORY.sum, MEMORY.sum + 64).toHex()).toStartWith("46b9dd2b0ba88d13");
});
