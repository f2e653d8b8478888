/**
 * Small files that must never be half written or readable by others: keys, aliases, configuration.
 * A write goes to a temporary file beside the target, is forced to disk, and takes the target's
 * place by rename, so that a reader or a crash sees the old content or the new one.
 *
 * @module
 */
import {
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";

import { SomaError, systemCode } from "../base/errors.ts";

const OWNER_ONLY_FILE = 0o600;
const OWNER_ONLY_DIRECTORY = 0o700;
const SIZE_MAX = 4 * 1024 * 1024;

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EDQUOT: "the disk quota is used up",
  EISDIR: "it is a directory",
  ENAMETOOLONG: "the path is too long",
  ENOENT: "it does not exist",
  ENOSPC: "the disk is full",
  ENOTDIR: "a part of the path is a file, not a directory",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  SQLITE_CANTOPEN: "it cannot be opened or created",
  SQLITE_FULL: "the disk is full",
  SQLITE_NOTADB: "something else took its name",
  SQLITE_READONLY: "it is read-only",
};

/** The text of the file at `path`, or `undefined` when there is none. */
export function readSmallFile(path: string): string | undefined {
  const info = attempt("read", path, () => statSync(path, { throwIfNoEntry: false }));
  if (info === undefined) return undefined;
  // Opening a pipe would wait for a writer that never comes.
  if (!info.isFile()) throw unusable(path, "it is not a regular file");
  if (info.size > SIZE_MAX) throw unusable(path, `it is larger than ${SIZE_MAX} bytes`);
  return attempt("read", path, () => readFileSync(path, "utf8"));
}

/** Puts `content` at `path`, readable by its owner only, atomically and durably. */
export function replaceSmallFile(path: string, content: string | Uint8Array): void {
  ensureDirectory(dirname(path));
  attempt("write", path, () => {
    const target = followLink(path);
    const temporary = join(dirname(target), `.${basename(target)}.${crypto.randomUUID()}.tmp`);
    try {
      writeDurably(temporary, content);
      renameSync(temporary, target);
    } finally {
      rmSync(temporary, { force: true });
    }
    syncDirectory(dirname(target));
  });
}

/** Removes the file at `path`; says whether there was one. */
export function removeSmallFile(path: string): boolean {
  if (readSmallFile(path) === undefined) return false;
  removeFile(path);
  return true;
}

/** Removes the file at `path` if there is one. */
export function removeFile(path: string): void {
  attempt("remove", path, () => {
    rmSync(path, { force: true });
    syncDirectory(dirname(path));
  });
}

/** Creates the directory at `path` for its owner only, with its parents. */
export function ensureDirectory(path: string): void {
  attempt("create", path, () => mkdirSync(path, { recursive: true, mode: OWNER_ONLY_DIRECTORY }));
}

/** Takes a secret file's permissions away from everybody but its owner; true when it had to. */
export function restrictToOwner(path: string): boolean {
  const info = statSync(path, { throwIfNoEntry: false });
  if (info === undefined || process.platform === "win32") return false;
  if ((info.mode & 0o077) === 0) return false;
  try {
    chmodSync(path, OWNER_ONLY_FILE);
    return true;
  } catch (error) {
    // A secret that is mounted read-only keeps the mode that its owner gave it.
    if (["EACCES", "EPERM", "EROFS"].includes(systemCode(error) ?? "")) return false;
    throw error;
  }
}

/** Runs a file operation and turns the system's error into one that names the path. */
export function attempt<T>(action: string, path: string, operation: () => T): T {
  try {
    return operation();
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    const reason = REASONS[code] ?? code;
    throw new SomaError(
      code === "ENOSPC" ? "disk_full" : "file_error",
      `cannot ${action} ${path}: ${reason}`,
      {
        hint: "check the path, its permissions and the free space, or set SOMA_CONFIG_DIR",
        cause: error,
      },
    );
  }
}

function unusable(path: string, reason: string): SomaError {
  return new SomaError("file_error", `cannot read ${path}: ${reason}`, {
    hint: "move it away; Soma makes a new one when it needs it",
  });
}

function writeDurably(path: string, content: string | Uint8Array): void {
  const descriptor = openSync(path, "wx", OWNER_ONLY_FILE);
  try {
    writeFileSync(descriptor, content);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** A link keeps pointing at its file: the file is replaced, not the link. */
function followLink(path: string): string {
  return statSync(path, { throwIfNoEntry: false }) === undefined ? path : realpathSync(path);
}

function syncDirectory(path: string): void {
  // Windows cannot open a directory; its renames are durable with the file system's journal.
  if (process.platform === "win32") return;
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
