/**
 * Files that a command makes: written to their end or not at all, and never over one that exists.
 *
 * @module
 */
import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { resolve } from "node:path";

import { SomaError, systemCode } from "../base/errors.ts";
import { attempt } from "../wallet/small-file.ts";
import type { Context } from "./command.ts";
import { interruptible } from "./interrupt.ts";

/** Makes a file; one that exists is never replaced: trained weights may be worth days. */
export async function writeNew<T>(
  { deps }: Context,
  file: string,
  write: (descriptor: number, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const path = resolve(deps.cwd, file);
  const descriptor = attempt("write", file, () => openNew(path, file));
  try {
    return await interruptible(deps, "nothing was kept", (signal) => write(descriptor, signal));
  } catch (error) {
    rmSync(path, { force: true });
    return attempt("write", file, () => {
      throw error;
    });
  } finally {
    closeSync(descriptor);
  }
}

function openNew(path: string, shown: string): number {
  try {
    return openSync(path, "wx");
  } catch (error) {
    if (systemCode(error) !== "EEXIST") throw error;
    throw new SomaError("file_exists", `${shown} exists already`, {
      hint: "choose another name; files are never overwritten",
      cause: error,
    });
  }
}

/** Writes all of `bytes` at a place in the file. */
export function writeAt(descriptor: number, bytes: Uint8Array, position: number): void {
  for (let offset = 0; offset < bytes.length;) {
    offset += writeSync(descriptor, bytes, offset, bytes.length - offset, position + offset);
  }
}
