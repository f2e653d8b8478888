/**
 * Keys as base64 in wallet files.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { base64 } from "@scure/base";

import { AssertionError } from "../../src/base/assert.ts";
import { formatKeyBase64, parseKeyBase64 } from "../../src/crypto/key-text.ts";

const key = new Uint8Array(32).map((_, index) => 255 - index);

describe("key text", () => {
  test("is base64 of a zero byte and the key, and reads back", () => {
    const text = formatKeyBase64(key);
    expect(base64.decode(text).toHex()).toBe(`00${key.toHex()}`);
    expect(parseKeyBase64(text)).toEqual({ ok: true, value: key });
    expect(() => formatKeyBase64(new Uint8Array(33))).toThrow(AssertionError);
  });

  test.each(["", "AA==", "A".repeat(43), "A".repeat(45), `${"A".repeat(43)}=`, "-".repeat(44)])(
    "%p is not the base64 of 33 bytes",
    (text) => {
      expect(parseKeyBase64(text)).toEqual({
        ok: false,
        error: "a key is the base64 of 33 bytes",
      });
    },
  );

  test("another scheme is refused", () => {
    const text = base64.encode(new Uint8Array(33).fill(1));
    expect(parseKeyBase64(text)).toEqual({
      ok: false,
      error: "the key is not of the Ed25519 scheme",
    });
  });
});
