/**
 * Base64 texts of Ed25519 keys as wallet files hold them: the scheme's flag, then the 32 bytes of
 * the seed (keystore entry) or of the public key.
 *
 * @module
 */
import { base64 } from "@scure/base";

import { assert } from "../base/assert.ts";
import { concatBytes } from "../base/bytes.ts";
import { err, ok, type Result } from "../base/result.ts";
import { FLAG } from "./address.ts";

const KEY_BYTES = 32;
// 33 bytes are 44 digits of base64 without padding; other lengths are not worth decoding.
const TEXT = /^[A-Za-z0-9+/]{44}$/;

/** The text of a seed or public key. */
export function formatKeyBase64(key: Uint8Array): string {
  assert(key.length === KEY_BYTES, "Ed25519 key has 32 bytes");
  return base64.encode(concatBytes(new Uint8Array([FLAG.ed25519]), key));
}

/** The seed or public key of a text, or why it holds none. Never quotes the text. */
export function parseKeyBase64(text: string): Result<Uint8Array, string> {
  if (!TEXT.test(text)) return err("a key is the base64 of 33 bytes");
  const bytes = base64.decode(text);
  if (bytes[0] !== FLAG.ed25519) return err("the key is not of the Ed25519 scheme");
  return ok(bytes.slice(1));
}
