/**
 * BLAKE2b-256 and SHAKE256 against published values, and the domain of typed digests.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { concatBytes, utf8 } from "../../src/base/bytes.ts";
import { fixedBytes } from "../../src/bcs/schema.ts";
import {
  blake2b256,
  blake2b256Hex,
  pureHashes,
  shake256,
  typedDigest,
} from "../../src/crypto/digest.ts";

const ABC = "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319";
const EMPTY = "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8";

describe("BLAKE2b-256", () => {
  test("of nothing and of abc, in one part and in three", () => {
    expect(blake2b256Hex()).toBe(EMPTY);
    expect(blake2b256Hex(new Uint8Array())).toBe(EMPTY);
    expect(blake2b256Hex(utf8("abc"))).toBe(ABC);
    expect(blake2b256(utf8("a"), utf8("b"), utf8("c")).toHex()).toBe(ABC);
    expect(pureHashes.blake2b256([utf8("abc")]).toHex()).toBe(ABC);
  });

  test("of a typed value has the type's name in front", () => {
    const body = Uint8Array.of(1, 2, 3);
    const whole = blake2b256Hex(concatBytes(utf8("Object::"), body));
    expect(typedDigest("Object", fixedBytes(body.length), body)).toBe(whole);
  });
});

describe("SHAKE256", () => {
  test("of nothing, and as long as asked", () => {
    const start = "46b9dd2b0ba88d13233b3feb743eeb243fcd52ea62b81b82b50c27646ed5762f";
    expect(shake256(new Uint8Array(), 32).toHex()).toBe(start);
    expect(shake256(new Uint8Array(), 2048).toHex()).toStartWith(start);
  });
});
