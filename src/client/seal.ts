/**
 * Weights as they are published: encrypted with a key that is shown in the next epoch, and known by
 * the digest of the encrypted file until then. Browser-safe.
 *
 * @module
 */
import { SomaError } from "../base/errors.ts";
import { AES_KEY_BYTES, applyAesCtr } from "../crypto/aes-ctr.ts";
import { blake2b256Hex } from "../crypto/digest.ts";
import { type Digest, toDigest } from "../types/address.ts";

/** A file encrypted with a key of its own. */
export type Sealed = { readonly encrypted: Uint8Array; readonly key: Uint8Array };

/** Encrypts a file, with a new key unless one is given; one key is for one file. */
export function encryptWeights(
  plain: Uint8Array,
  key: Uint8Array = crypto.getRandomValues(new Uint8Array(AES_KEY_BYTES)),
): Sealed {
  return { encrypted: applyAesCtr(checkedKey(key), plain), key };
}

/** The file that was encrypted. */
export function decryptWeights({ encrypted, key }: Sealed): Uint8Array {
  return applyAesCtr(checkedKey(key), encrypted);
}

/** What is committed to and hosted under: the Blake2b-256 digest of bytes. */
export function commitment(bytes: Uint8Array): Digest {
  return toDigest(blake2b256Hex(bytes));
}

function checkedKey(key: Uint8Array): Uint8Array {
  if (key.length === AES_KEY_BYTES) return key;
  throw new SomaError("invalid_argument", `a key has ${AES_KEY_BYTES} bytes, not ${key.length}`);
}
