/**
 * BLS12-381: a public beacon's signature, key generation, aggregation, and every encoding that must
 * not pass.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { bls12_381 } from "@noble/curves/bls12-381.js";
import { sha256 } from "@noble/hashes/sha2.js";

import { AssertionError } from "../../src/base/assert.ts";
import { utf8 } from "../../src/base/bytes.ts";
import {
  blsAggregate,
  blsKeygen,
  blsPublicKey,
  blsPublicKeyValid,
  blsSecretKeyValid,
  blsSign,
  blsVerify,
  blsVerifyAggregate,
} from "../../src/crypto/bls.ts";

const { fields, G1, G2 } = bls12_381;
const message = utf8("a checkpoint");
const secrets = [1, 2, 3, 4].map((number) => blsKeygen(new Uint8Array(32).fill(number)));
const keys = secrets.map(blsPublicKey);
const signatures = secrets.map((secret) => blsSign(secret, message));
const [key, signature] = [keys[0]!, signatures[0]!];

/** `bytes` with some bits of one byte flipped. */
function flipped(bytes: Uint8Array, at: number, bits: number): Uint8Array {
  const copy = bytes.slice();
  copy[at]! ^= bits;
  return copy;
}

/** The encoding of infinity. */
function infinity(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, index) => (index === 0 ? 0xc0 : 0));
}

/** The coordinate that an encoding holds behind its three flag bits. */
function firstCoordinate(bytes: Uint8Array): bigint {
  return BigInt(`0x${flipped(bytes, 0, bytes[0]! & 0xe0).toHex()}`);
}

describe("known answers", () => {
  test("a round of the drand quicknet beacon, same scheme and domain", () => {
    const beacon =
      "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c" +
      "8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb" +
      "5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a";
    const round =
      "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125" +
      "e342b73a8dd2bacbe47e4b6b63ed5e39";
    const input = sha256(Uint8Array.fromHex("00000000000003e8"));
    const [publicKey, proof] = [Uint8Array.fromHex(beacon), Uint8Array.fromHex(round)];
    expect(blsVerify(publicKey, input, proof)).toBe(true);
    expect(blsVerify(publicKey, sha256(Uint8Array.fromHex("00000000000003e9")), proof)).toBe(false);
  });

  test("a secret key from a seed, by EIP-2333's first test case", () => {
    const seed =
      "c55257c360c07c72029aebc1b53c05ed0362ada38ead3e3e9efa3708e5349553" +
      "1f09a6987599d18264c1e1c92f2cf141630c7a3c4ab7c81b2f001698e7463b04";
    const secret = BigInt(`0x${blsKeygen(Uint8Array.fromHex(seed)).toHex()}`);
    expect(secret).toBe(
      6083874454709270928345386274498605044986640685124978867557563392430687146096n,
    );
    expect(() => blsKeygen(new Uint8Array(31))).toThrow(AssertionError);
  });

  test("a secret key is a scalar, from 1 to the order less 1", () => {
    const scalar = (value: bigint) => fields.Fp.toBytes(value).slice(16);
    const { ORDER } = fields.Fr;
    expect([1n, ORDER - 1n].map((value) => blsSecretKeyValid(scalar(value)))).toEqual([true, true]);
    for (const wrong of [
      scalar(0n),
      scalar(ORDER),
      new Uint8Array(31),
      new Uint8Array(33).fill(1),
    ]) {
      expect(blsSecretKeyValid(wrong)).toBe(false);
      expect(() => blsPublicKey(wrong)).toThrow(AssertionError);
      expect(() => blsSign(wrong, message)).toThrow(AssertionError);
    }
  });
});

describe("one signature", () => {
  test("is 48 bytes, by a key of 96, the same each time", () => {
    expect([key.length, signature.length]).toEqual([96, 48]);
    expect(blsSign(secrets[0]!, message).toHex()).toBe(signature.toHex());
    expect(blsVerify(key, message, signature)).toBe(true);
  });

  test("is judged as the library's own verification judges it", () => {
    const { shortSignatures } = bls12_381;
    for (const [index, publicKey] of keys.slice(0, 2).entries()) {
      const hashed = shortSignatures.hash(message);
      expect(shortSignatures.verify(signature, hashed, publicKey)).toBe(index === 0);
      expect(blsVerify(publicKey, message, signature)).toBe(index === 0);
    }
  });

  test("is not valid for another message or key, or negated", () => {
    expect(blsVerify(key, utf8("another"), signature)).toBe(false);
    expect(blsVerify(keys[1]!, message, signature)).toBe(false);
    expect(blsVerify(key, message, flipped(signature, 0, 0x20))).toBe(false);
    expect(blsVerify(flipped(key, 0, 0x20), message, signature)).toBe(false);
  });
});

