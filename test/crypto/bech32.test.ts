/**
 * Secret keys as Bech32 text: round trip, every damaged letter, and no secret in a refusal.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { bech32, bech32m } from "@scure/base";

import { formatSecretKey, parseSecretKey } from "../../src/crypto/bech32.ts";

const seed = new Uint8Array(32).map((_, index) => index);
const text = formatSecretKey(seed);

/** `size` bytes behind a flag that is the first of them. */
function flagged(flag: number, size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, index) => (index === 0 ? flag : 7));
}

describe("secret key text", () => {
  test("round-trips, also in capitals and with spaces around", () => {
    expect(parseSecretKey(text)).toEqual({ ok: true, value: seed });
    expect(parseSecretKey(` ${text.toUpperCase()}\n`)).toEqual({ ok: true, value: seed });
  });

  test("a damaged, missing or extra letter is noticed", () => {
    for (let at = 0; at < text.length; at++) {
      const other = text[at] === "q" ? "p" : "q";
      expect(parseSecretKey(text.slice(0, at) + other + text.slice(at + 1)).ok).toBe(false);
      expect(parseSecretKey(text.slice(0, at)).ok).toBe(false);
    }
    expect(parseSecretKey(`${text}q`).ok).toBe(false);
    expect(parseSecretKey(text.replace("q", "Q")).ok).toBe(false);
  });

  test.each([
    ["somaprivkey", flagged(0, 32), "a secret key holds 33 bytes"],
    ["somaprivkey", flagged(0, 34), "a secret key holds 33 bytes"],
    ["somaprivkey", flagged(1, 33), "the secret key is not of the Ed25519 scheme"],
    ["suiprivkey", flagged(0, 33), "a secret key starts with somaprivkey1"],
  ])("%s over %p is refused", (prefix, bytes, error) => {
    expect(parseSecretKey(bech32.encodeFromBytes(prefix, bytes))).toEqual({ ok: false, error });
  });

  test("the checksum of Bech32m is another one", () => {
    const other = bech32m.encode("somaprivkey", bech32.toWords(flagged(0, 33)));
    expect(parseSecretKey(other)).toEqual({
      ok: false,
      error: "the secret key is not valid Bech32",
    });
  });
});
