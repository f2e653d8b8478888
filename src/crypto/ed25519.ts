/**
 * Ed25519 (RFC 8032) under the ZIP 215 rules: cofactored verification, non-canonical and
 * small-order points allowed, S canonical. All nodes must agree on every signature, so the pure
 * implementation decides; a native one may only say yes early, because what a cofactorless
 * verification accepts, a cofactored one accepts too.
 *
 * @module
 */
import { ed25519 } from "@noble/curves/ed25519.js";

import { assert } from "../base/assert.ts";

/** An implementation. `accepts` may refuse what the rules allow, but not allow what they refuse. */
export type Ed25519 = {
  readonly publicKey: (seed: Uint8Array) => Uint8Array;
  readonly sign: (seed: Uint8Array, message: Uint8Array) => Uint8Array;
  readonly accepts: (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;
};

/** Bytes of a seed, which is the secret key. */
export const ED25519_SEED_BYTES = 32;
/** Bytes of a public key. */
export const ED25519_PUBLIC_KEY_BYTES = 32;
/** Bytes of a signature. */
export const ED25519_SIGNATURE_BYTES = 64;

/** The pure implementation: the one that decides. */
export const pureEd25519: Ed25519 = {
  publicKey: (seed) => ed25519.getPublicKey(seed),
  sign: (seed, message) => ed25519.sign(message, seed),
  accepts: (publicKey, message, signature) =>
    ed25519.verify(signature, message, publicKey, { zip215: true }),
};

// A choice of speed made once at start, not state: what is valid does not depend on it.
let fast: Ed25519 = pureEd25519;

/** Puts a faster implementation in front of the pure one. */
export function useEd25519(implementation: Ed25519): void {
  fast = implementation;
}

/** The public key of a 32-byte seed. */
export function ed25519PublicKey(seed: Uint8Array): Uint8Array {
  assert(seed.length === ED25519_SEED_BYTES, "Ed25519 seed has 32 bytes");
  return fast.publicKey(seed);
}

/** The deterministic 64-byte signature of `message`. */
export function ed25519Sign(seed: Uint8Array, message: Uint8Array): Uint8Array {
  assert(seed.length === ED25519_SEED_BYTES, "Ed25519 seed has 32 bytes");
  return fast.sign(seed, message);
}

/** Whether `bytes` encode a point canonically, as keys that others must be able to read do. */
export function ed25519PublicKeyValid(bytes: Uint8Array): boolean {
  return bytes.length === ED25519_PUBLIC_KEY_BYTES && ed25519.utils.isValidPublicKey(bytes, false);
}

/** Whether `signature` is valid; keys and signatures of a wrong length are not. */
export function ed25519Verify(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (publicKey.length !== ED25519_PUBLIC_KEY_BYTES) return false;
  if (signature.length !== ED25519_SIGNATURE_BYTES) return false;
  if (fast.accepts(publicKey, message, signature)) return true;
  return fast !== pureEd25519 && pureEd25519.accepts(publicKey, message, signature);
}
