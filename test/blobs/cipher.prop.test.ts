/**
 * The streaming cipher against the whole-file one.
 *
 * @module
 */
import { expect, test } from "bun:test";

import fc from "fast-check";

import { concatBytes, toHex } from "../../src/base/bytes.ts";
import { applyCipher } from "../../src/blobs/cipher.ts";
import { applyAesCtr } from "../../src/crypto/aes-ctr.ts";
import { chunks, drain } from "../conformance/blob-store.ts";

const key = fc.uint8Array({ minLength: 32, maxLength: 32 });
const parts = fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 8 });

test("a stream is encrypted like the whole, however it is cut, and back", async () => {
  await fc.assert(
    fc.asyncProperty(key, parts, async (secret, plain) => {
      const whole = concatBytes(...plain);
      const encrypted = await drain(applyCipher(chunks(...plain), secret));
      expect(toHex(encrypted)).toBe(toHex(applyAesCtr(secret, whole)));
      expect(toHex(await drain(applyCipher(chunks(encrypted), secret)))).toBe(toHex(whole));
    }),
  );
});

test("a part of a stream is decrypted from where it starts", async () => {
  await fc.assert(
    fc.asyncProperty(key, fc.uint8Array({ maxLength: 99 }), fc.nat(), async (secret, plain, at) => {
      const start = at % (plain.length + 1);
      const tail = applyAesCtr(secret, plain).subarray(start);
      const read = await drain(applyCipher(chunks(tail), secret, start));
      expect(toHex(read)).toBe(toHex(plain.subarray(start)));
    }),
  );
});
