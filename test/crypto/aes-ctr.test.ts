/**
 * AES-256-CTR: NIST's example, chunks of every size, and starting in the middle.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import fc from "fast-check";

import { AssertionError } from "../../src/base/assert.ts";
import { concatBytes } from "../../src/base/bytes.ts";
import { AesCtr, applyAesCtr, pureAes256Ctr } from "../../src/crypto/aes-ctr.ts";

const key = new Uint8Array(32).fill(0x2a);

describe("AES-256-CTR", () => {
  test("SP 800-38A, F.5.5", () => {
    const cipher = pureAes256Ctr(
      Uint8Array.fromHex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4"),
      Uint8Array.fromHex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"),
      Uint8Array.fromHex(
        "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51" +
          "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710",
      ),
    );
    expect(cipher.toHex()).toBe(
      "601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c5" +
        "2b0930daa23de94ce87017ba2d84988ddfc9c58db67aada613c2dd08457941a6",
    );
  });

  test("the operation undoes itself and leaves its input alone", () => {
    const plain = new Uint8Array(100).map((_, index) => index);
    const before = plain.toHex();
    const cipher = applyAesCtr(key, plain);
    expect(cipher.length).toBe(100);
    expect(cipher.toHex()).not.toBe(before);
    expect(applyAesCtr(key, cipher).toHex()).toBe(before);
    expect(plain.toHex()).toBe(before);
  });

  test("chunks of any sizes give the bytes of one piece", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 8 }), (chunks) => {
        const cipher = new AesCtr(key);
        const joined = concatBytes(...chunks.map((chunk) => cipher.apply(chunk)));
        expect(joined.toHex()).toBe(applyAesCtr(key, concatBytes(...chunks)).toHex());
      }),
    );
  });

  test("a cipher may start anywhere, beyond 32 bits of blocks too", () => {
    const whole = applyAesCtr(key, new Uint8Array(100));
    for (const start of [0, 1, 15, 16, 17, 99]) {
      const rest = new AesCtr(key, start).apply(new Uint8Array(100 - start));
      expect(rest.toHex()).toBe(whole.subarray(start).toHex());
    }
    const far = new AesCtr(key, 2 ** 40).apply(new Uint8Array(16));
    const counter = Uint8Array.fromHex("00000000000000000000001000000000");
    expect(far.toHex()).toBe(pureAes256Ctr(key, counter, new Uint8Array(16)).toHex());
  });

  test("a key of another length is a bug of ours", () => {
    for (const size of [0, 16, 24, 31, 33]) {
      expect(() => new AesCtr(new Uint8Array(size))).toThrow(AssertionError);
    }
    expect(() => new AesCtr(key, -1)).toThrow(AssertionError);
  });
});
