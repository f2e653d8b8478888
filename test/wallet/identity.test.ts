/**
 * Naming an account: a slip in an address is told, never taken for an alias.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { parseIdentity, resolveIdentity } from "../../src/wallet/identity.ts";
import { keyOfSeed } from "../../src/wallet/keystore.ts";
import { failure } from "./scratch.ts";

const { address } = keyOfSeed(new Uint8Array(32).fill(7));

test.each([`0x${address}`, address, address.toUpperCase(), `0x${address.toUpperCase()}`])(
  "an address: %s",
  (text) => {
    expect(parseIdentity(text)).toEqual({ ok: true, value: { kind: "address", address } });
  },
);

test("an alias", () => {
  expect(parseIdentity("bold-opal")).toEqual({
    ok: true,
    value: { kind: "alias", alias: "bold-opal" },
  });
});

test.each([
  [`0x${address.slice(1)}`, "address has 63 hex digits; 64 expected"],
  [`0x${address}a`, "address has 65 hex digits; 64 expected"],
  [address.slice(1), "address has 63 hex digits; 64 expected"],
  [`${address}a`, "address has 65 hex digits; 64 expected"],
  [`a${address.slice(2)}`, "address has 63 hex digits; 64 expected"],
  ["0x", "address has 0 hex digits; 64 expected"],
  [`0x${address.slice(1)}g`, 'address has "g" where a hex digit was expected'],
  ["", "neither an address nor an alias: an alias cannot be empty"],
  ["bold opal", "neither an address nor an alias"],
])("neither: %p", (text, reason) => {
  const identity = parseIdentity(text);
  expect(identity.ok ? "" : identity.error).toContain(reason);
});

test("an alias stands for the address of its key; an address for itself", () => {
  const accounts = [{ alias: "ann", address }];
  expect(resolveIdentity({ kind: "alias", alias: "ann" }, accounts)).toBe(address);
  expect(resolveIdentity({ kind: "address", address }, [])).toBe(address);
  const error = failure(() => resolveIdentity({ kind: "alias", alias: "bob" }, accounts));
  expect(error.code).toBe("alias_unknown");
  expect(error.message).toContain("bob");
});
