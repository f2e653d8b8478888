/**
 * Proof of possession: a validator signs its own BLS key and address, which shows that it holds the
 * secret. Without it a key made from other keys could cancel them in an aggregate (a rogue key).
 *
 * @module
 */
import { concatBytes, fromHex } from "../base/bytes.ts";
import { bytes, encode } from "../bcs/schema.ts";
import { blsPublicKey, blsSign, blsVerify } from "./bls.ts";
import { authorityMessage, SCOPE } from "./intent.ts";

// The proof is made once for all epochs, so it is bound to none.
const EPOCH = 0n;

/** The proof that the owner of `address` holds `secretKey`. */
export function proveBlsPossession(secretKey: Uint8Array, address: string): Uint8Array {
  return blsSign(secretKey, popMessage(blsPublicKey(secretKey), address));
}

/** Whether `proof` shows that the owner of `address` holds the secret of `publicKey`. */
export function verifyBlsPossession(
  publicKey: Uint8Array,
  address: string,
  proof: Uint8Array,
): boolean {
  return blsVerify(publicKey, popMessage(publicKey, address), proof);
}

/** What the proof signs; `address` is 64 hex digits. */
export function popMessage(publicKey: Uint8Array, address: string): Uint8Array {
  const statement = concatBytes(publicKey, fromHex(address));
  return authorityMessage(SCOPE.proofOfPossession, encode(bytes, statement), EPOCH);
}
