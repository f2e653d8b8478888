/**
 * The texts in which somebody may hold a key: a recovery phrase, `somaprivkey1…`, or 64 hex digits.
 * No error ever quotes the text.
 *
 * @module
 */
import { fromHex } from "../base/bytes.ts";
import { err, ok, type Result } from "../base/result.ts";
import { parseSecretKey } from "../crypto/bech32.ts";
import { parseMnemonic, seedFromMnemonic } from "../crypto/mnemonic.ts";

const HEX_SEED = /^(?:0x)?([0-9a-f]{64})$/i;

/** The seed in `text`; `path` is where in a phrase's wallet the key is. */
export function parseSecretText(text: string, path: readonly number[]): Result<Uint8Array, string> {
  const trimmed = text.trim();
  if (trimmed === "") return err("there is no key in it");
  if (/\s/.test(trimmed)) {
    const phrase = parseMnemonic(trimmed);
    return phrase.ok ? ok(seedFromMnemonic(phrase.value, path)) : phrase;
  }
  const digits = HEX_SEED.exec(trimmed)?.[1];
  if (digits !== undefined) return ok(fromHex(digits.toLowerCase()));
  if (/^somaprivkey/i.test(trimmed)) return parseSecretKey(trimmed);
  return err("it is no recovery phrase, no somaprivkey1... and not 64 hex digits");
}
