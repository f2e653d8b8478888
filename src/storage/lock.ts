/**
 * One process per directory. The lock is the operating system's, taken on a file through SQLite, so
 * it ends with the process however that dies; a process id in a file alone would outlive a crash
 * and, in a container where every process is number 1, could never be told from a live one. The id
 * is written beside the lock only to name the holder.
 *
 * @module
 */
import { Database, SQLiteError } from "bun:sqlite";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { SomaError } from "../base/errors.ts";

/** A directory that is ours until `release`, or until the process ends. */
export type DirectoryLock = { readonly directory: string; readonly release: () => void };

const LOCK_FILE = "soma.lock";
const PID_FILE = "soma.pid";
const OWNER_ONLY = 0o700;

/** Creates `directory` if need be and takes its lock. */
export function lockDirectory(directory: string): DirectoryLock {
  makeDirectory(directory);
  const database = openLockFile(directory);
  try {
    // The file stays empty: an exclusive transaction that writes nothing is a pure lock.
    database.run("begin exclusive");
    writeFileSync(join(directory, PID_FILE), `${process.pid}\n`);
  } catch (error) {
    database.close();
    throw lockError(directory, error);
  }
  return {
    directory,
    release: () => {
      rmSync(join(directory, PID_FILE), { force: true });
      database.close();
    },
  };
}

function makeDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: OWNER_ONLY });
  } catch (error) {
    throw unwritable(directory, error);
  }
}

function openLockFile(directory: string): Database {
  try {
    return new Database(join(directory, LOCK_FILE), { create: true, readwrite: true });
  } catch (error) {
    throw unwritable(directory, error);
  }
}

function lockError(directory: string, error: unknown): unknown {
  const isBusy = error instanceof SQLiteError && error.code?.startsWith("SQLITE_BUSY") === true;
  if (!isBusy) return unwritable(directory, error);
  return new SomaError("directory_locked", `${directory} is in use by ${holder(directory)}`, {
    hint: "stop that process, or set SOMA_CONFIG_DIR to another directory",
    cause: error,
  });
}

function holder(directory: string): string {
  try {
    return `process ${readFileSync(join(directory, PID_FILE), "utf8").trim()}`;
  } catch (error) {
    // The holder is between its lock and its note.
    if (error instanceof Error && "code" in error) return "another process";
    throw error;
  }
}

function unwritable(directory: string, cause: unknown): SomaError {
  return new SomaError("directory_unwritable", `cannot write in ${directory}`, {
    hint: "check that it is a directory you own, on a disk that is not full or read-only",
    cause,
  });
}