describe("an aggregate", () => {
  const sum = blsAggregate(signatures)!;

  test("is checked against all keys at once, in any order", () => {
    expect(blsVerifyAggregate(keys, message, sum)).toBe(true);
    expect(blsVerifyAggregate(keys.toReversed(), message, sum)).toBe(true);
    expect(blsAggregate(signatures.toReversed())!.toHex()).toBe(sum.toHex());
  });

  test("is not valid with a key too few, too many or of another", () => {
    expect(blsVerifyAggregate(keys.slice(1), message, sum)).toBe(false);
    expect(blsVerifyAggregate([...keys, key], message, sum)).toBe(false);
    expect(blsVerifyAggregate([], message, sum)).toBe(false);
    const three = blsAggregate(signatures.slice(1))!;
    expect(blsVerifyAggregate(keys, message, three)).toBe(false);
    expect(blsVerifyAggregate(keys.slice(1), message, three)).toBe(true);
  });

  test("of nothing, of malformed ones, or of ones that cancel out is none", () => {
    expect(blsAggregate([])).toBeUndefined();
    expect(blsAggregate([signature, new Uint8Array(48)])).toBeUndefined();
    expect(blsAggregate([signature, flipped(signature, 0, 0x20)])).toBeUndefined();
    const inverse = flipped(key, 0, 0x20);
    expect(blsVerifyAggregate([key, inverse], message, signature)).toBe(false);
  });
});

describe("encodings that are refused", () => {
  test("infinity, as a key and as a signature", () => {
    expect(blsPublicKeyValid(infinity(96))).toBe(false);
    expect(blsVerify(infinity(96), message, infinity(48))).toBe(false);
    expect(blsVerify(key, message, infinity(48))).toBe(false);
    expect(blsVerify(infinity(96), message, signature)).toBe(false);
    expect(blsAggregate([signature, infinity(48)])).toBeUndefined();
  });

  test("wrong lengths", () => {
    for (const size of [0, 47, 49, 96]) {
      expect(blsVerify(key, message, new Uint8Array(size).fill(0x80))).toBe(false);
    }
    for (const size of [0, 48, 95, 97, 192]) {
      expect(blsPublicKeyValid(new Uint8Array(size).fill(0x80))).toBe(false);
    }
    expect(blsPublicKeyValid(G2.Point.BASE.toBytes(false))).toBe(false);
  });

  test("every wrong setting of the three flag bits", () => {
    for (const bits of [0x80, 0x40, 0xc0, 0xa0, 0x60, 0xe0]) {
      expect(blsPublicKeyValid(flipped(key, 0, bits))).toBe(false);
      expect(blsAggregate([flipped(signature, 0, bits)])).toBeUndefined();
    }
  });

  test("a coordinate written with the field's modulus added", () => {
    const field = fields.Fp.ORDER;
    for (let number = 0; ; number++) {
      const small = blsSign(secrets[0]!, Uint8Array.of(number));
      if (firstCoordinate(small) + field >= 2n ** 381n) continue;
      const wide = Uint8Array.fromHex(
        (firstCoordinate(small) + field).toString(16).padStart(96, "0"),
      );
      wide[0]! |= small[0]! & 0xe0;
      expect(blsAggregate([small])!.toHex()).toBe(small.toHex());
      expect(blsAggregate([wide])).toBeUndefined();
      return;
    }
  });

  test("points of the curve that are outside of the subgroup", () => {
    const y = fields.Fp.sqrt(4n ** 3n + 4n);
    expect(new G1.Point(4n, y, 1n).isTorsionFree()).toBe(false);
    expect(blsAggregate([compressed(48, 4n)])).toBeUndefined();
    expect(blsVerify(key, message, compressed(48, 4n))).toBe(false);
    const outside = compressed(96, firstOfTwist());
    expect(blsPublicKeyValid(outside)).toBe(false);
    expect(blsVerify(outside, message, signature)).toBe(false);
  });

  test("coordinates that no point of the curve has", () => {
    const { Fp } = fields;
    let x = 1n;
    while (Fp.pow(Fp.create(x ** 3n + 4n), (Fp.ORDER - 1n) / 2n) === 1n) x++;
    expect(blsAggregate([compressed(48, x)])).toBeUndefined();
  });
});

/** The compressed encoding of a point with a small first coordinate. */
function compressed(size: number, x: bigint): Uint8Array {
  const bytes = Uint8Array.fromHex(x.toString(16).padStart(size * 2, "0"));
  bytes[0] = 0x80;
  return bytes;
}

/** The first small x of a point of the twist. Almost no such point is in G2, nor is this one. */
function firstOfTwist(): bigint {
  const { Fp2 } = fields;
  for (let number = 1n; ; number++) {
    const x = Fp2.create({ c0: number, c1: 0n });
    const square = Fp2.add(Fp2.mul(Fp2.sqr(x), x), Fp2.create({ c0: 4n, c1: 4n }));
    const y = squareRoot(square);
    if (y === undefined) continue;
    expect(new G2.Point(x, y, Fp2.ONE).isTorsionFree()).toBe(false);
    return number;
  }
}

function squareRoot(value: ReturnType<typeof fields.Fp2.create>): typeof value | undefined {
  try {
    return fields.Fp2.sqrt(value);
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}
