/**
 * Bech32 (BIP-173) text of an Ed25519 seed: `somaprivkey1…` over the scheme's flag and the 32
 * bytes. The form in which wallets export and import a key.
 *
 * @module
 */
import { bech32 } from "@scure/base";

import { concatBytes } from "../base/bytes.ts";
import { err, ok, type Result } from "../base/result.ts";
import { FLAG } from "./address.ts";
import { ED25519_SEED_BYTES } from "./ed25519.ts";

const PREFIX = "somaprivkey";

/** The text of a seed. */
export function formatSecretKey(seed: Uint8Array): string {
  return bech32.encodeFromBytes(PREFIX, concatBytes(new Uint8Array([FLAG.ed25519]), seed));
}

/** The seed of a text, or why it holds none. Never quotes the text. */
export function parseSecretKey(text: string): Result<Uint8Array, string> {
  const decoded = bech32.decodeUnsafe(text.trim());
  if (decoded === undefined) return err("the secret key is not valid Bech32");
  if (decoded.prefix !== PREFIX) return err(`a secret key starts with ${PREFIX}1`);
  const bytes = bech32.fromWordsUnsafe(decoded.words);
  if (bytes?.length !== 1 + ED25519_SEED_BYTES) return err("a secret key holds 33 bytes");
  if (bytes[0] !== FLAG.ed25519) return err("the secret key is not of the Ed25519 scheme");
  return ok(bytes.slice(1));
}
