/**
 * Well-known ids, and the form that our own code must give to ids.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { AssertionError } from "../../src/base/assert.ts";
import { decode, encode } from "../../src/bcs/schema.ts";
import {
  address,
  DELETED_DIGEST,
  deriveObjectId,
  digest,
  objectId,
  SYSTEM_STATE_ID,
  toAddress,
  toDigest,
  toObjectId,
  ZERO_ADDRESS,
  ZERO_DIGEST,
} from "../../src/types/address.ts";
import { formatDigest, formatObjectId } from "../../src/types/text.ts";
import { refusal } from "../bcs/strict.ts";

describe("well-known ids", () => {
  test("have their published forms", () => {
    expect(formatObjectId(SYSTEM_STATE_ID)).toBe(`0x${"0".repeat(63)}5`);
    expect(formatDigest(ZERO_DIGEST)).toBe("1".repeat(32));
    expect(ZERO_ADDRESS).toBe(toAddress("0".repeat(64)));
    expect(DELETED_DIGEST).toBe(toDigest("63".repeat(32)));
  });
});

describe("ids in BCS", () => {
  const hex = "0123456789abcdef".repeat(4);

  test("addresses and object ids have no length in front, digests have", () => {
    expect(encode(address, toAddress(hex)).toHex()).toBe(hex);
    expect(encode(objectId, toObjectId(hex)).toHex()).toBe(hex);
    expect(encode(digest, toDigest(hex)).toHex()).toBe(`20${hex}`);
    expect(decode(digest, Uint8Array.fromHex(`20${hex}`))).toEqual({
      ok: true,
      value: toDigest(hex),
    });
  });

  test("digests have 32 bytes", () => {
    expect(refusal(digest, `1f${hex.slice(2)}`)).toBe("Digest has 32 bytes");
    expect(refusal(digest, `21${hex}00`)).toBe("Digest has 32 bytes");
  });
});

describe("ids from our own code", () => {
  test("are 64 lower-case hex digits", () => {
    for (const make of [toAddress, toObjectId, toDigest]) {
      for (const wrong of [
        "",
        "0x5",
        "A".repeat(64),
        "a".repeat(63),
        "a".repeat(65),
        "g".repeat(64),
      ]) {
        expect(() => make(wrong)).toThrow(AssertionError);
      }
    }
  });

  test("differ by counter and by transaction", () => {
    const [one, two] = [toDigest("01".repeat(32)), toDigest("02".repeat(32))];
    const ids = [deriveObjectId(one, 0), deriveObjectId(one, 1), deriveObjectId(two, 0)];
    expect(new Set(ids).size).toBe(3);
  });
});
