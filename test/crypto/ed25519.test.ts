/**
 * Ed25519: lengths, damage, and what a small-order key can and cannot do.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { AssertionError } from "../../src/base/assert.ts";
import { utf8 } from "../../src/base/bytes.ts";
import { ed25519PublicKey, ed25519Sign, ed25519Verify } from "../../src/crypto/ed25519.ts";

const seed = new Uint8Array(32).fill(5);
const key = ed25519PublicKey(seed);
const message = utf8("a message");
const signature = ed25519Sign(seed, message);

describe("Ed25519", () => {
  test("keys and signatures of another length are not valid", () => {
    for (const size of [0, 31, 33, 64]) {
      expect(ed25519Verify(new Uint8Array(size), message, signature)).toBe(false);
    }
    for (const size of [0, 63, 65, 96]) {
      expect(ed25519Verify(key, message, new Uint8Array(size))).toBe(false);
    }
    expect(ed25519Verify(key, message, new Uint8Array([...signature, 0]))).toBe(false);
    expect(() => ed25519PublicKey(new Uint8Array(31))).toThrow(AssertionError);
    expect(() => ed25519Sign(new Uint8Array(64), message)).toThrow(AssertionError);
  });

  test("a flipped bit anywhere makes it invalid", () => {
    for (let byte = 0; byte < signature.length; byte++) {
      const damaged = signature.slice();
      damaged[byte]! ^= 1 << (byte % 8);
      expect(ed25519Verify(key, message, damaged)).toBe(false);
    }
    expect(ed25519Verify(key, utf8("a massage"), signature)).toBe(false);
  });

  test("S must be below the group order, so nobody can vary a signature", () => {
    const order = 2n ** 252n + 27742317777372353535851937790883648493n;
    const varied = signature.slice();
    const s = BigInt(`0x${signature.slice(32).toReversed().toHex()}`) + order;
    varied.set(Uint8Array.fromHex(s.toString(16).padStart(64, "0")).toReversed(), 32);
    expect(ed25519Verify(key, message, varied)).toBe(false);
  });

  test("the small-order key of zeros signs anything for itself, as ZIP 215 says", () => {
    expect(ed25519Verify(new Uint8Array(32), message, new Uint8Array(64))).toBe(true);
    expect(ed25519Verify(key, message, new Uint8Array(64))).toBe(false);
  });
});
