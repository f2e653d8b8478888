/**
 * What every ledger store must do, in memory or on disk: the same writes give the same reads.
 *
 * @module
 */
import { afterEach, beforeEach, expect, test } from "bun:test";

import fc from "fast-check";

import { AssertionError } from "../../src/base/assert.ts";
import { utf8 } from "../../src/base/bytes.ts";
import { MemoryLedger } from "../../src/storage/memory-ledger.ts";
import {
  type LedgerBatch,
  type LedgerStore,
  type ListedObject,
  PAGE_ROWS_MAX,
} from "../../src/storage/store.ts";
import { ALICE, BOB, checkpoint, id, object, transaction } from "./ledger-rows.ts";

const U64_MAX = 2n ** 64n - 1n;

/** Registers the tests every ledger store passes. */
export function ledgerStoreConformance(name: string, open: () => LedgerStore): void {
  let store: LedgerStore;
  beforeEach(() => {
    store = open();
  });
  afterEach(() => store.close());

  const ids = (objects: readonly ListedObject[]): number[] =>
    objects.map((one) => Number.parseInt(one.id, 16));

  test(`${name}: an empty store finds nothing`, () => {
    expect(store.findObject(id(1))).toBeUndefined();
    expect(store.findObjectVersion(id(1), 1n)).toBeUndefined();
    expect(store.findLastVersion(id(1))).toBeUndefined();
    expect(store.findTransaction(id(1))).toBeUndefined();
    expect(store.checkpoint(0n)).toBeUndefined();
    expect(store.findCheckpoint(id(1))).toBeUndefined();
    expect(store.latestCheckpoint()).toBeUndefined();
    expect(store.epoch(0n)).toBeUndefined();
    expect(store.meta("x")).toBeUndefined();
    expect(store.liveObjects({ limit: 10 })).toEqual([]);
    expect(store.ownedObjects(ALICE, { limit: 10 })).toEqual([]);
    expect(store.objectsOfType("Target", "open", { limit: 10 })).toEqual([]);
    expect(store.transactions(0n, 10)).toEqual([]);
    expect(store.transactionsOf(ALICE, { limit: 10 })).toEqual([]);
  });

  test(`${name}: several batches are written at once, in their order`, () => {
    const later = object(1, { version: 2n });
    const rows = [transaction(0), transaction(1)];
    store.write(
      { objects: [object(1)], transactions: rows.slice(0, 1), checkpoint: checkpoint(0) },
      { objects: [later], transactions: rows.slice(1), checkpoint: checkpoint(1) },
    );
    expect(store.findObject(id(1))).toEqual(later);
    expect(store.findObjectVersion(id(1), 1n)?.version).toBe(1n);
    expect(store.transactions(0n, 9).map(({ sequence }) => sequence)).toEqual([0n, 1n]);
    expect(store.latestCheckpoint()).toEqual(checkpoint(1));
  });

  test(`${name}: an object is read back as it was written, at every version`, () => {
    const first = object(1, { rank: U64_MAX, group: "open" });
    const second = object(1, { version: U64_MAX, owner: undefined, bytes: new Uint8Array(0) });
    store.write({ objects: [first] });
    expect(store.findObject(id(1))).toEqual(first);
    store.write({ objects: [second] });
    expect(store.findObject(id(1))).toEqual(second);
    expect(store.findObjectVersion(id(1), 1n)).toMatchObject({ digest: first.digest, version: 1n });
    expect(store.findObjectVersion(id(1), U64_MAX)?.digest).toBe(second.digest);
    expect(store.findObjectVersion(id(1), 2n)).toBeUndefined();
    expect(store.findLastVersion(id(1))).toEqual({ version: U64_MAX, isDeleted: false });
  });

  test(`${name}: a deleted object leaves its history and its last version`, () => {
    store.write({ objects: [object(1), object(2)] });
    store.write({ removed: [{ id: id(1), version: 5n }] });
    expect(store.findObject(id(1))).toBeUndefined();
    expect(store.findObjectVersion(id(1), 1n)?.version).toBe(1n);
    expect(store.findObjectVersion(id(1), 5n)).toBeUndefined();
    expect(store.findLastVersion(id(1))).toEqual({ version: 5n, isDeleted: true });
    expect(ids(store.ownedObjects(ALICE, { limit: 10 }))).toEqual([2]);
    expect(ids(store.liveObjects({ limit: 10 }))).toEqual([2]);
  });

  test(`${name}: one batch may write several versions of an object and then delete it`, () => {
    store.write({
      objects: [object(1), object(1, { version: 2n }), object(2), object(1, { version: 3n })],
      removed: [{ id: id(2), version: 2n }],
    });
    expect(store.findObject(id(1))?.version).toBe(3n);
    expect(store.findObjectVersion(id(1), 2n)?.version).toBe(2n);
    expect(store.findObject(id(2))).toBeUndefined();
  });

  test(`${name}: owned objects come by type, rank and id, in pages`, () => {
    store.write({
      objects: [
        object(5, { type: "StakedSoma" }),
        object(1, { rank: 2n }),
        object(2, { rank: 256n }),
        object(3, { rank: 1n }),
        object(4, { rank: 1n }),
        object(6, { owner: BOB }),
        object(7, { owner: undefined }),
      ],
    });
    const all = store.ownedObjects(ALICE, { limit: 10 });
    expect(ids(all)).toEqual([3, 4, 1, 2, 5]);
    expect(ids(store.ownedObjects(ALICE, { type: "Coin", limit: 10 }))).toEqual([3, 4, 1, 2]);
    for (let index = 0; index < all.length; index++) {
      const after = all[index]!;
      const rest = ids(all).slice(index + 1);
      expect(ids(store.ownedObjects(ALICE, { after, limit: 10 }))).toEqual(rest);
      expect(ids(store.ownedObjects(ALICE, { after, limit: 1 }))).toEqual(rest.slice(0, 1));
    }
    const last = all[3]!;
    expect(ids(store.ownedObjects(ALICE, { type: "Coin", after: last, limit: 10 }))).toEqual([]);
  });

  test(`${name}: an object moves between lists when its owner, group or rank changes`, () => {
    store.write({ objects: [object(1, { type: "Target", group: "open", rank: 9n })] });
    store.write({ objects: [object(2, { type: "Target", group: "open", rank: 4n })] });
    expect(ids(store.objectsOfType("Target", "open", { limit: 10 }))).toEqual([2, 1]);
    const moved = { type: "Target", group: "filled", rank: 1n, owner: BOB, version: 2n };
    store.write({ objects: [object(2, moved)] });
    expect(ids(store.objectsOfType("Target", "open", { limit: 10 }))).toEqual([1]);
    expect(ids(store.objectsOfType("Target", "filled", { limit: 10 }))).toEqual([2]);
    expect(ids(store.ownedObjects(ALICE, { limit: 10 }))).toEqual([1]);
    expect(ids(store.ownedObjects(BOB, { limit: 10 }))).toEqual([2]);
    const [first] = store.objectsOfType("Target", "open", { limit: 1 });
    expect(store.objectsOfType("Target", "open", { after: first!, limit: 10 })).toEqual([]);
  });

  test(`${name}: every live object is reached by pages in order of id`, () => {
    const numbers = Array.from({ length: 25 }, (_, index) => (index * 7) % 25);
    store.write({ objects: numbers.map((number) => object(number)) });
    const seen: number[] = [];
    let after: string | undefined;
    for (;;) {
      const page = store.liveObjects({ limit: 4, ...(after === undefined ? {} : { after }) });
      if (page.length === 0) break;
      seen.push(...ids(page));
      after = page.at(-1)!.id;
    }
    expect(seen).toEqual(numbers.toSorted((left, right) => left - right));
  });

  test(`${name}: transactions are found by digest, by sequence and by address`, () => {
    const rows = [0, 1, 2, 3, 4].map((sequence) =>
      transaction(sequence, { addresses: sequence % 2 === 0 ? [ALICE, BOB, ALICE] : [BOB] }),
    );
    store.write({ transactions: rows });
    expect(store.findTransaction(rows[3]!.digest)).toMatchObject({
      sequence: 3n,
      checkpoint: 0n,
      digest: rows[3]!.digest,
      bytes: rows[3]!.bytes,
      effects: rows[3]!.effects,
    });
    const sequences = (found: readonly { sequence: bigint }[]): number[] =>
      found.map((row) => Number(row.sequence));
    expect(sequences(store.transactions(1n, 3))).toEqual([1, 2, 3]);
    expect(sequences(store.transactions(4n, 10))).toEqual([4]);
    expect(sequences(store.transactions(5n, 10))).toEqual([]);
    expect(sequences(store.transactionsOf(ALICE, { limit: 10 }))).toEqual([4, 2, 0]);
    expect(sequences(store.transactionsOf(ALICE, { after: 4n, limit: 1 }))).toEqual([2]);
    expect(sequences(store.transactionsOf(BOB, { after: 2n, limit: 10 }))).toEqual([1, 0]);
  });

  test(`${name}: checkpoints are found by sequence and digest, and the last one is known`, () => {
    for (const sequence of [0, 1, 2]) store.write({ checkpoint: checkpoint(sequence) });
    expect(store.checkpoint(1n)).toEqual(checkpoint(1));
    expect(store.findCheckpoint(checkpoint(2).digest)).toEqual(checkpoint(2));
    expect(store.latestCheckpoint()).toEqual(checkpoint(2));
  });

  test(`${name}: epochs and named values are replaced, values also removed`, () => {
    store.write({
      epochs: [{ epoch: 3n, bytes: utf8("start") }],
      meta: [{ key: "commit", value: utf8("1") }],
    });
    store.write({
      epochs: [{ epoch: 3n, bytes: utf8("end") }],
      meta: [
        { key: "commit", value: utf8("2") },
        { key: "other", value: new Uint8Array(0) },
      ],
    });
    expect(store.epoch(3n)).toEqual(utf8("end"));
    expect(store.meta("commit")).toEqual(utf8("2"));
    expect(store.meta("other")).toEqual(new Uint8Array(0));
    store.write({ meta: [{ key: "commit", value: undefined }] });
    expect(store.meta("commit")).toBeUndefined();
  });

  const REPEATED: readonly [string, LedgerBatch][] = [
    ["an object version", { objects: [object(9), object(1)] }],
    ["a transaction", { objects: [object(9)], transactions: [transaction(0)] }],
    ["a checkpoint", { objects: [object(9)], checkpoint: checkpoint(0) }],
  ];
  for (const [what, batch] of REPEATED) {
    test(`${name}: ${what} is written once, and a batch that repeats it changes nothing`, () => {
      store.write({
        objects: [object(1)],
        transactions: [transaction(0)],
        checkpoint: checkpoint(0),
      });
      expect(() => store.write(batch)).toThrow(AssertionError);
      expect(store.findObject(id(9))).toBeUndefined();
      store.write({ objects: [object(9)] });
      expect(store.findObject(id(9))?.version).toBe(1n);
    });
  }

  test(`${name}: a page without a limit is our own bug`, () => {
    for (const limit of [-1, 0.5, Infinity, PAGE_ROWS_MAX + 1]) {
      expect(() => store.liveObjects({ limit })).toThrow(AssertionError);
    }
  });

  test(`${name}: random histories read the same as in memory`, () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const other = open();
        const reference = new MemoryLedger();
        const versions = new Map<number, bigint>();
        for (const one of steps) {
          const batch = toBatch(one, versions);
          other.write(batch);
          reference.write(batch);
        }
        expect(views(other)).toEqual(views(reference));
        other.close();
      }),
      { numRuns: 25 },
    );
  });
}

