/**
 * The bytes of submissions on their way, beside the journal: they are there before a submission is
 * sent and until they are hosted, so that neither a crash nor a moved file leaves a submission
 * whose data nobody can read. One file a checksum, readable by its owner only.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { systemCode } from "../base/errors.ts";
import type { Digest } from "../types/address.ts";
import { attempt, removeFile, replaceSmallFile } from "./small-file.ts";

/** Keeps `bytes` under their checksum. */
export function stageData(directory: string, checksum: Digest, bytes: Uint8Array): void {
  replaceSmallFile(pathOf(directory, checksum), bytes);
}

/** The bytes of a checksum, or `undefined` when they are not there. */
export function stagedData(directory: string, checksum: Digest): Uint8Array | undefined {
  const path = pathOf(directory, checksum);
  return attempt("read", path, () => {
    try {
      return new Uint8Array(readFileSync(path));
    } catch (error) {
      if (systemCode(error) === "ENOENT") return undefined;
      throw error;
    }
  });
}

/** Lets go of the bytes of a checksum. */
export function unstageData(directory: string, checksum: Digest): void {
  removeFile(pathOf(directory, checksum));
}

function pathOf(directory: string, checksum: Digest): string {
  return join(directory, `data-${checksum}`);
}
