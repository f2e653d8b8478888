/**
 * Owners: their bytes, and when two are the same.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { encode } from "../../src/bcs/schema.ts";
import { toAddress } from "../../src/types/address.ts";
import { type Owner, owner, sameOwner, SHARED } from "../../src/types/owner.ts";
import { refusal } from "../bcs/strict.ts";

const mine: Owner = { kind: "AddressOwner", address: toAddress("22".repeat(32)) };
const yours: Owner = { kind: "AddressOwner", address: toAddress("23".repeat(32)) };
const late: Owner = { kind: "Shared", initial_shared_version: 2n };
const immutable: Owner = { kind: "Immutable" };

test("owners have their published bytes", () => {
  expect(encode(owner, mine).toHex()).toBe(`00${"22".repeat(32)}`);
  expect(encode(owner, SHARED).toHex()).toBe("010100000000000000");
  expect(encode(owner, immutable).toHex()).toBe("02");
  expect(refusal(owner, "03")).toBeDefined();
});

test("owners are the same by kind and content", () => {
  const all = [mine, yours, SHARED, late, immutable];
  for (const [row, left] of all.entries()) {
    for (const [column, right] of all.entries()) {
      expect(sameOwner(left, { ...right })).toBe(row === column);
    }
  }
});
