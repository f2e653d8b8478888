/**
 * BLS signatures on BLS12-381 (draft-irtf-cfrg-bls-signature), minimal-signature-size: public keys
 * are 96-byte points of G2, signatures 48-byte points of G1. Signatures of one message by many keys
 * add up to one signature, checked against the sum of the keys; that is safe only for keys whose
 * possession is proved (`pop.ts`). Infinity, points outside of the prime-order subgroup and
 * non-canonical encodings are refused everywhere. The pure implementation decides; a faster one
 * (`host/bls-wasm.ts`) may only say yes early.
 *
 * @module
 */
import type { WeierstrassPoint } from "@noble/curves/abstract/weierstrass.js";
import { bls12_381 } from "@noble/curves/bls12-381.js";
import { expand, extract } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";

import { assert } from "../base/assert.ts";
import { concatBytes, utf8 } from "../base/bytes.ts";

/** Bytes of a secret key. */
export const BLS_SECRET_KEY_BYTES = 32;
/** Bytes of a public key, a compressed point of G2. */
export const BLS_PUBLIC_KEY_BYTES = 96;
/** Bytes of a signature, a compressed point of G1. */
export const BLS_SIGNATURE_BYTES = 48;

/** An implementation, which may refuse what the rules allow, but not allow what they refuse. */
export type Bls = {
  /** The signature of a message by a secret key that is a scalar. */
  readonly sign: (secretKey: Uint8Array, message: Uint8Array) => Uint8Array;
  /** The sum of signatures. */
  readonly aggregate: (signatures: readonly Uint8Array[]) => Uint8Array | undefined;
  /** Whether a signature is the sum of those of one message by all of the keys. */
  readonly accepts: (
    publicKeys: readonly Uint8Array[],
    message: Uint8Array,
    signature: Uint8Array,
  ) => boolean;
};

type G1 = WeierstrassPoint<bigint>;
type G2 = InstanceType<typeof bls12_381.G2.Point>;
type Lines = ReturnType<typeof bls12_381.utils.calcPairingPrecomputes>;

/** What separates hashes of this scheme from all others. */
export const BLS_MESSAGE_DOMAIN = "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_";

const SCHEME = bls12_381.shortSignatures;
const KEYGEN_SALT = "BLS-SIG-KEYGEN-SALT-";
const KEYGEN_BYTES = 48;
const KEYS_CACHED_MAX = 1024;

// Cache: decoding a key costs as much as a fifth of a verification and committees seldom change.
const decodedKeys = new Map<string, G2>();
// Cache: the line coefficients of the generator, the same for every verification.
let generatorLines: Lines | undefined;

/** The pure implementation: the one that decides. */
export const pureBls: Bls = {
  sign: (secretKey, message) =>
    SCHEME.sign(SCHEME.hash(message, BLS_MESSAGE_DOMAIN), secretKey).toBytes(true),
  aggregate: sumOf,
  accepts,
};

// A choice of speed made once at start, not state: what is valid does not depend on it.
let fast: Bls = pureBls;

/** Puts a faster implementation in front of the pure one. */
export function useBls(implementation: Bls): void {
  fast = implementation;
}

/** The secret key that a seed of at least 32 bytes gives (KeyGen of the draft, §2.3). */
export function blsKeygen(seed: Uint8Array): Uint8Array {
  assert(seed.length >= BLS_SECRET_KEY_BYTES, "BLS seed has at least 32 bytes");
  const info = new Uint8Array([0, KEYGEN_BYTES]);
  const material = concatBytes(seed, new Uint8Array(1));
  let salt = utf8(KEYGEN_SALT);
  for (;;) {
    salt = sha256(salt);
    const wide = expand(sha256, extract(sha256, material, salt), info, KEYGEN_BYTES);
    const scalar = BigInt(`0x${wide.toHex()}`) % bls12_381.fields.Fr.ORDER;
    if (scalar > 0n) return bls12_381.fields.Fr.toBytes(scalar);
  }
}

/** Whether `bytes` are a secret key: a scalar of the group, not zero. */
export function blsSecretKeyValid(bytes: Uint8Array): boolean {
  if (bytes.length !== BLS_SECRET_KEY_BYTES) return false;
  const scalar = BigInt(`0x${bytes.toHex()}`);
  return scalar > 0n && scalar < bls12_381.fields.Fr.ORDER;
}

