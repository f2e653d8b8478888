/**
 * What two implementations of BLS must have in common, on random input and on every encoding at the
 * edge of what is allowed.
 *
 * @module
 */
import { expect } from "bun:test";

import { bls12_381 } from "@noble/curves/bls12-381.js";
import fc from "fast-check";

import { type Bls, blsKeygen, blsPublicKey, pureBls } from "../../src/crypto/bls.ts";

const { fields, G1, G2 } = bls12_381;
const FLAGS = Array.from({ length: 8 }, (_, flags) => flags << 5);
const SIGNATURE_BYTES = 48;

const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 });
const messages = fc.uint8Array({ maxLength: 300 });
const group = fc.uniqueArray(seeds, {
  minLength: 1,
  maxLength: 5,
  selector: (seed) => seed.toHex(),
});

/** Signatures, sums and verdicts of groups of keys that sign a message. */
export function expectEqualOnRandomInput(fast: Bls, runs: number): void {
  const bit = fc.nat(SIGNATURE_BYTES * 8 - 1);
  const property = fc.property(group, messages, bit, (seedsOfGroup, message, flipped) => {
    const secrets = seedsOfGroup.map(blsKeygen);
    const keys = secrets.map(blsPublicKey);
    const signatures = secrets.map((secret) => fast.sign(secret, message));
    const pure = secrets.map((secret) => pureBls.sign(secret, message));
    expect(signatures.map(toHex)).toEqual(pure.map(toHex));
    const sum = fast.aggregate(signatures)!;
    expect(toHex(sum)).toBe(toHex(pureBls.aggregate(pure)!));
    expect(fast.accepts(keys, message, sum)).toBe(true);
    const wrong = sum.slice();
    wrong[flipped >> 3]! ^= 1 << (flipped & 7);
    expect(fast.accepts(keys, message, wrong)).toBe(false);
    expect(fast.accepts(keys, Uint8Array.of(...message, 0), sum)).toBe(false);
    expect(fast.accepts(keys.slice(1), message, sum)).toBe(false);
    expect(fast.accepts([...keys, keys[0]!], message, sum)).toBe(false);
  });
  fc.assert(property, { numRuns: runs });
}

/** Encodings of points of G1 and of G2 at the edge, most of which must be refused. */
export function edgeEncodings(): { signatures: Uint8Array[]; keys: Uint8Array[] } {
  const [signature, key] = [G1.Point.BASE.toBytes(true), G2.Point.BASE.toBytes(true)];
  return {
    signatures: [...flagged(signature), ...lengths(signature), ...coordinates(48), ...strays()],
    keys: [...flagged(key), ...lengths(key), ...coordinates(96), strayKey()],
  };
}

function flagged(bytes: Uint8Array): Uint8Array[] {
  const plain = bytes.with(0, bytes[0]! & 0x1f);
  const zero = new Uint8Array(bytes.length);
  return [plain, zero].flatMap((body) => FLAGS.map((flags) => body.with(0, body[0]! | flags)));
}

function lengths(bytes: Uint8Array): Uint8Array[] {
  return [new Uint8Array(0), bytes.subarray(1), Uint8Array.of(...bytes, 0)];
}

// Around the order of the field, where a coordinate is not reduced, and the largest there is.
function coordinates(size: number): Uint8Array[] {
  const { ORDER } = fields.Fp;
  const values = [-2n, -1n, 0n, 1n, 2n, 3n, 4n].map((step) => ORDER + step);
  return [...values, (1n << 381n) - 1n].flatMap((value) => {
    const digits = value.toString(16).padStart(96, "0");
    const limb = Uint8Array.fromHex(digits);
    const padding = new Uint8Array(size - limb.length);
    return [Uint8Array.of(...limb, ...padding), Uint8Array.of(...padding, ...limb)].flatMap(
      (body) => [0x80, 0xa0].map((flags) => body.with(0, body[0]! | flags)),
    );
  });
}

/** Points of the curve that are not in the subgroup, with both signs of y. */
function strays(): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let x = 1n; found.length < 20; x++) {
    const y = rootOf(x);
    if (y === undefined || G1.Point.fromAffine({ x, y }).isTorsionFree()) continue;
    const body = fields.Fp.toBytes(x);
    found.push(body.with(0, body[0]! | 0x80), body.with(0, body[0]! | 0xa0));
  }
  return found;
}

function rootOf(x: bigint): bigint | undefined {
  const { Fp } = fields;
  const square = Fp.add(Fp.mul(Fp.mul(x, x), x), 4n);
  try {
    return Fp.sqrt(square);
  } catch {
    return undefined;
  }
}

// In G2 too nearly every point of the curve is outside of the subgroup.
function strayKey(): Uint8Array {
  const { Fp, Fp2 } = fields;
  const x = Fp2.create({ c0: 1n, c1: 1n });
  const square = Fp2.add(Fp2.mul(Fp2.mul(x, x), x), Fp2.create({ c0: 4n, c1: 4n }));
  expect(G2.Point.fromAffine({ x, y: Fp2.sqrt(square) }).isTorsionFree()).toBe(false);
  const body = Uint8Array.of(...Fp.toBytes(x.c1), ...Fp.toBytes(x.c0));
  return body.with(0, body[0]! | 0x80);
}

function toHex(bytes: Uint8Array): string {
  return bytes.toHex();
}
