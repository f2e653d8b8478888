/**
 * Addresses, object ids and digests: 32 bytes, held as 64 lower-case hex digits without a prefix.
 * They are values: `===`, map keys and byte order by comparing text all work. The brands only keep
 * one from being passed for the other. Forms for people are in `text.ts`.
 *
 * @module
 */
import { assert } from "../base/assert.ts";
import { fromHex, u64le } from "../base/bytes.ts";
import { type Codec, hex32, prefixedHex32 } from "../bcs/schema.ts";
import { blake2b256Hex } from "../crypto/digest.ts";

/** An account: the hash of a public key, or of a multisig committee. */
export type Address = string & { readonly brand: "Address" };

/** An object, model, target or pool. */
export type ObjectId = string & { readonly brand: "ObjectId" };

/** The BLAKE2b-256 hash of something: a transaction, an object, a file. */
export type Digest = string & { readonly brand: "Digest" };

const HEX_32 = /^[0-9a-f]{64}$/;

/** The address in 64 lower-case hex digits that our own code made; asserts their form. */
export function toAddress(hex: string): Address {
  return assertHex32(hex) as Address;
}

/** The id in 64 lower-case hex digits that our own code made; asserts their form. */
export function toObjectId(hex: string): ObjectId {
  return assertHex32(hex) as ObjectId;
}

/** The digest in 64 lower-case hex digits that our own code made; asserts their form. */
export function toDigest(hex: string): Digest {
  return assertHex32(hex) as Digest;
}

/** The sender of system transactions. */
export const ZERO_ADDRESS: Address = toAddress("0".repeat(64));

/** The object through which clients see the state of the network. */
export const SYSTEM_STATE_ID: ObjectId = toObjectId("5".padStart(64, "0"));

/** What stands for the transaction before the first: the genesis objects have it as previous. */
export const ZERO_DIGEST: Digest = toDigest("0".repeat(64));

/** The digest of an object that is deleted. */
export const DELETED_DIGEST: Digest = toDigest("63".repeat(32));

/** 32 raw bytes. */
export const address: Codec<Address> = hex32<Address>("Address");

/** 32 raw bytes. */
export const objectId: Codec<ObjectId> = hex32<ObjectId>("ObjectId");

/** A length of 32 and as many bytes. */
export const digest: Codec<Digest> = prefixedHex32<Digest>("Digest");

/** The id of the `creationNumber`th thing that a transaction makes. */
export function deriveObjectId(transaction: Digest, creationNumber: number): ObjectId {
  return toObjectId(blake2b256Hex(fromHex(transaction), u64le(BigInt(creationNumber))));
}

function assertHex32(hex: string): string {
  assert(HEX_32.test(hex), "an id is 64 lower-case hex digits");
  return hex;
}
