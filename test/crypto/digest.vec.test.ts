/**
 * BLAKE2b-256 against published values, and the domain of typed digests.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { concatBytes, utf8 } from "../../src/base/bytes.ts";
import { fixedBytes } from "../../src/bcs/schema.ts";
import { blake2b256, blake2b256Hex, pureHashes, typedDigest } from "../../src/crypto/digest.ts";

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
