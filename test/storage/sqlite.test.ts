/**
 * The stores on disk: the shared behaviours, what survives a close, and what an operator is told
 * when a file is damaged, foreign, too new, read-only or full.
 *
 * @module
 */
import { Database } from "bun:sqlite";
import { afterAll, expect, test } from "bun:test";
import { openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";

import { utf8 } from "../../src/base/bytes.ts";
import { SomaError } from "../../src/base/errors.ts";
import { OpenDatabase, SMALL_PAGE_BYTES } from "../../src/storage/database.ts";
import { withDatabase } from "../../src/storage/failures.ts";
import { SqliteConsensus } from "../../src/storage/sqlite-consensus.ts";
import { SqliteLedger } from "../../src/storage/sqlite-ledger.ts";
import { block, consensusStoreConformance } from "../conformance/consensus-store.ts";
import { checkpoint, id, object, transaction } from "../conformance/ledger-rows.ts";
import { ledgerStoreConformance } from "../conformance/ledger-store.ts";
import { removeTemporary, temporaryDirectory } from "./temporary.ts";

afterAll(removeTemporary);

const newPath = (): string => join(temporaryDirectory(), "store.sqlite");

ledgerStoreConformance("sqlite", () => new SqliteLedger(newPath()));
consensusStoreConformance("sqlite", () => new SqliteConsensus(newPath()));

test("a ledger is the same after it was closed and opened again", () => {
  const path = newPath();
  const first = new SqliteLedger(path);
  first.write({
    objects: [object(1)],
    transactions: [transaction(0)],
    checkpoint: checkpoint(0),
    meta: [{ key: "progress", value: utf8("7") }],
  });
  first.tidy();
  first.close();
  first.close();
  const second = new SqliteLedger(path);
  expect(second.findObject(id(1))).toEqual(object(1));
  expect(second.latestCheckpoint()).toEqual(checkpoint(0));
  expect(second.meta("progress")).toEqual(utf8("7"));
  second.close();
});

test("a consensus store is the same after it was closed and opened again", () => {
  const path = newPath();
  const first = new SqliteConsensus(path);
  first.write({ epoch: 4n, blocks: [block(1, 2)], commits: [{ index: 1, bytes: utf8("c") }] });
  first.close();
  const second = new SqliteConsensus(path);
  expect(second.blocks(4n, 0, { limit: 10 })).toEqual([block(1, 2)]);
  expect(second.lastCommit(4n)?.bytes).toEqual(utf8("c"));
  second.close();
});

test("two stores may have one file open, and one sees what the other wrote", () => {
  const path = newPath();
  const writer = new SqliteLedger(path);
  const reader = new SqliteLedger(path);
  writer.write({ objects: [object(1)] });
  expect(reader.findObject(id(1))).toEqual(object(1));
  writer.close();
  reader.close();
});

test("commits are synced: the log is in write-ahead mode with full synchronisation", () => {
  const path = newPath();
  const database = new OpenDatabase(path, KIND, {
    cacheBytes: 1_048_576,
    pageBytes: SMALL_PAGE_BYTES,
  });
  expect(database.get<object>("pragma synchronous")).toEqual({ synchronous: 2n });
  expect(database.get<object>("pragma journal_mode")).toEqual({ journal_mode: "wal" });
  database.close();
});

test("a file that is no database is named as damaged", () => {
  const path = newPath();
  writeFileSync(path, "this is not a database, but it is long enough to look like one".repeat(99));
  expectFailure(() => new SqliteLedger(path), "database_corrupt", path);
});

test("a damaged page is reported when it is read, not returned as data", () => {
  const path = newPath();
  const store = new SqliteLedger(path);
  for (let number = 0; number < 200; number++) {
    store.write({ objects: [object(number, { bytes: new Uint8Array(500).fill(number) })] });
  }
  store.tidy();
  store.close();
  overwrite(path, 4_096, readFileSync(path).length - 4_096);
  expectFailure(
    () => {
      const damaged = new SqliteLedger(path);
      try {
        damaged.liveObjects({ limit: 1_000 });
      } finally {
        damaged.close();
      }
    },
    "database_corrupt",
    path,
  );
});

test("the database of another program is not touched", () => {
  const path = newPath();
  const foreign = new Database(path);
  foreign.run("create table notes (text)");
  foreign.close();
  expectFailure(() => new SqliteLedger(path), "database_foreign", path);
  const again = new Database(path);
  expect(again.query("select count(*) as count from notes").get()).toEqual({ count: 0 });
  again.close();
});

test("a ledger is not a consensus store", () => {
  const path = newPath();
  new SqliteLedger(path).close();
  expectFailure(() => new SqliteConsensus(path), "database_foreign", path);
});

test("a database of a newer program is refused", () => {
  const path = newPath();
  new SqliteLedger(path).close();
  const newer = new Database(path);
  newer.run("pragma user_version = 99");
  newer.close();
  expectFailure(() => new SqliteLedger(path), "database_newer", path);
});

test("a path that cannot be opened says so", () => {
  const file = newPath();
  writeFileSync(file, "");
  const path = join(file, "below.sqlite");
  expectFailure(() => new SqliteLedger(path), "database_unwritable", path);
});

test("a write to a read-only file and one to a full disk say so", () => {
  const path = newPath();
  new SqliteLedger(path).close();
  const readOnly = new Database(path, { readonly: true });
  expectFailure(
    () => withDatabase(path, () => readOnly.run("insert into epochs values (1, x'00')")),
    "database_unwritable",
    path,
  );
  readOnly.close();
  const full = new OpenDatabase(newPath(), KIND, {
    cacheBytes: 1_048_576,
    pageBytes: SMALL_PAGE_BYTES,
  });
  full.run("create table filler (bytes blob)");
  full.get("pragma max_page_count = 10");
  const fill = (): void =>
    full.write(() => full.run("insert into filler values (zeroblob(99999))"));
  expectFailure(fill, "disk_full", full.path);
  expect(full.get<object>("select count(*) as count from filler")).toEqual({ count: 0n });
  full.close();
});

test("steps that a database lacks run once, together", () => {
  const path = newPath();
  const kind = (...migrations: string[]): typeof KIND => ({ ...KIND, migrations });
  const open = (...migrations: string[]): OpenDatabase =>
    new OpenDatabase(path, kind(...migrations), {
      cacheBytes: 1_048_576,
      pageBytes: SMALL_PAGE_BYTES,
    });
  const one = "create table one (a)";
  const two = "create table two (a)";
  open(one).close();
  expect(() => open(one, two, "not sql")).toThrow(SomaError);
  const failed = open(one);
  expect(failed.get("select 1 from sqlite_schema where name = 'two'")).toBeUndefined();
  failed.close();
  const whole = open(one, two);
  expect(whole.get<object>("select count(*) as count from two")).toEqual({ count: 0n });
  expect(whole.get<object>("pragma user_version")).toEqual({ user_version: 2n });
  whole.close();
});

const KIND = { name: "test", applicationId: 0x7465_7374, migrations: ["create table t (a)"] };

function expectFailure(action: () => unknown, code: string, path: string): void {
  let caught: unknown;
  try {
    action();
  } catch (error) {
    caught = error;
  }
  expect(caught).toBeInstanceOf(SomaError);
  if (!(caught instanceof SomaError)) return;
  expect(caught.code).toBe(code);
  expect(caught.message).toContain(path);
  expect(caught.hint).toBeString();
}

function overwrite(path: string, from: number, sizeBytes: number): void {
  writeSync(openSync(path, "r+"), new Uint8Array(sizeBytes).fill(0xff), 0, sizeBytes, from);
}
