/**
 * Addresses: the hash of a scheme's flag and of what may sign for it, as 64 hex digits. The flag is
 * also the first byte of stored keys and of user signatures.
 *
 * @module
 */
import { assert } from "../base/assert.ts";
import { blake2b256Hex } from "./digest.ts";
import { ED25519_PUBLIC_KEY_BYTES } from "./ed25519.ts";
import type { MultisigCommittee } from "./multisig.ts";

/** The flag of each signature scheme. */
export const FLAG = { ed25519: 0, bls: 1, multisig: 2 } as const;

const ED25519_PREFIX = new Uint8Array([FLAG.ed25519]);

/** The address that one Ed25519 key signs for. */
export function ed25519Address(publicKey: Uint8Array): string {
  assert(publicKey.length === ED25519_PUBLIC_KEY_BYTES, "Ed25519 public key has 32 bytes");
  return blake2b256Hex(ED25519_PREFIX, publicKey);
}

/** The address that a multisig committee signs for. */
export function multisigAddress(committee: MultisigCommittee): string {
  const { threshold } = committee;
  const parts: Uint8Array[] = [new Uint8Array([FLAG.multisig, threshold & 0xff, threshold >>> 8])];
  for (const { public_key, weight } of committee.pk_map) {
    parts.push(ED25519_PREFIX, public_key, new Uint8Array([weight]));
  }
  return blake2b256Hex(...parts);
}
