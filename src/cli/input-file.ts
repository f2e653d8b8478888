/**
 * Files that a person names on the command line: read whole, once, and only if they are what they
 * seem. Opening never waits (a pipe without a writer would), sizes are checked before and while
 * reading, and a file that changes meanwhile is refused instead of read half old and half new.
 *
 * @module
 */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from "node:fs";
import { resolve } from "node:path";

import { SomaError, systemCode } from "../base/errors.ts";
import type { CliDeps } from "./deps.ts";

/** What a file is for and how large it may be. */
export type InputLimits = {
  readonly bytesMax: number;
  /** What to do about a file that is larger, without a full stop. */
  readonly tooLarge: string;
};

/** An open file and what it was when it was opened. */
export type InputFile = {
  readonly path: string;
  readonly descriptor: number;
  readonly before: Stats;
};

// Windows has no pipes in its file system and no such flag.
const WITHOUT_WAITING = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  ELOOP: "its links lead in a circle",
  ENAMETOOLONG: "the path is too long",
  ENOTDIR: "a part of the path is a file, not a directory",
  ENXIO: "it is a socket or a device without a reader",
  EPERM: "permission denied",
};

/** The bytes of the file at `path`, relative to where the command runs. */
export function readInputFile(deps: CliDeps, path: string, limits: InputLimits): Uint8Array {
  const file = openInputFile(resolve(deps.cwd, path), path);
  try {
    checkInput(file, limits);
    return readUnchanged(file);
  } finally {
    closeSync(file.descriptor);
  }
}

/** Fails if there is nothing to read at `path`, before anything expensive is done for it. */
export function checkInputFile(deps: CliDeps, path: string): void {
  const file = openInputFile(resolve(deps.cwd, path), path);
  closeSync(file.descriptor);
  checkInput(file, { bytesMax: Number.MAX_SAFE_INTEGER, tooLarge: "" });
}

/** All bytes of an open file, if it is the same file after reading as it was before. */
export function readUnchanged({ path, descriptor, before }: InputFile): Uint8Array {
  // One byte more than expected shows a file that grows.
  const buffer = new Uint8Array(before.size + 1);
  let size = 0;
  for (;;) {
    const count = readSync(descriptor, buffer, size, buffer.length - size, null);
    if (count === 0) break;
    size += count;
  }
  const after = fstatSync(descriptor);
  if (size === before.size && after.size === before.size && after.mtimeMs === before.mtimeMs) {
    return buffer.subarray(0, size);
  }
  throw new SomaError("file_changed", `${path} changed while it was read`, {
    hint: "wait until it is written, or make a copy and use that",
  });
}

function openInputFile(path: string, shown: string): InputFile {
  let descriptor: number;
  try {
    descriptor = openSync(path, WITHOUT_WAITING);
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    if (code === "ENOENT") {
      const hint = "check the path; relative ones start at the working directory";
      throw new SomaError("file_missing", `there is no file ${shown}`, { hint, cause: error });
    }
    throw unreadable(shown, REASONS[code] ?? code, error);
  }
  return { path: shown, descriptor, before: fstatSync(descriptor) };
}

function checkInput({ path, before }: InputFile, { bytesMax, tooLarge }: InputLimits): void {
  if (!before.isFile()) throw notRegular(path, before);
  if (before.size === 0) {
    const hint = "choose a file that has content";
    throw new SomaError("file_empty", `${path} is empty`, { hint });
  }
  if (before.size <= bytesMax) return;
  const message = `${path} has ${before.size} bytes; ${bytesMax} are the most`;
  throw new SomaError("file_too_large", message, { hint: tooLarge });
}

function notRegular(path: string, stats: Stats): SomaError {
  const what = stats.isDirectory() ? "a directory" : stats.isFIFO() ? "a pipe" : "a device";
  return new SomaError("not_a_file", `${path} is ${what}, not a file`, {
    hint: "name one regular file; put what comes from elsewhere in a file first",
  });
}

function unreadable(path: string, reason: string, cause: unknown): SomaError {
  return new SomaError("file_error", `cannot read ${path}: ${reason}`, {
    hint: "check the path and its permissions",
    cause,
  });
}
