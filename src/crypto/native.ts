/**
 * Native speed for hashes, signatures and the cipher: the only file of this room that knows its
 * runtime. Results are those of the pure implementations; entry points call `installNative` first.
 *
 * @module
 */
import {
  createCipheriv,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign,
  verify,
} from "node:crypto";

import { concatBytes, fromHex } from "../base/bytes.ts";
import { memo } from "../base/memo.ts";
import { type Aes256Ctr, useAes256Ctr } from "./aes-ctr.ts";
import { type Hashes, useHashes } from "./digest.ts";
import { type Ed25519, useEd25519 } from "./ed25519.ts";

// DER headers of RFC 8410: what stands before the 32 bytes of a seed and of a public key.
const PKCS8_HEADER = fromHex("302e020100300506032b657004220420");
const SPKI_HEADER = fromHex("302a300506032b6570032100");

/** BLAKE2b-256 by the runtime. */
export const nativeHashes: Hashes = {
  blake2b256: (parts) => {
    // One part is the common case, and a third faster without a hasher object.
    if (parts.length === 1) return new Uint8Array(Bun.CryptoHasher.hash("blake2b256", parts[0]!));
    const hasher = new Bun.CryptoHasher("blake2b256");
    for (const part of parts) hasher.update(part);
    return new Uint8Array(hasher.digest());
  },
  blake2b256Hex: (parts) => Bun.CryptoHasher.hash("blake2b256", joined(parts), "hex"),
};

// Copying short parts costs less than a hasher object.
function joined(parts: readonly Uint8Array[]): Uint8Array {
  return parts.length === 1 ? parts[0]! : concatBytes(...parts);
}

/** Ed25519 by the runtime. It verifies without cofactor, so its refusals are not final. */
export const nativeEd25519: Ed25519 = {
  publicKey: (seed) => {
    const der = createPublicKey(secretKey(seed)).export({ format: "der", type: "spki" });
    return new Uint8Array(der.subarray(SPKI_HEADER.length));
  },
  sign: (seed, message) => new Uint8Array(sign(null, message, secretKey(seed))),
  accepts: (publicKey, message, signature) =>
    verify(null, message, publicKeyObject(publicKey), signature),
};

/** AES-256-CTR by the runtime. */
export const nativeAes256Ctr: Aes256Ctr = (key, counter, data) =>
  new Uint8Array(createCipheriv("aes-256-ctr", key, counter).update(data));

/** Puts the native implementations in front of the pure ones. */
export function installNative(): void {
  useHashes(nativeHashes);
  useEd25519(nativeEd25519);
  useAes256Ctr(nativeAes256Ctr);
}

// To import a secret key takes as long as to sign.
const secretKeys = memo<Uint8Array, KeyObject>();

function secretKey(seed: Uint8Array): KeyObject {
  const known = secretKeys.find(seed);
  if (known !== undefined) return known;
  const der = Buffer.from(concatBytes(PKCS8_HEADER, seed));
  const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  secretKeys.set(seed, key);
  return key;
}

function publicKeyObject(publicKey: Uint8Array): KeyObject {
  const key = Buffer.from(concatBytes(SPKI_HEADER, publicKey));
  return createPublicKey({ key, format: "der", type: "spki" });
}
