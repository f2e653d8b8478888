/**
 * What an object's decoder refuses, and how other kinds of content share its layout.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { AssertionError } from "../../src/base/assert.ts";
import { type Codec, encode, struct, u8 } from "../../src/bcs/schema.ts";
import { toAddress, toDigest, toObjectId } from "../../src/types/address.ts";
import {
  objectCodec,
  objectDigest,
  referenceTo,
  type SomaObject,
  somaObject,
} from "../../src/types/object.ts";
import { expectStrict, refusal } from "../bcs/strict.ts";

const COIN: SomaObject = {
  id: toObjectId("11".repeat(32)),
  version: 7n,
  owner: { kind: "AddressOwner", address: toAddress("22".repeat(32)) },
  previous_transaction: toDigest("33".repeat(32)),
  content: { kind: "Coin", balance: 5n },
};
const HEX = encode(somaObject, COIN).toHex();
const LENGTH_AT = 18;

describe("objects", () => {
  test("are laid out as type, version, contents, owner, previous transaction", () => {
    expect(HEX).toBe(
      `01${"0700000000000000"}28${"11".repeat(32)}${"0500000000000000"}` +
        `00${"22".repeat(32)}20${"33".repeat(32)}`,
    );
  });

  test("refuse the system state and unknown types", () => {
    for (const tag of ["00", "04", "10", "7f"]) {
      const type = Number.parseInt(tag, 16);
      expect(refusal(somaObject, tag + HEX.slice(2))).toBe(`no object has type ${type}`);
    }
  });

  test("refuse contents that are longer or shorter than their length says", () => {
    const withLength = (length: string): string =>
      HEX.slice(0, LENGTH_AT) + length + HEX.slice(LENGTH_AT + 2);
    for (const length of ["00", "20", "27", "29", "7f"]) {
      const size = Number.parseInt(length, 16);
      expect(refusal(somaObject, withLength(length))).toBe(
        `contents: contents take 40 bytes, their length says ${size}`,
      );
    }
    expect(refusal(somaObject, withLength("ffffff7f"))).toContain("too many");
  });

  test("have a reference of id, version and digest", () => {
    expect(referenceTo(COIN)).toEqual({
      object_id: COIN.id,
      version: 7n,
      digest: objectDigest(COIN),
    });
  });

  test("have another digest after any change", () => {
    const changes: readonly SomaObject[] = [
      COIN,
      { ...COIN, id: toObjectId("12".repeat(32)) },
      { ...COIN, version: 8n },
      { ...COIN, owner: { kind: "Immutable" } },
      { ...COIN, previous_transaction: toDigest("34".repeat(32)) },
      { ...COIN, content: { kind: "Coin", balance: 6n } },
    ];
    expect(new Set(changes.map(objectDigest)).size).toBe(changes.length);
  });
});

describe("objects of other kinds", () => {
  type Note = { readonly kind: "Note"; readonly pitch: number };
  const body: Codec<Omit<Note, "kind">> = struct("Note", { pitch: u8 });
  const codec = objectCodec<Note>({ Note: { tag: 16, body } });

  test("share the layout", () => {
    const note = { ...COIN, content: { kind: "Note" as const, pitch: 69 } };
    expectStrict(codec, note);
    expect(encode(codec, note)[0]).toBe(16);
  });

  test("have tags of their own", () => {
    type Two = Note | { readonly kind: "Rest"; readonly pitch: number };
    const kinds = { Note: { tag: 16, body }, Rest: { tag: 16, body } };
    expect(() => objectCodec<Two>(kinds)).toThrow(AssertionError);
  });
});
