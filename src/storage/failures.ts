/**
 * What SQLite's failures mean to an operator: a stable code, a sentence with the file's name, and
 * the next step. A broken constraint is our own bug.
 *
 * @module
 */
import { SQLiteError } from "bun:sqlite";

import { AssertionError } from "../base/assert.ts";
import { SomaError } from "../base/errors.ts";

type Meaning = { readonly code: string; readonly says: string; readonly hint: string };

const CORRUPT: Meaning = {
  code: "database_corrupt",
  says: "is damaged or is not a database",
  hint: "restore it from a copy, or move it away so that the node fetches its state again",
};
const UNWRITABLE: Meaning = {
  code: "database_unwritable",
  says: "cannot be opened for writing",
  hint: "check that the directory exists, that you own it and that its disk is not read-only",
};
const BUSY: Meaning = {
  code: "database_locked",
  says: "is in use by another process",
  hint: "stop the other process, or give this one a directory of its own",
};

// By the primary result code, the part of SQLite's extended codes that comes first.
const MEANINGS: readonly (readonly [string, Meaning])[] = [
  ["SQLITE_CORRUPT", CORRUPT],
  ["SQLITE_NOTADB", CORRUPT],
  ["SQLITE_READONLY", UNWRITABLE],
  ["SQLITE_CANTOPEN", UNWRITABLE],
  ["SQLITE_PERM", UNWRITABLE],
  ["SQLITE_AUTH", UNWRITABLE],
  ["SQLITE_BUSY", BUSY],
  ["SQLITE_LOCKED", BUSY],
  [
    "SQLITE_FULL",
    {
      code: "disk_full",
      says: "cannot grow: the disk is full",
      hint: "free space and start again",
    },
  ],
  [
    "SQLITE_IOERR",
    {
      code: "disk_failed",
      says: "cannot be read or written: the disk reports an error",
      hint: "check the disk and its free space, then start again",
    },
  ],
];

const OTHER: Meaning = {
  code: "database_failed",
  says: "failed",
  hint: "start again; if it fails again, move the file away",
};

/** Runs `action` on the database at `path`; a failure of SQLite leaves as a `SomaError`. */
export function withDatabase<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof SQLiteError) throw explain(path, error);
    throw error;
  }
}

function explain(path: string, error: SQLiteError): Error {
  const code = error.code ?? "";
  if (code.startsWith("SQLITE_CONSTRAINT")) {
    return new AssertionError(`a row is written once: ${error.message}`);
  }
  const meaning = MEANINGS.find(([prefix]) => code.startsWith(prefix))?.[1] ?? OTHER;
  return new SomaError(meaning.code, `database ${path} ${meaning.says}`, {
    hint: meaning.hint,
    cause: error,
  });
}
