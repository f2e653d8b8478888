/**
 * The people of a played network: everything about them follows from their names.
 *
 * @module
 */
import { utf8 } from "../base/bytes.ts";
import { blake2b256 } from "../crypto/digest.ts";
import { type Address, type Digest, toAddress, toDigest } from "../types/address.ts";

const BLOCK_BYTES = 32;

/** Bytes that stand for a name. */
export function bytesNamed(name: string, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let start = 0; start < size; start += BLOCK_BYTES) {
    const block = blake2b256(utf8(`${name}/${start}`));
    bytes.set(block.subarray(0, Math.min(BLOCK_BYTES, size - start)), start);
  }
  return bytes;
}

/** A digest that stands for a name. */
export function digestNamed(name: string): Digest {
  return toDigest(bytesNamed(name, BLOCK_BYTES).toHex());
}

/** The account of somebody. */
export function accountNamed(name: string): Address {
  return toAddress(bytesNamed(name, BLOCK_BYTES).toHex());
}

/** The account of a hunter. */
export function hunterAccount(place: number): Address {
  return accountNamed(`hunter ${place}`);
}

/** The account of a trainer; those after the plan's trainers are the attacker's. */
export function trainerAccount(place: number): Address {
  return accountNamed(`trainer ${place}`);
}

/** The two accounts that send money to each other. */
export const PAYERS: readonly [Address, Address] = [
  accountNamed("payer 0"),
  accountNamed("payer 1"),
];
