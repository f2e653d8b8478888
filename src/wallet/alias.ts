/**
 * Names of keys: their form, and the one that a key has until somebody chooses another.
 *
 * @module
 */
import { err, ok, type Result } from "../base/result.ts";
import type { Address } from "../types/address.ts";
import { ADJECTIVES, GEMSTONES } from "./alias-words.ts";

/** Characters of the longest alias. */
export const ALIAS_CHARACTERS_MAX = 64;

/** How an alias is written. */
export const ALIAS_FORM: RegExp = /^[A-Za-z][A-Za-z0-9._-]*$/;

/** `text` as an alias, or what is wrong with it. */
export function parseAlias(text: string): Result<string, string> {
  if (text === "") return err("an alias cannot be empty");
  if (text.length > ALIAS_CHARACTERS_MAX) {
    return err(`an alias has at most ${ALIAS_CHARACTERS_MAX} characters`);
  }
  if (ALIAS_FORM.test(text)) return ok(text);
  return err("an alias starts with a letter and has letters, digits, '.', '-' and '_' only");
}

/** An adjective and a gemstone picked by the digits of `address`, and not among `taken`. */
export function aliasOf(address: Address, taken: ReadonlySet<string>): string {
  for (let offset = 0; offset + 8 <= address.length; offset += 8) {
    const first = Number.parseInt(address.slice(offset, offset + 4), 16);
    const second = Number.parseInt(address.slice(offset + 4, offset + 8), 16);
    const adjective = ADJECTIVES[first % ADJECTIVES.length]!;
    const alias = `${adjective}-${GEMSTONES[second % GEMSTONES.length]!}`;
    if (!taken.has(alias)) return alias;
  }
  return `key-${address.slice(0, 16)}`;
}
