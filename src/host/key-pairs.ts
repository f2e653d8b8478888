/**
 * Secret keys of nodes as text: in a configuration, or alone on the one line of a file. Those of
 * Ed25519 are the base64 of the scheme's flag and the seed, those of BLS the base64 of the bare
 * scalar. Errors never quote the text.
 *
 * @module
 */
import { base64 } from "@scure/base";

import { fromUtf8 } from "../base/bytes.ts";
import { err, ok, type Result } from "../base/result.ts";
import { BLS_SECRET_KEY_BYTES, blsSecretKeyValid } from "../crypto/bls.ts";
import { formatKeyBase64, parseKeyBase64 } from "../crypto/key-text.ts";
import { readSmallFile } from "./files.ts";

/** How the keys of one scheme are written. */
export type KeyForm = {
  readonly parse: (text: string) => Result<Uint8Array, string>;
  readonly format: (key: Uint8Array) => string;
};

const KEY_FILE_BYTES_MAX = 4_096;
// 32 bytes are 43 digits of base64 and one sign of padding.
const BLS_TEXT = /^[A-Za-z0-9+/]{43}=$/;

/** Ed25519 seeds. */
export const ED25519_KEY: KeyForm = { parse: parseKeyBase64, format: formatKeyBase64 };

/** BLS12-381 scalars. */
export const BLS_KEY: KeyForm = { parse: parseBlsSecret, format: (key) => base64.encode(key) };

/** The secret key in a key file. */
export function readSecret(path: string, form: KeyForm): Result<Uint8Array, string> {
  const bytes = readSmallFile(path, { what: "key file", bytesMax: KEY_FILE_BYTES_MAX });
  return form.parse(fromUtf8(bytes)?.trim() ?? "");
}

function parseBlsSecret(text: string): Result<Uint8Array, string> {
  if (!BLS_TEXT.test(text)) {
    return err(`a BLS key is the base64 of ${BLS_SECRET_KEY_BYTES} bytes`);
  }
  const key = decodeBase64(text);
  if (key === undefined || !blsSecretKeyValid(key)) return err("the key is no BLS12-381 secret");
  return ok(key);
}

/** The bytes of base64, unless its last digit has bits that stand for nothing. */
function decodeBase64(text: string): Uint8Array | undefined {
  const bytes = Uint8Array.fromBase64(text);
  return base64.encode(bytes) === text ? bytes : undefined;
}
