/**
 * Brings a database to the tables this program knows. The file says what it is (`application_id`)
 * and how many migration steps it has had (`user_version`); the steps it lacks run in one
 * transaction, so that a crash leaves the old tables or the new ones.
 *
 * @module
 */
import type { Database } from "bun:sqlite";

import { assert } from "../base/assert.ts";
import { SomaError } from "../base/errors.ts";

/** What a database file holds, and the number that says so in its header. */
export type DatabaseKind = {
  readonly name: string;
  readonly applicationId: number;
  readonly migrations: readonly string[];
};

/** Runs the migration steps that the database lacks; refuses files that are not ours to change. */
export function migrate(database: Database, kind: DatabaseKind): void {
  const steps = readNumber(database, "user_version");
  const applicationId = readNumber(database, "application_id");
  const isNew = steps === 0 && applicationId === 0 && isEmpty(database);
  if (!isNew && applicationId !== kind.applicationId) {
    throw new SomaError("database_foreign", `${database.filename} is not a ${kind.name} database`, {
      hint: "move the file away, or use another directory",
    });
  }
  if (steps > kind.migrations.length) {
    throw new SomaError("database_newer", `${database.filename} was written by a newer soma`, {
      hint: "install the newest version, or use another directory",
    });
  }
  if (steps < kind.migrations.length) runSteps(database, kind, steps);
}

function runSteps(database: Database, kind: DatabaseKind, from: number): void {
  database.transaction(() => {
    for (const step of kind.migrations.slice(from)) database.run(step);
    // A pragma takes no parameters; both values are numbers of this program.
    database.run(`pragma application_id = ${kind.applicationId}`);
    database.run(`pragma user_version = ${kind.migrations.length}`);
  })();
}

function isEmpty(database: Database): boolean {
  using statement = database.prepare("select 1 from sqlite_schema limit 1");
  return statement.get() === null;
}

function readNumber(database: Database, pragma: "user_version" | "application_id"): number {
  using statement = database.prepare<Record<string, bigint>, []>(`pragma ${pragma}`);
  const value = statement.get()?.[pragma];
  assert(typeof value === "bigint", "a pragma answers a number");
  return Number(value);
}
