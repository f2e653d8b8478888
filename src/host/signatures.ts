/**
 * Single signatures, at once or in the runtime's thread pool.
 *
 * @module
 */
import { createPublicKey, verify } from "node:crypto";

import { concatBytes, fromHex } from "../base/bytes.ts";
import {
  ED25519_PUBLIC_KEY_BYTES,
  ED25519_SIGNATURE_BYTES,
  ed25519Verify,
} from "../crypto/ed25519.ts";
import {
  decodeUserSignature,
  userSignatureAddress,
  verifyUserSignature,
} from "../crypto/user-signature.ts";
import type { SignatureCheck } from "../node/io.ts";

/** The signature of one signer. */
export type SingleCheck = Exclude<SignatureCheck, { kind: "Aggregate" }>;

// The DER header of RFC 8410 that stands before the 32 bytes of a public key.
const SPKI_HEADER = fromHex("302a300506032b6570032100");

/** Why a signature does not hold, if so. */
export function checkSingle(check: SingleCheck): string | undefined {
  if (check.kind === "User") {
    return verifyUserSignature(check.signature, check.digest, check.address);
  }
  const { publicKey, message, signature } = check;
  return ed25519Verify(publicKey, message, signature) ? undefined : "a signature is not valid";
}

/** The same, without keeping this thread for long. */
export async function checkSingleLater(check: SingleCheck): Promise<string | undefined> {
  const plain = keyCheckOf(check);
  // The pool may only say yes early: what it refuses, the implementation that decides judges again.
  const isValid = plain !== undefined && (await isValidInPool(plain));
  return isValid ? undefined : checkSingle(check);
}

type KeyCheck = Omit<Extract<SignatureCheck, { kind: "Ed25519" }>, "kind">;

/** What the signature of one key comes down to; `undefined` when there is more to it. */
function keyCheckOf(check: SingleCheck): KeyCheck | undefined {
  if (check.kind === "Ed25519") return check;
  const decoded = decodeUserSignature(check.signature);
  if (!decoded.ok || decoded.value.kind === "Multisig") return undefined;
  if (userSignatureAddress(decoded.value) !== check.address) return undefined;
  const { publicKey, signature } = decoded.value;
  return { publicKey, message: check.digest, signature };
}

function isValidInPool({ publicKey, message, signature }: KeyCheck): Promise<boolean> {
  if (publicKey.length !== ED25519_PUBLIC_KEY_BYTES) return Promise.resolve(false);
  if (signature.length !== ED25519_SIGNATURE_BYTES) return Promise.resolve(false);
  const der = Buffer.from(concatBytes(SPKI_HEADER, publicKey));
  const key = createPublicKey({ key: der, format: "der", type: "spki" });
  return new Promise((resolve, reject) => {
    verify(null, message, key, signature, (error, isValid) => {
      if (error === null) resolve(isValid);
      else reject(error);
    });
  });
}
