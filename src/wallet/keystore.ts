/**
 * The keys of a wallet: the file `soma.keystore`, a JSON array of base64(flag ‖ 32-byte seed), the
 * form that every Soma wallet writes. Only the owner can read it, a write replaces it as a whole,
 * and a file that cannot be read is never overwritten.
 *
 * @module
 */
import { z } from "zod";

import { assert } from "../base/assert.ts";
import { ed25519Address } from "../crypto/address.ts";
import { ed25519PublicKey } from "../crypto/ed25519.ts";
import { formatKeyBase64, parseKeyBase64 } from "../crypto/key-text.ts";
import { type Address, toAddress } from "../types/address.ts";
import { type Damage, damaged, readJsonFile } from "./json-file.ts";
import { replaceSmallFile, restrictToOwner } from "./small-file.ts";

/** An Ed25519 key and the account it controls. */
export type Key = {
  readonly address: Address;
  readonly publicKey: Uint8Array;
  readonly seed: Uint8Array;
};

/** Keys that one keystore may hold. */
export const KEYS_MAX = 10_000;

const DAMAGE: Damage = {
  code: "keystore_corrupt",
  what: "a list of keys",
  hint: "restore it from a backup, or move it away and import your recovery phrases again",
};

/** The key of a 32-byte seed. */
export function keyOfSeed(seed: Uint8Array): Key {
  const publicKey = ed25519PublicKey(seed);
  return { address: toAddress(ed25519Address(publicKey)), publicKey, seed };
}

/** The text form of a public key: base64(flag ‖ key). */
export function publicKeyText(key: Key): string {
  return formatKeyBase64(key.publicKey);
}

/** The keys in the file at `path`, in its order; none when there is no file. */
export function readKeystore(path: string): readonly Key[] {
  const entries = readJsonFile(path, z.array(z.string()), DAMAGE) ?? [];
  restrictToOwner(path);
  const keys = new Map<Address, Key>();
  for (const [index, entry] of entries.entries()) {
    const key = keyOfSeed(seedOf(path, entry, index));
    keys.set(key.address, key);
  }
  return [...keys.values()];
}

/** Replaces the file at `path`. */
export function writeKeystore(path: string, keys: readonly Key[]): void {
  assert(keys.length <= KEYS_MAX, "a keystore holds a bounded number of keys");
  const entries = keys.map((key) => formatKeyBase64(key.seed));
  replaceSmallFile(path, `${JSON.stringify(entries, undefined, 2)}\n`);
}

function seedOf(path: string, entry: string, index: number): Uint8Array {
  const seed = parseKeyBase64(entry);
  if (seed.ok) return seed.value;
  throw damaged(path, DAMAGE, `entry ${index}: ${seed.error}`);
}
