/**
 * Names for keys: the file `soma.aliases`, a JSON array of `{alias, public_key_base64}` beside the
 * keystore. A key without an entry has the alias that its address gives, so that a missing file
 * costs nothing but the names somebody chose.
 *
 * @module
 */
import { z } from "zod";

import { err, ok, type Result } from "../base/result.ts";
import type { Address } from "../types/address.ts";
import { ADJECTIVES, GEMSTONES } from "./alias-words.ts";
import { type Damage, readJsonFile } from "./json-file.ts";
import { replaceSmallFile } from "./small-file.ts";

/** Characters of the longest alias. */
export const ALIAS_CHARACTERS_MAX = 64;

const FORM = /^[A-Za-z][A-Za-z0-9._-]*$/;

const DAMAGE: Damage = {
  code: "aliases_corrupt",
  what: "a list of aliases",
  hint: "move it away: it holds names only, and new ones are made from the addresses",
};

const FILE = z.array(z.object({ alias: z.string(), public_key_base64: z.string() }));

/** The path of the aliases that belong to a keystore. */
export function aliasesPath(keystorePath: string): string {
  return `${keystorePath.replace(/\.[^./\\]*$/, "")}.aliases`;
}

/** `text` as an alias, or what is wrong with it. */
export function parseAlias(text: string): Result<string, string> {
  if (text === "") return err("an alias cannot be empty");
  if (text.length > ALIAS_CHARACTERS_MAX) {
    return err(`an alias has at most ${ALIAS_CHARACTERS_MAX} characters`);
  }
  if (FORM.test(text)) return ok(text);
  return err("an alias starts with a letter and has letters, digits, '.', '-' and '_' only");
}

/** The aliases in the file at `path`, by public key in base64; none when there is no file. */
export function readAliases(path: string): ReadonlyMap<string, string> {
  const entries = readJsonFile(path, FILE, DAMAGE) ?? [];
  return new Map(entries.map((entry) => [entry.public_key_base64, entry.alias]));
}

/** Replaces the file at `path`. */
export function writeAliases(path: string, aliases: ReadonlyMap<string, string>): void {
  const entries = [...aliases].map(([key, alias]) => ({ alias, public_key_base64: key }));
  replaceSmallFile(path, `${JSON.stringify(entries, undefined, 2)}\n`);
}

/** An adjective and a gemstone picked by the digits of `address`, and not among `taken`. */
export function aliasOf(address: Address, taken: ReadonlySet<string>): string {
  for (let offset = 0; offset + 8 <= address.length; offset += 8) {
    const first = Number.parseInt(address.slice(offset, offset + 4), 16);
    const second = Number.parseInt(address.slice(offset + 4, offset + 8), 16);
    const alias = `${ADJECTIVES[first % ADJECTIVES.length]}-${GEMSTONES[second % GEMSTONES.length]}`;
    if (!taken.has(alias)) return alias;
  }
  return `key-${address.slice(0, 16)}`;
}
