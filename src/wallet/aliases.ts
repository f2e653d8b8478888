/**
 * Names for keys: the file `soma.aliases`, a JSON array of `{alias, public_key_base64}` beside the
 * keystore. A key without an entry has the alias that its address gives, so that a missing file
 * costs nothing but the names somebody chose.
 *
 * @module
 */
import { z } from "zod";

import { ALIAS_FORM } from "./alias.ts";
import { type Damage, readJsonFile } from "./json-file.ts";
import { replaceSmallFile } from "./small-file.ts";

const DAMAGE: Damage = {
  code: "aliases_corrupt",
  what: "a list of aliases",
  hint: "move it away: it holds names only, and new ones are made from the addresses",
};

const FILE = z.array(
  z.object({
    alias: z.string().regex(ALIAS_FORM, "not the form of an alias"),
    public_key_base64: z.string(),
  }),
);

/** The path of the aliases that belong to a keystore. */
export function aliasesPath(keystorePath: string): string {
  return `${keystorePath.replace(/\.[^./\\]*$/, "")}.aliases`;
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
