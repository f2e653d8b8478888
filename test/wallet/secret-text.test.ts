/**
 * The texts of a key, by the published vectors, and what is none of them.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { parsePath } from "../../src/crypto/derive.ts";
import { parseSecretText } from "../../src/wallet/secret-text.ts";
import vectors from "../vectors/wire_vectors.json" with { type: "json" };

const { keypair, mnemonic_abandon_about: abandon } = vectors.computed;
const PHRASE = `${"abandon ".repeat(11)}about`;
const path = parsePath("m/44'/784'/0'/0'/0'");

function seedOf(text: string): string {
  if (!path.ok) throw new Error(path.error);
  const seed = parseSecretText(text, path.value);
  return seed.ok ? seed.value.toHex() : seed.error;
}

test.each([
  [keypair.bech32_somaprivkey, keypair.secret_key_hex],
  [` ${keypair.bech32_somaprivkey}\n`, keypair.secret_key_hex],
  [keypair.secret_key_hex, keypair.secret_key_hex],
  [`0x${keypair.secret_key_hex.toUpperCase()}`, keypair.secret_key_hex],
  [PHRASE, abandon.secret_key_hex],
  [`\t${PHRASE.toUpperCase().replaceAll(" ", "  ")}\n`, abandon.secret_key_hex],
])("%j", (text, seed) => {
  expect(seedOf(text)).toBe(seed);
});

test.each([
  ["", "there is no key in it"],
  [" \n", "there is no key in it"],
  ["secretword", "it is no recovery phrase"],
  [keypair.secret_key_hex.slice(1), "it is no recovery phrase"],
  [`${keypair.bech32_somaprivkey.slice(0, -1)}x`, "not valid Bech32"],
  ["secretword secretword", "12, 15, 18, 21 or 24 words, not 2"],
  [`${"secretword ".repeat(12)}`, "word 1 is not in the English word list"],
  ["abandon ".repeat(12), "checksum"],
])("refused without quoting it: %j", (text, reason) => {
  expect(seedOf(text)).toContain(reason);
  expect(seedOf(text)).not.toContain("secretword");
});