type Step = { number: number; remove: boolean; owner: boolean; group: number; rank: number };

const step: fc.Arbitrary<Step> = fc.record({
  number: fc.nat({ max: 6 }),
  remove: fc.boolean(),
  owner: fc.boolean(),
  group: fc.nat({ max: 2 }),
  rank: fc.nat({ max: 300 }),
});

function toBatch(one: Step, versions: Map<number, bigint>): LedgerBatch {
  const before = versions.get(one.number) ?? 0n;
  const version = before + 1n;
  versions.set(one.number, version);
  if (one.remove) return { removed: [{ id: id(one.number), version }] };
  const group = ["open", "filled", undefined][one.group];
  const owner = one.owner ? ALICE : undefined;
  return {
    objects: [
      object(one.number, {
        version,
        owner,
        group,
        rank: BigInt(one.rank),
        held: BigInt(one.rank) - 9n,
      }),
    ],
  };
}

function views(store: LedgerStore): unknown {
  return {
    live: store.liveObjects({ limit: 100 }),
    owned: store.ownedObjects(ALICE, { limit: 100 }),
    coins: store.ownedObjects(ALICE, { type: "Coin", limit: 3 }),
    held: store.heldTotal(),
    open: store.objectsOfType("Coin", "open", { limit: 100 }),
    filled: store.objectsOfType("Coin", "filled", { after: { rank: 100n, id: id(3) }, limit: 100 }),
    last: [0, 1, 2, 3, 4, 5, 6].map((number) => store.findLastVersion(id(number))),
  };
}
