/**
 * Whole files of bounded size, read with errors that say what to do, and replaced in one step so
 * that a crash leaves the old or the new one.
 *
 * @module
 */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";

import { SomaError, systemCode } from "../base/errors.ts";

/** What a file is called in messages, and how large it may be. */
export type FileLimits = { readonly what: string; readonly bytesMax: number };

const OWNER_ONLY_FILE = 0o600;
const OWNER_ONLY_DIRECTORY = 0o700;

/** The bytes of a file. */
export function readSmallFile(path: string, { what, bytesMax }: FileLimits): Uint8Array {
  const stats = attempt(path, what, () => statSync(path));
  if (!stats.isFile()) {
    throw new SomaError("file_invalid", `${what} ${path} is not a file`, { hint: "name a file" });
  }
  if (stats.size > bytesMax) {
    throw new SomaError("file_invalid", `${what} ${path} has more than ${bytesMax} bytes`, {
      hint: "check that it is the right file",
    });
  }
  return attempt(path, what, () => new Uint8Array(readFileSync(path)));
}

/** Writes a file that only its owner can read, in the place of the one that is there. */
export function replaceFile(path: string, bytes: Uint8Array): void {
  const fresh = `${path}.new`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: OWNER_ONLY_DIRECTORY });
    rmSync(fresh, { force: true });
    const file = openSync(fresh, "wx", OWNER_ONLY_FILE);
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(fresh, path);
  } catch (error) {
    const reason = systemCode(error) ?? String(error);
    throw new SomaError("file_unwritable", `cannot write ${path}: ${reason}`, {
      hint: "check that you own the directory, on a disk that is not full or read-only",
      cause: error,
    });
  }
}

function attempt<T>(path: string, what: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (systemCode(error) === "ENOENT") {
      throw new SomaError("file_missing", `${what} ${path} does not exist`, {
        hint: "check the path",
        cause: error,
      });
    }
    const reason = systemCode(error) ?? String(error);
    throw new SomaError("file_unreadable", `cannot read ${what} ${path}: ${reason}`, {
      hint: "check that you may read it",
      cause: error,
    });
  }
}
