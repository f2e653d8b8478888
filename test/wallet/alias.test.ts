/**
 * Aliases: their form, their file, and the name that an address gives.
 *
 * @module
 */
import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { ADJECTIVES, GEMSTONES } from "../../src/wallet/alias-words.ts";
import { ALIAS_CHARACTERS_MAX, aliasOf, parseAlias } from "../../src/wallet/alias.ts";
import { aliasesPath, readAliases, writeAliases } from "../../src/wallet/aliases.ts";
import { keyOfSeed } from "../../src/wallet/keystore.ts";
import { failure, modeOf, temporaryDir } from "./scratch.ts";

const { address } = keyOfSeed(new Uint8Array(32).fill(7));

test.each(["a", "Alice", "bold-opal", "a.b_c-9", "x".repeat(ALIAS_CHARACTERS_MAX)])(
  "an alias: %s",
  (text) => {
    expect(parseAlias(text)).toEqual({ ok: true, value: text });
  },
);

test.each(["", "9lives", "-a", ".a", "a b", "a/b", "ä", "a\n", "x".repeat(65)])(
  "no alias: %p",
  (text) => {
    expect(parseAlias(text).ok).toBe(false);
  },
);

test("words are unique, plentiful, and every pair of them is an alias", () => {
  expect(new Set(ADJECTIVES).size).toBe(ADJECTIVES.length);
  expect(new Set(GEMSTONES).size).toBe(GEMSTONES.length);
  expect(ADJECTIVES.length).toBe(108);
  expect(GEMSTONES.length).toBe(64);
  for (const word of [...ADJECTIVES, ...GEMSTONES]) expect(word).toMatch(/^[a-z]{3,12}$/);
});

test("an address gives the same name again, and another one when that is taken", () => {
  const first = aliasOf(address, new Set());
  const second = aliasOf(address, new Set([first]));
  expect(aliasOf(address, new Set())).toBe(first);
  expect(second).not.toBe(first);
  expect(parseAlias(second).ok).toBe(true);
});

test("when all of an address's names are taken it is named by its digits", () => {
  const taken = new Set<string>();
  for (let count = 0; count < 8; count++) taken.add(aliasOf(address, taken));
  expect(taken.size).toBe(8);
  expect(aliasOf(address, taken)).toBe(`key-${address.slice(0, 16)}`);
});

test("the aliases are beside the keystore, under its name", () => {
  expect(aliasesPath("/a/b/soma.keystore")).toBe("/a/b/soma.aliases");
  expect(aliasesPath("/a.d/keys")).toBe("/a.d/keys.aliases");
});

test("aliases come back as they were written, for the owner only", () => {
  const path = join(temporaryDir(), "soma.aliases");
  const aliases = new Map([
    ["AAAA", "one"],
    ["AAAB", "two"],
  ]);
  expect(readAliases(path)).toEqual(new Map());
  writeAliases(path, aliases);
  expect(readAliases(path)).toEqual(aliases);
  expect(modeOf(path)).toBe("600");
});

test.each([
  "",
  "{}",
  '[{"alias": "a\\u001b[2J", "public_key_base64": "AAAA"}]',
  '[{"alias": 1, "public_key_base64": "AAAA"}]',
  '[{"alias": "a"}]',
])("no list of aliases: %p", (text) => {
  const path = join(temporaryDir(), "soma.aliases");
  writeFileSync(path, text);
  const error = failure(() => readAliases(path));
  expect(error.code).toBe("aliases_corrupt");
  expect(error.message).toContain(path);
});
