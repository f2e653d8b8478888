/**
 * User signatures: the byte string that goes with a transaction. A flag comes first; then for one
 * Ed25519 key the signature and the public key (97 bytes in all), for a multisig its BCS. What is
 * signed is the digest of the transaction's intent message. No other scheme is allowed to users.
 *
 * @module
 */
import { assert } from "../base/assert.ts";
import { concatBytes } from "../base/bytes.ts";
import { err, ok, type Result } from "../base/result.ts";
import { decode, encode } from "../bcs/schema.ts";
import { ed25519Address, FLAG, multisigAddress } from "./address.ts";
import {
  ED25519_PUBLIC_KEY_BYTES,
  ED25519_SIGNATURE_BYTES,
  ed25519PublicKey,
  ed25519Sign,
  ed25519Verify,
} from "./ed25519.ts";
import { type Multisig, multisig, verifyMultisig } from "./multisig.ts";

/** A signature by one key or by a committee. */
export type UserSignature =
  | { readonly kind: "Ed25519"; readonly signature: Uint8Array; readonly publicKey: Uint8Array }
  | { readonly kind: "Multisig"; readonly multisig: Multisig };

/** Bytes of a signature by one key. */
const SIMPLE_SIGNATURE_BYTES: number = 1 + ED25519_SIGNATURE_BYTES + ED25519_PUBLIC_KEY_BYTES;

const DIGEST_BYTES = 32;

/** The bytes of the signature of a digest by the owner of `seed`. */
export function signDigest(seed: Uint8Array, digest: Uint8Array): Uint8Array {
  assert(digest.length === DIGEST_BYTES, "digest has 32 bytes");
  return encodeUserSignature({
    kind: "Ed25519",
    signature: ed25519Sign(seed, digest),
    publicKey: ed25519PublicKey(seed),
  });
}

/** The bytes of a signature. */
export function encodeUserSignature(value: UserSignature): Uint8Array {
  if (value.kind === "Multisig") {
    return concatBytes(new Uint8Array([FLAG.multisig]), encode(multisig, value.multisig));
  }
  return concatBytes(new Uint8Array([FLAG.ed25519]), value.signature, value.publicKey);
}

/** The signature that bytes hold, or why they hold none. Nothing is verified. */
export function decodeUserSignature(bytes: Uint8Array): Result<UserSignature, string> {
  const [flag] = bytes;
  if (flag === FLAG.multisig) return decodeMultisig(bytes.subarray(1));
  if (flag !== FLAG.ed25519) return err("the signature's scheme is not one for users");
  if (bytes.length !== SIMPLE_SIGNATURE_BYTES) {
    return err(`an Ed25519 signature has ${SIMPLE_SIGNATURE_BYTES} bytes, not ${bytes.length}`);
  }
  const keyAt = 1 + ED25519_SIGNATURE_BYTES;
  const signature = bytes.subarray(1, keyAt);
  return ok({ kind: "Ed25519", signature, publicKey: bytes.subarray(keyAt) });
}

/** The address that a signature speaks for. */
export function userSignatureAddress(value: UserSignature): string {
  return value.kind === "Multisig"
    ? multisigAddress(value.multisig.multisig_pk)
    : ed25519Address(value.publicKey);
}

/** Why `bytes` are no valid signature of `digest` by `address`; `undefined` when they are. */
export function verifyUserSignature(
  bytes: Uint8Array,
  digest: Uint8Array,
  address: string,
): string | undefined {
  assert(digest.length === DIGEST_BYTES, "digest has 32 bytes");
  const decoded = decodeUserSignature(bytes);
  if (!decoded.ok) return decoded.error;
  const value = decoded.value;
  if (userSignatureAddress(value) !== address) return "the signature is not by the sender";
  if (value.kind === "Multisig") return verifyMultisig(value.multisig, digest);
  if (ed25519Verify(value.publicKey, digest, value.signature)) return undefined;
  return "the signature is not valid";
}

function decodeMultisig(bytes: Uint8Array): Result<UserSignature, string> {
  const decoded = decode(multisig, bytes);
  if (decoded.ok) return ok({ kind: "Multisig", multisig: decoded.value });
  const { path, reason } = decoded.error;
  return err(`the multisig is malformed: ${path === "" ? reason : `${path}: ${reason}`}`);
}
