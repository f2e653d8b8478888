/**
 * What failures of the file system mean to an operator.
 *
 * @module
 */
import { SomaError, systemCode } from "../base/errors.ts";

const FULL: ReadonlySet<string> = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);
const UNWRITABLE: ReadonlySet<string> = new Set([
  "EACCES",
  "EPERM",
  "EROFS",
  "ENOENT",
  "ENOTDIR",
  "EEXIST",
]);

/** A failure of the file system under `path` as a `SomaError`; anything else as it is. */
export function diskError(path: string, error: unknown): unknown {
  const code = systemCode(error);
  if (code === undefined) return error;
  if (FULL.has(code)) {
    return new SomaError("disk_full", `cannot write under ${path}: the disk is full`, {
      hint: "free space and try again",
      cause: error,
    });
  }
  if (UNWRITABLE.has(code)) {
    return new SomaError("directory_unwritable", `cannot write under ${path}`, {
      hint: "check that it is a directory you own, on a disk that is not read-only",
      cause: error,
    });
  }
  return new SomaError("disk_failed", `the disk under ${path} reports ${code}`, {
    hint: "check the disk, then try again",
    cause: error,
  });
}

/** Runs `action` on files under `path`; failures leave as `SomaError`s. */
export async function onDisk<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw diskError(path, error);
  }
}
