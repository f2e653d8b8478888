/**
 * The list that a release goes on from. A machine that makes one release, as a CI does, has no
 * list of those before: it takes the one that is published, so that the serial never goes back and
 * no release is forgotten.
 *
 * @module
 */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { SomaError } from "../../src/base/errors.ts";
import { SUP_EXIT } from "../../src/sup/failures.ts";
import {
  INDEX_BYTES_MAX,
  INDEX_NAME,
  isSigned,
  SIGNATURE_SUFFIX,
} from "../../src/sup/index-file.ts";
import { openSource, readSmall } from "../../src/sup/source.ts";

/** Brings the list that is published at `baseUrl` into `folder`, unless that has one. */
export async function bringIndex(
  folder: string,
  baseUrl: string,
  trusted: readonly string[],
): Promise<void> {
  if (baseUrl === "" || existsSync(join(folder, INDEX_NAME))) return;
  const source = openSource(baseUrl, process.env);
  const bytes = await readIfThere(source, INDEX_NAME);
  // Where none is published, this is the first.
  if (bytes === undefined) return;
  const signature = await readSmall(source, INDEX_NAME + SIGNATURE_SUFFIX, INDEX_BYTES_MAX);
  const keys = trusted.map((key) => Uint8Array.fromHex(key));
  if (!isSigned(bytes, signature, keys)) {
    throw new Error(`${source.name}${INDEX_NAME} is not signed by one of these keys`);
  }
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, INDEX_NAME), bytes);
}

async function readIfThere(
  source: ReturnType<typeof openSource>,
  name: string,
): Promise<Uint8Array | undefined> {
  try {
    return await readSmall(source, name, INDEX_BYTES_MAX);
  } catch (error) {
    if (error instanceof SomaError && error.exit === SUP_EXIT.noSuchVersion) return undefined;
    throw error;
  }
}
