/**
 * Owners: their bytes.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { encode } from "../../src/bcs/schema.ts";
import { toAddress } from "../../src/types/address.ts";
import { type Owner, owner, SHARED } from "../../src/types/owner.ts";
import { refusal } from "../bcs/strict.ts";

const mine: Owner = { kind: "AddressOwner", address: toAddress("22".repeat(32)) };
const immutable: Owner = { kind: "Immutable" };

test("owners have their published bytes", () => {
  expect(encode(owner, mine).toHex()).toBe(`00${"22".repeat(32)}`);
  expect(encode(owner, SHARED).toHex()).toBe("010100000000000000");
  expect(encode(owner, immutable).toHex()).toBe("02");
  expect(refusal(owner, "03")).toBeDefined();
});