/** The public key of a secret key. */
export function blsPublicKey(secretKey: Uint8Array): Uint8Array {
  assert(blsSecretKeyValid(secretKey), "BLS secret key is a scalar");
  return SCHEME.getPublicKey(secretKey).toBytes(true);
}

/** The signature of `message`. */
export function blsSign(secretKey: Uint8Array, message: Uint8Array): Uint8Array {
  assert(blsSecretKeyValid(secretKey), "BLS secret key is a scalar");
  return fast.sign(secretKey, message);
}

/** Whether `bytes` are a public key that signatures may be checked against. */
export function blsPublicKeyValid(bytes: Uint8Array): boolean {
  return decodePublicKey(bytes) !== undefined;
}

/** Whether `signature` is that of `message` by `publicKey`. */
export function blsVerify(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  return blsVerifyAggregate([publicKey], message, signature);
}

/** The sum of signatures; `undefined` when there is none, one is malformed or they cancel out. */
export function blsAggregate(signatures: readonly Uint8Array[]): Uint8Array | undefined {
  return fast.aggregate(signatures) ?? (fast === pureBls ? undefined : sumOf(signatures));
}

/** Whether `signature` is the sum of signatures of one message, one by each of `publicKeys`. */
export function blsVerifyAggregate(
  publicKeys: readonly Uint8Array[],
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (fast.accepts(publicKeys, message, signature)) return true;
  return fast !== pureBls && accepts(publicKeys, message, signature);
}

function sumOf(signatures: readonly Uint8Array[]): Uint8Array | undefined {
  let sum = bls12_381.G1.Point.ZERO;
  for (const bytes of signatures) {
    const signature = decodeSignature(bytes);
    if (signature === undefined) return undefined;
    sum = sum.add(signature);
  }
  return sum.is0() ? undefined : sum.toBytes(true);
}

function accepts(
  publicKeys: readonly Uint8Array[],
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  const point = decodeSignature(signature);
  if (point === undefined) return false;
  let sum = bls12_381.G2.Point.ZERO;
  for (const bytes of publicKeys) {
    const publicKey = decodePublicKey(bytes);
    if (publicKey === undefined) return false;
    sum = sum.add(publicKey);
  }
  return !sum.is0() && pairingsMatch(point, SCHEME.hash(message, BLS_MESSAGE_DOMAIN), sum);
}

/** Whether e(signature, generator) = e(message, key), by one product of two pairings. */
function pairingsMatch(signature: G1, message: G1, key: G2): boolean {
  const { calcPairingPrecomputes } = bls12_381.utils;
  generatorLines ??= calcPairingPrecomputes(bls12_381.G2.Point.BASE.negate());
  const left = signature.toAffine();
  const right = message.toAffine();
  const product = bls12_381.millerLoopBatch([
    [generatorLines, left.x, left.y],
    [calcPairingPrecomputes(key), right.x, right.y],
  ]);
  const { Fp12 } = bls12_381.fields;
  return Fp12.eql(Fp12.finalExponentiate(product), Fp12.ONE);
}

function decodeSignature(bytes: Uint8Array): G1 | undefined {
  if (bytes.length !== BLS_SIGNATURE_BYTES) return undefined;
  return decodePoint(() => SCHEME.Signature.fromBytes(bytes));
}

function decodePublicKey(bytes: Uint8Array): G2 | undefined {
  if (bytes.length !== BLS_PUBLIC_KEY_BYTES) return undefined;
  const name = bytes.toHex();
  const known = decodedKeys.get(name);
  if (known !== undefined) return known;
  const point = decodePoint(() => bls12_381.G2.Point.fromBytes(bytes));
  if (point === undefined) return undefined;
  if (decodedKeys.size >= KEYS_CACHED_MAX) decodedKeys.clear();
  decodedKeys.set(name, point);
  return point;
}

/** The point that `parse` gives, unless it throws or gives infinity. It checks the subgroup. */
function decodePoint<P extends { is0: () => boolean }>(parse: () => P): P | undefined {
  try {
    const point = parse();
    return point.is0() ? undefined : point;
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}
