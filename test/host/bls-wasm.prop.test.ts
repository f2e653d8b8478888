/**
 * BLS in WebAssembly gives the bytes of the pure implementation and accepts nothing that the pure
 * one refuses.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { blsKeygen, blsPublicKey, pureBls } from "../../src/crypto/bls.ts";
import { loadWasmBls } from "../../src/host/bls-wasm.ts";
import { edgeEncodings, expectEqualOnRandomInput } from "./bls-equal.ts";

const fast = await loadWasmBls();
const message = Uint8Array.of(1, 2, 3);
const secret = blsKeygen(new Uint8Array(32).fill(9));

describe("WebAssembly equals pure", () => {
  test("on random keys and messages", () => expectEqualOnRandomInput(fast, 15));

  test("on signatures at the edge of the encoding", () => {
    for (const bytes of edgeEncodings().signatures) {
      const [ours, pure] = [fast, pureBls].map(({ aggregate }) => aggregate([bytes])?.toHex());
      expect([bytes.toHex(), ours]).toEqual([bytes.toHex(), pure]);
    }
    const signature = pureBls.sign(secret, message);
    const negated = signature.with(0, signature[0]! ^ 0x20);
    expect(fast.aggregate([signature, negated])).toBeUndefined();
    expect(fast.aggregate([])).toBeUndefined();
  });

  test("on keys at the edge of the encoding, beside a valid one", () => {
    const [key, signature] = [blsPublicKey(secret), pureBls.sign(secret, message)];
    for (const bytes of edgeEncodings().keys) {
      expect(fast.accepts([key, bytes], message, signature)).toBe(false);
      expect(fast.accepts([bytes], message, signature)).toBe(false);
    }
    expect(fast.accepts([key], message, signature)).toBe(true);
    expect(fast.accepts([], message, signature)).toBe(false);
    const negated = key.with(0, key[0]! ^ 0x20);
    expect(fast.accepts([key, negated], message, signature)).toBe(false);
  });
});
