/**
 * Signatures for simulations: a hash keyed by the public key. They cost microseconds where real
 * ones cost milliseconds, and whoever does not follow the rules of the simulation could forge them;
 * what is simulated here is the order of events, not cryptography. Sizes are those of the real
 * schemes, and an aggregate is the exclusive or of its parts, so that signers can be added up.
 *
 * @module
 */
import { concatBytes, equalBytes } from "../base/bytes.ts";
import { ed25519Address } from "../crypto/address.ts";
import { blake2b256 } from "../crypto/digest.ts";
import type { SignatureCheck } from "../node/io.ts";

const ED25519_BYTES = 64;
const BLS_BYTES = 48;
const USER_FLAG = 0;

/** What the owner of `publicKey` signs in place of Ed25519. */
export function simSign(publicKey: Uint8Array, message: Uint8Array): Uint8Array {
  return keyed(publicKey, message, ED25519_BYTES);
}

/** A user's signature container: flag, signature, public key. */
export function simUserSign(publicKey: Uint8Array, digest: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(USER_FLAG), simSign(publicKey, digest), publicKey);
}

/** What the owner of the BLS key signs. */
export function simBlsSign(publicKey: Uint8Array, message: Uint8Array): Uint8Array {
  return keyed(publicKey, message, BLS_BYTES);
}

/** The sum of BLS signatures. */
export function simAggregate(signatures: readonly Uint8Array[]): Uint8Array {
  const sum = new Uint8Array(BLS_BYTES);
  for (const signature of signatures) {
    for (let index = 0; index < BLS_BYTES; index++) sum[index] = sum[index]! ^ signature[index]!;
  }
  return sum;
}

/** Whether a check holds. */
export function simVerify(check: SignatureCheck): boolean {
  switch (check.kind) {
    case "Ed25519":
      return equalBytes(simSign(check.publicKey, check.message), check.signature);
    case "User": {
      const publicKey = check.signature.subarray(1 + ED25519_BYTES);
      const expected = simUserSign(publicKey, check.digest);
      return ed25519Address(publicKey) === check.address && equalBytes(expected, check.signature);
    }
    case "Aggregate": {
      const parts = check.publicKeys.map((key) => simBlsSign(key, check.message));
      return equalBytes(simAggregate(parts), check.signature);
    }
  }
}

function keyed(publicKey: Uint8Array, message: Uint8Array, size: number): Uint8Array {
  const half = blake2b256(publicKey, message);
  const signature = new Uint8Array(size);
  signature.set(half);
  signature.set(half.subarray(0, size - half.length), half.length);
  return signature;
}
