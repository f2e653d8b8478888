/**
 * BLS by the WebAssembly of mcl, three times as fast as the pure implementation. It says yes early:
 * what it refuses is judged again. Of the library only the curve is used, with the checks of the
 * subgroup that decoding does; hashing to the field is ours, because its own has another domain.
 *
 * @module
 */
import { expand_message_xmd } from "@noble/curves/abstract/hash-to-curve.js";
import { bls12_381 } from "@noble/curves/bls12-381.js";
import { sha256 } from "@noble/hashes/sha2.js";
import mcl, { type G1, type G2, type PrecomputedG2 } from "mcl-wasm";

import { utf8 } from "../base/bytes.ts";
import { Lru } from "../base/lru.ts";
import {
  type Bls,
  BLS_MESSAGE_DOMAIN,
  BLS_PUBLIC_KEY_BYTES,
  BLS_SIGNATURE_BYTES,
} from "../crypto/bls.ts";

/** Bytes that become one element of the field (RFC 9380 §5.1: L for this curve). */
const FIELD_DRAW_BYTES = 64;
const KEYS_CACHED_MAX = 1_024;
/** Messages that are signed and then verified. */
const HASHES_CACHED_MAX = 16;
const DOMAIN = utf8(BLS_MESSAGE_DOMAIN);

/** The implementation, once its code is compiled. */
export async function loadWasmBls(): Promise<Bls> {
  await mcl.init(mcl.BLS12_381);
  mcl.setETHserialization(true);
  mcl.setMapToMode(mcl.IRTF);
  mcl.verifyOrderG1(true);
  mcl.verifyOrderG2(true);
  const keys = new Lru<G2>({ weightMax: KEYS_CACHED_MAX });
  const hashes = new Lru<G1>({ weightMax: HASHES_CACHED_MAX });
  const negated = mcl.neg(decoded(new mcl.G2(), bls12_381.G2.Point.BASE.toBytes(true))!);
  const generator = new mcl.PrecomputedG2(negated);
  const keyOf = (bytes: Uint8Array): G2 | undefined => memoised(keys, bytes, decodePublicKey);
  const hashOf = (message: Uint8Array): G1 => memoised(hashes, message, hashToCurve)!;
  return {
    sign: (secretKey, message) => {
      const scalar = new mcl.Fr();
      scalar.deserialize(secretKey);
      return mcl.mul(hashOf(message), scalar).serialize();
    },
    aggregate,
    accepts: (publicKeys, message, signature) => {
      const point = decodeSignature(signature);
      const key = point && sumOf(publicKeys, keyOf);
      return key !== undefined && pairingsMatch(hashOf(message), key, point!, generator);
    },
  };
}

function aggregate(signatures: readonly Uint8Array[]): Uint8Array | undefined {
  return sumOf(signatures, decodeSignature)?.serialize();
}

/** The sum of points, if each can be decoded and they do not cancel out. */
function sumOf<P extends G1 | G2>(
  encoded: readonly Uint8Array[],
  decode: (bytes: Uint8Array) => P | undefined,
): P | undefined {
  let sum: P | undefined;
  for (const bytes of encoded) {
    const point = decode(bytes);
    if (point === undefined) return undefined;
    sum = sum === undefined ? point : mcl.add(sum, point);
  }
  return sum?.isZero() === true ? undefined : sum;
}

/** Whether e(signature, −generator) · e(message, key) = 1. */
function pairingsMatch(message: G1, key: G2, signature: G1, generator: PrecomputedG2): boolean {
  const product = mcl.precomputedMillerLoop2mixed(message, key, signature, generator);
  return mcl.finalExp(product).isOne();
}

/** Hashing to the curve by RFC 9380; mapping each element clears the cofactor already. */
function hashToCurve(message: Uint8Array): G1 {
  const draws = expand_message_xmd(message, DOMAIN, 2 * FIELD_DRAW_BYTES, sha256);
  const [first, second] = [0, FIELD_DRAW_BYTES].map((start) => {
    const element = new mcl.Fp();
    element.setBigEndianMod(draws.subarray(start, start + FIELD_DRAW_BYTES));
    return element.mapToG1();
  });
  return mcl.add(first!, second!);
}

function decodeSignature(bytes: Uint8Array): G1 | undefined {
  return bytes.length === BLS_SIGNATURE_BYTES ? decoded(new mcl.G1(), bytes) : undefined;
}

function decodePublicKey(bytes: Uint8Array): G2 | undefined {
  return bytes.length === BLS_PUBLIC_KEY_BYTES ? decoded(new mcl.G2(), bytes) : undefined;
}

/** The point in `bytes`, unless they encode none, one outside of the subgroup, or infinity. */
function decoded<P extends G1 | G2>(point: P, bytes: Uint8Array): P | undefined {
  try {
    point.deserialize(bytes);
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
  return point.isZero() ? undefined : point;
}

function memoised<T>(
  memory: Lru<T>,
  bytes: Uint8Array,
  make: (bytes: Uint8Array) => T | undefined,
): T | undefined {
  const name = bytes.toHex();
  const known = memory.find(name);
  if (known !== undefined) return known;
  const value = make(bytes);
  if (value !== undefined) memory.set(name, value);
  return value;
}
