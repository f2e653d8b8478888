/**
 * The native implementations give the bytes of the pure ones, on random input.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import fc from "fast-check";

import { pureAes256Ctr } from "../../src/crypto/aes-ctr.ts";
import { pureHashes } from "../../src/crypto/digest.ts";
import { pureEd25519 } from "../../src/crypto/ed25519.ts";
import { nativeAes256Ctr, nativeEd25519, nativeHashes } from "../../src/crypto/native.ts";

const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 });
const messages = fc.uint8Array({ maxLength: 300 });

describe("native equals pure", () => {
  test("BLAKE2b-256, in any number of parts", () => {
    const parts = fc.array(messages, { maxLength: 4 });
    fc.assert(
      fc.property(parts, (list) => {
        expect(nativeHashes.blake2b256(list).toHex()).toBe(pureHashes.blake2b256(list).toHex());
      }),
    );
  });

  test("Ed25519 keys and signatures", () => {
    fc.assert(
      fc.property(seeds, messages, (seed, message) => {
        const key = pureEd25519.publicKey(seed);
        const signature = pureEd25519.sign(seed, message);
        expect(nativeEd25519.publicKey(seed).toHex()).toBe(key.toHex());
        expect(nativeEd25519.sign(seed, message).toHex()).toBe(signature.toHex());
        expect(nativeEd25519.accepts(key, message, signature)).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  test("Ed25519 refusals of random keys and signatures, without a throw", () => {
    const signatures = fc.uint8Array({ minLength: 64, maxLength: 64 });
    fc.assert(
      fc.property(seeds, messages, signatures, (key, message, signature) => {
        expect(nativeEd25519.accepts(key, message, signature)).toBe(false);
        expect(pureEd25519.accepts(key, message, signature)).toBe(false);
      }),
      { numRuns: 50 },
    );
  });

  test("AES-256-CTR, from any counter", () => {
    const counters = fc.uint8Array({ minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(seeds, counters, messages, (key, counter, data) => {
        const native = nativeAes256Ctr(key, counter, data).toHex();
        expect(native).toBe(pureAes256Ctr(key, counter, data).toHex());
      }),
    );
  });

  test("what they give is plain bytes of their own", () => {
    const digest = nativeHashes.blake2b256([new Uint8Array(3)]);
    const signature = nativeEd25519.sign(new Uint8Array(32), new Uint8Array(3));
    for (const bytes of [digest, signature, nativeEd25519.publicKey(new Uint8Array(32))]) {
      expect(Object.getPrototypeOf(bytes)).toBe(Uint8Array.prototype);
      expect(bytes.buffer.byteLength).toBe(bytes.length);
    }
  });
});
