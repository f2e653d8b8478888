/**
 * The install scripts of a release: the templates with what this release fixed. The sums stand in
 * the script too, so that a machine without OpenSSL can check the newest release; whoever trusts
 * the keys in the script trusts the sums in it.
 *
 * @module
 */
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { spkiBase64 } from "./keys.ts";
import type { Packed } from "./pack.ts";

/** What a release fixes. */
export type InstallerValues = {
  readonly tag: string;
  readonly baseUrl: string;
  /** Public keys, 64 hex digits each. */
  readonly keys: readonly string[];
  readonly archives: readonly Packed[];
};

const TEMPLATES = join(import.meta.dir, "../../installer");

/** Writes `install.sh` and `install.ps1` into `folder`. */
export function writeInstallers(folder: string, values: InstallerValues): void {
  const sums = values.archives
    .filter(({ name }) => name.endsWith(".tar.gz"))
    .map(({ sha256, name }) => `${sha256}  ${name}`)
    .join("\n");
  const filled: Readonly<Record<string, string>> = {
    "@TAG@": values.tag,
    "@BASE_URL@": values.baseUrl,
    "@KEYS@": values.keys.map(spkiBase64).join(" "),
    "@SUMS@": sums,
  };
  for (const name of ["install.sh", "install.ps1"]) {
    const text = readFileSync(join(TEMPLATES, name), "utf8");
    const path = join(folder, name);
    writeFileSync(
      path,
      text.replace(/@[A-Z_]+@/g, (word) => filled[word] ?? word),
    );
    chmodSync(path, 0o755);
  }
}
