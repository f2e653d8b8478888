/**
 * One writer at a time for the files of a wallet, across processes.
 * The lock is an exclusive transaction on an otherwise empty SQLite file: the operating system
 * releases it when its holder dies, so that a crash never leaves a lock behind.
 *
 * @module
 */
import { Database } from "bun:sqlite";
import { dirname } from "node:path";

import { SomaError, systemCode } from "../base/errors.ts";
import { attempt, ensureDirectory } from "./small-file.ts";

const WAIT_MS = 10_000;

/** Runs `change` while no other process holds the lock at `path`; waits for its turn. */
export function withLock<T>(path: string, change: () => T): T {
  ensureDirectory(dirname(path));
  const database = attempt("lock", path, () => openLock(path));
  try {
    attempt("lock", path, () => takeLock(database, path));
    return change();
  } finally {
    // Closing rolls the transaction back and with it the lock.
    database.close();
  }
}

function openLock(path: string): Database {
  const database = new Database(path, { create: true, readwrite: true });
  database.run(`PRAGMA busy_timeout = ${WAIT_MS}`);
  return database;
}

function takeLock(database: Database, path: string): void {
  try {
    database.run("BEGIN EXCLUSIVE");
  } catch (error) {
    if (systemCode(error) !== "SQLITE_BUSY") throw error;
    throw new SomaError("wallet_busy", `another process holds ${path}`, {
      hint: "wait for the other soma command to finish, then try again",
      cause: error,
    });
  }
}
