/**
 * The ledger that writes many checkpoints at a time: it passes what every store passes, and what
 * waits is lost with the process, all of it, and reaches the disk when it must.
 *
 * @module
 */
import { afterAll, expect, test } from "bun:test";
import { join } from "node:path";

import { utf8 } from "../../src/base/bytes.ts";
import { BufferedLedger, type BufferLimits } from "../../src/storage/buffered-ledger.ts";
import { MemoryLedger } from "../../src/storage/memory-ledger.ts";
import { SqliteLedger } from "../../src/storage/sqlite-ledger.ts";
import type { LedgerStore } from "../../src/storage/store.ts";
import { ALICE, checkpoint, id, object, transaction } from "../conformance/ledger-rows.ts";
import { ledgerStoreConformance } from "../conformance/ledger-store.ts";
import { crashBatch } from "./crash-batches.ts";
import { removeTemporary, temporaryDirectory } from "./temporary.ts";

afterAll(removeTemporary);

const newDisk = (): SqliteLedger => new SqliteLedger(join(temporaryDirectory(), "store.sqlite"));

/** Everything waits for a flush, however little it is. */
const PATIENT: BufferLimits = { transactionsMax: 1_000, bytesMax: 1_000_000, smallMax: -1 };

ledgerStoreConformance("buffered", () => new BufferedLedger(newDisk(), PATIENT));
ledgerStoreConformance(
  "buffered by two",
  () => new BufferedLedger(newDisk(), { ...PATIENT, transactionsMax: 2 }),
);

test("what waits is on disk after a flush, and not before", () => {
  const disk = new MemoryLedger();
  const ledger = new BufferedLedger(disk, PATIENT);
  ledger.write(crashBatch(0));
  ledger.write(crashBatch(1));
  expect(ledger.latestCheckpoint()).toEqual(checkpoint(1));
  expect(disk.latestCheckpoint()).toBeUndefined();
  ledger.flush();
  expect(disk.latestCheckpoint()).toEqual(checkpoint(1));
  expect(disk.findObjectVersion(id(3), 1n)?.version).toBe(1n);
});

test("a list is of everything written", () => {
  const ledger = new BufferedLedger(newDisk(), PATIENT);
  ledger.write({ objects: [object(1), object(2)] });
  ledger.write({ objects: [object(1, { version: 2n })], removed: [{ id: id(2), version: 2n }] });
  const owned = ledger.ownedObjects(ALICE, { limit: 10 });
  expect(owned).toEqual([object(1, { version: 2n })]);
  ledger.close();
});

test("an object that was deleted and not written yet is gone, and its last version known", () => {
  const disk = newDisk();
  disk.write({ objects: [object(1)] });
  const ledger = new BufferedLedger(disk, PATIENT);
  ledger.write({ removed: [{ id: id(1), version: 2n }] });
  expect(ledger.findObject(id(1))).toBeUndefined();
  expect(ledger.findObjectVersion(id(1), 1n)?.version).toBe(1n);
  expect(ledger.findLastVersion(id(1))).toEqual({ version: 2n, isDeleted: true });
  ledger.close();
});

test("an object that comes back after its end is live", () => {
  const disk = newDisk();
  const ledger = new BufferedLedger(disk, PATIENT);
  ledger.write({ objects: [object(1)] });
  ledger.write({ removed: [{ id: id(1), version: 2n }] });
  ledger.write({ objects: [object(1, { version: 3n })] });
  ledger.flush();
  expect(disk.findObject(id(1))?.version).toBe(3n);
  ledger.write({ removed: [{ id: id(1), version: 4n }] });
  ledger.close();
});

test("pages of transactions go over the edge between what is on disk and what waits", () => {
  const ledger = new BufferedLedger(newDisk(), PATIENT);
  const rows = [0, 1, 2, 3].map((sequence) => transaction(sequence));
  ledger.write({ transactions: rows.slice(0, 2) });
  ledger.flush();
  ledger.write({ transactions: rows.slice(2) });
  const sequences = (from: bigint, limit: number): bigint[] =>
    ledger.transactions(from, limit).map(({ sequence }) => sequence);
  expect(sequences(0n, 2)).toEqual([0n, 1n]);
  expect(sequences(2n, 9)).toEqual([2n, 3n]);
  expect(sequences(1n, 2)).toEqual([1n, 2n]);
  ledger.close();
});

const FULL = [
  ["so many transactions", { ...PATIENT, transactionsMax: 2 }],
  ["so many bytes", { ...PATIENT, bytesMax: 15_000 }],
] as const;
for (const [what, limits] of FULL) {
  test(`${what} are written together`, () => {
    const disk = new MemoryLedger();
    const ledger = new BufferedLedger(disk, limits);
    ledger.write(crashBatch(0));
    expect(disk.latestCheckpoint()).toBeUndefined();
    ledger.write(crashBatch(1));
    expect(disk.latestCheckpoint()).toEqual(checkpoint(1));
  });
}

test("a little does not wait, unless more waits before it", () => {
  const disk = new MemoryLedger();
  const ledger = new BufferedLedger(disk, { ...PATIENT, smallMax: 1 });
  ledger.write({ transactions: [transaction(0)], checkpoint: checkpoint(0) });
  expect(disk.latestCheckpoint()).toEqual(checkpoint(0));
  const large = { transactions: [transaction(1), transaction(2)], checkpoint: checkpoint(1) };
  ledger.write(large);
  ledger.write({ transactions: [transaction(3)], checkpoint: checkpoint(2) });
  expect(disk.latestCheckpoint()).toEqual(checkpoint(0));
  ledger.flush();
  expect(disk.latestCheckpoint()).toEqual(checkpoint(2));
});

test("a change of an epoch does not wait", () => {
  const disk = new MemoryLedger();
  const ledger = new BufferedLedger(disk, PATIENT);
  ledger.write(crashBatch(0));
  ledger.write({ ...crashBatch(1), epochs: [{ epoch: 1n, bytes: utf8("one") }] });
  expect(disk.latestCheckpoint()).toEqual(checkpoint(1));
  expect(ledger.epoch(1n)).toEqual(utf8("one"));
});

test("a close writes what waits", () => {
  const path = join(temporaryDirectory(), "store.sqlite");
  const ledger = new BufferedLedger(new SqliteLedger(path), PATIENT);
  ledger.write(crashBatch(0));
  ledger.close();
  const again = new SqliteLedger(path);
  expect(again.latestCheckpoint()).toEqual(checkpoint(0));
  again.close();
});

test("after a write that failed everything still waits, and a close does not try again", () => {
  const disk = new FullDisk();
  const ledger = new BufferedLedger(disk, PATIENT);
  ledger.write(crashBatch(0));
  expect(() => ledger.flush()).toThrow("the disk is full");
  expect(ledger.latestCheckpoint()).toEqual(checkpoint(0));
  ledger.close();
  expect(disk.tries).toBe(1);
});

class FullDisk extends MemoryLedger implements LedgerStore {
  tries = 0;

  override write(): void {
    this.tries++;
    throw new Error("the disk is full");
  }
}
