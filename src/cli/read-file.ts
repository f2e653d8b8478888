/**
 * Reading a file that somebody named: whole, within a limit, and only if it is a file that stays as
 * it is while it is read.
 *
 * @module
 */
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { resolve } from "node:path";

import { SomaError } from "../base/errors.ts";
import type { Context } from "./command.ts";

/** The bytes of the file at `path`, which are at least 1 and at most `bytesMax`. */
export function readWholeFile({ deps }: Context, path: string, bytesMax: number): Uint8Array {
  // Without O_NONBLOCK the opening of a FIFO waits for somebody who writes to it.
  const file = open(resolve(deps.cwd, path), path);
  try {
    const before = fstatSync(file);
    if (!before.isFile()) throw refused("file_unsuitable", `${path} is not a regular file`);
    if (before.size === 0) throw refused("file_empty", `${path} is empty`);
    if (before.size > bytesMax) {
      const message = `${path} has ${before.size} bytes; at most ${bytesMax} are taken`;
      throw refused("file_too_large", message, "take a part of it");
    }
    const bytes = new Uint8Array(before.size);
    const read = readAll(file, bytes);
    const after = fstatSync(file);
    if (read === before.size && after.size === before.size) return bytes;
    throw refused("file_changed", `${path} changed while it was read`, "try again when it rests");
  } finally {
    closeSync(file);
  }
}

function open(absolute: string, path: string): number {
  try {
    return openSync(absolute, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT") throw refused("file_missing", `there is no file ${path}`);
    const reason = error instanceof Error ? error.message : String(error);
    throw refused("file_unreadable", `${path} cannot be read: ${reason}`);
  }
}

function readAll(file: number, bytes: Uint8Array): number {
  let offset = 0;
  while (offset < bytes.length) {
    const read = readSync(file, bytes, offset, bytes.length - offset, null);
    if (read === 0) break;
    offset += read;
  }
  return offset;
}

function refused(code: string, message: string, hint = "name another file"): SomaError {
  return new SomaError(code, message, { hint });
}
