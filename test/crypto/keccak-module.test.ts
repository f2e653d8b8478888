/**
 * The module by itself: a published answer of SHAKE256 comes out of its memory.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { keccakModule, MEMORY } from "../../src/crypto/keccak-module.ts";

const EMPTY =
  "46b9dd2b0ba88d13233b3feb743eeb243fcd52ea62b81b82b50c27646ed5762f" +
  "d75dc4ddd8c0f200cb05019d67b592f6fc821c49479ab48640292eacb3b7c4be";

test.each([0, 1] as const)("FIPS 202: the published bytes of nothing, on side %i", (side) => {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(keccakModule()));
  const bytes = new Uint8Array((exports["memory"] as WebAssembly.Memory).buffer);
  bytes[MEMORY.states[side]] = 0x1f;
  bytes[MEMORY.states[side] + MEMORY.rateBytes - 1] = 0x80;
  const signs = side === 0 ? [1, 0] : [0, 1];
  (exports["accumulate"] as (...signs: number[]) => void)(...signs);
  const expansion = MEMORY.expansions[side];
  expect(bytes.slice(expansion, expansion + 64).toHex()).toBe(EMPTY);
  expect(bytes.slice(MEMORY.sum, MEMORY.sum + 64).toHex()).toBe(EMPTY);
});
