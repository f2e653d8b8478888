/**
 * Mnemonics (BIP-39, English words, no passphrase): 12 to 24 words that hold a wallet's seed.
 *
 * @module
 */
import { entropyToMnemonic, mnemonicToEntropy, mnemonicToSeedSync } from "@scure/bip39";
import { wordlist } from "@scure/bip39/wordlists/english.js";

import { assert } from "../base/assert.ts";
import { err, ok, type Result } from "../base/result.ts";
import { deriveEd25519 } from "./derive.ts";

const WORD_COUNTS: ReadonlySet<number> = new Set([12, 15, 18, 21, 24]);
const ENTROPY_BYTES_PER_THREE_WORDS = 4;
const WORDS: ReadonlySet<string> = new Set(wordlist);

/** How many bytes of entropy a phrase of `words` words holds; `undefined` when there is none. */
export function entropyBytes(words: number): number | undefined {
  return WORD_COUNTS.has(words) ? (words / 3) * ENTROPY_BYTES_PER_THREE_WORDS : undefined;
}

/** The phrase that holds 16, 20, 24, 28 or 32 bytes of entropy. */
export function mnemonicFromEntropy(entropy: Uint8Array): string {
  const words = (entropy.length / ENTROPY_BYTES_PER_THREE_WORDS) * 3;
  assert(entropyBytes(words) === entropy.length, "entropy has 16, 20, 24, 28 or 32 bytes");
  return entropyToMnemonic(entropy, wordlist);
}

/** A phrase in its one form (lower case, single spaces), or why it is none. Never quotes a word. */
export function parseMnemonic(text: string): Result<string, string> {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (!WORD_COUNTS.has(words.length)) {
    return err(`a recovery phrase has 12, 15, 18, 21 or 24 words, not ${words.length}`);
  }
  const unknown = words.findIndex((word) => !WORDS.has(word));
  if (unknown >= 0) return err(`word ${unknown + 1} is not in the English word list`);
  const phrase = words.join(" ");
  if (!hasChecksum(phrase)) return err("the checksum fails: a word is wrong or out of place");
  return ok(phrase);
}

/** The Ed25519 seed at `path` of the wallet that a parsed phrase holds. Slow on purpose. */
export function seedFromMnemonic(phrase: string, path: readonly number[]): Uint8Array {
  return deriveEd25519(mnemonicToSeedSync(phrase), path);
}

function hasChecksum(phrase: string): boolean {
  try {
    mnemonicToEntropy(phrase, wordlist);
    return true;
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}
