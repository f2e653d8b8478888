/**
 * The signed list of hashes beside what a release ships.
 *
 * @module
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { SUMS_NAME } from "../../src/sup/install.ts";
import type { ReleaseKeys } from "./keys.ts";
import type { Packed } from "./pack.ts";

/** Writes and signs the sums of `files` in `folder`. */
export function writeSums(folder: string, files: readonly Packed[], keys: ReleaseKeys): void {
  const path = join(folder, SUMS_NAME);
  writeFileSync(path, files.map(({ sha256, name }) => `${sha256}  ${name}\n`).join(""));
  keys.sign(path);
}
