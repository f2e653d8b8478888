/**
 * Multisig: the published address, who may sign together, and every malformed combination.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { decode, encode } from "../../src/bcs/schema.ts";
import { multisigAddress } from "../../src/crypto/address.ts";
import { ed25519PublicKey, ed25519Sign } from "../../src/crypto/ed25519.ts";
import {
  checkMultisigCommittee,
  combineMultisig,
  type Multisig,
  multisig,
  type MultisigCommittee,
  verifyMultisig,
} from "../../src/crypto/multisig.ts";
import { expectStrict } from "../bcs/strict.ts";
import { golden_from_repo as golden } from "../vectors/wire_vectors.json";

const message = new Uint8Array(32).fill(9);
const seeds = Array.from({ length: 11 }, (_, index) => new Uint8Array(32).fill(index + 1));
const keys = seeds.map(ed25519PublicKey);

function committee(weights: readonly number[], threshold: number): MultisigCommittee {
  const pk_map = weights.map((weight, index) => ({ public_key: keys[index]!, weight }));
  return { pk_map, threshold };
}

function signedBy(...indices: number[]) {
  return indices.map((index) => ({
    publicKey: keys[index]!,
    signature: ed25519Sign(seeds[index]!, message),
  }));
}

function combined(of: MultisigCommittee, ...indices: number[]): Multisig {
  const result = combineMultisig(of, signedBy(...indices));
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

describe("address", () => {
  test("of the published committee", () => {
    const [vector] = golden;
    const pk_map = vector!.public_keys_hex!.map((hex, index) => ({
      public_key: Uint8Array.fromHex(hex),
      weight: index + 1,
    }));
    expect(`0x${multisigAddress({ pk_map, threshold: 2 })}`).toBe(vector!.address!);
    expect(multisigAddress({ pk_map, threshold: 0x0102 })).not.toBe(
      multisigAddress({ pk_map, threshold: 0x0201 }),
    );
  });
});

describe("committees", () => {
  test("of one to ten members are allowed", () => {
    expect(checkMultisigCommittee(committee([1], 1))).toBeUndefined();
    expect(checkMultisigCommittee(committee(Array(10).fill(255), 2550))).toBeUndefined();
  });

  test.each([
    [committee([], 1), "a multisig committee has at least one member"],
    [committee(Array(11).fill(1), 1), "a multisig committee has at most 10 members"],
    [committee([1, 0], 1), "a multisig weight is 1 to 255"],
    [committee([1, 256], 1), "a multisig weight is 1 to 255"],
    [committee([1, 1], 0), "the multisig threshold is at least 1"],
    [committee([1, 1], 3), "the multisig threshold exceeds the sum of the weights"],
    [
      { pk_map: [...committee([1], 1).pk_map, ...committee([2], 1).pk_map], threshold: 1 },
      "a multisig committee has no key twice",
    ],
  ])("%# is refused", (wrong, reason) => {
    expect(checkMultisigCommittee(wrong)).toBe(reason);
    expect(combineMultisig(wrong, signedBy(0))).toEqual({ ok: false, error: reason });
    const value = { ...combined(committee([1, 1], 1), 0), multisig_pk: wrong };
    expect(verifyMultisig(value, message)).toBe(reason);
  });
});

describe("signing together", () => {
  const two = committee([1, 1, 1], 2);

  test("any two of three, in any order", () => {
    for (const [first, second] of [
      [0, 1],
      [1, 2],
      [2, 0],
    ] as const) {
      expect(verifyMultisig(combined(two, first, second), message)).toBeUndefined();
    }
    const value = combined(two, 2, 0);
    expect([value.bitmap, value.sigs.length]).toEqual([0b101, 2]);
    expect(value.sigs[0]).toEqual(ed25519Sign(seeds[0]!, message));
  });

  test("too little weight is said with both numbers", () => {
    expect(verifyMultisig(combined(two, 0), message)).toBe("Insufficient weight=1 threshold=2");
    const heavy = committee([1, 2, 3], 3);
    expect(verifyMultisig(combined(heavy, 2), message)).toBeUndefined();
    expect(verifyMultisig(combined(heavy, 1), message)).toBe("Insufficient weight=2 threshold=3");
  });

  test("nobody, a stranger and the same member twice do not combine", () => {
    const reason = (list: ReturnType<typeof signedBy>) => {
      const result = combineMultisig(two, list);
      return result.ok ? undefined : result.error;
    };
    expect(reason([])).toBe("a multisig takes at least one signature");
    expect(reason(signedBy(0, 5))).toBe("a signature is not by a member of the multisig committee");
    expect(reason(signedBy(1, 1))).toBe("a member of the multisig committee signed twice");
  });

  test("one wrong signature spoils it, even when the rest would do", () => {
    const value = combined(two, 0, 1, 2);
    const sigs = [value.sigs[0]!, value.sigs[1]!, value.sigs[0]!];
    expect(verifyMultisig({ ...value, sigs }, message)).toBe("multisig signature 2 is not valid");
    expect(verifyMultisig(value, new Uint8Array(32))).toBe("multisig signature 0 is not valid");
  });

  test("the bitmap names as many members as there are signatures", () => {
    const value = combined(two, 0, 1);
    const verdict = (bitmap: number) => verifyMultisig({ ...value, bitmap }, message);
    expect(verdict(0b1000)).toBe("the multisig bitmap names no member");
    expect(verdict(0x8003)).toBe("the multisig bitmap names no member");
    expect(verdict(0b111)).toBe("the multisig bitmap does not match the signatures");
    expect(verdict(0b001)).toBe("the multisig bitmap does not match the signatures");
    expect(verdict(0)).toBe("a multisig takes at least one signature");
    expect(verdict(0b101)).toBe("multisig signature 1 is not valid");
  });
});

describe("encoding", () => {
  test("is signatures, bitmap, members and threshold", () => {
    const value = combined(committee([7], 1), 0);
    const signature = value.sigs[0]!.toHex();
    const expected = `0100${signature}01000100${keys[0]!.toHex()}070100`;
    expect(encode(multisig, value).toHex()).toBe(expected);
  });

  test("is strict", () => {
    expectStrict(multisig, combined(committee([1, 2], 3), 0, 1));
  });

  test("members of another scheme and more than ten are refused", () => {
    const bytes = encode(multisig, combined(committee([7], 1), 0));
    const other = bytes.slice();
    other[1] = 1;
    expect(decode(multisig, other)).toMatchObject({ error: { path: "sigs.0" } });
    const eleven = { ...combined(committee([1], 1), 0), multisig_pk: committee([1], 1) };
    expect(() => encode(multisig, { ...eleven, sigs: Array(11).fill(eleven.sigs[0]!) })).toThrow();
  });
});
