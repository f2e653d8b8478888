/**
 * What a chain becomes in storage and what is read of it: objects and their versions, lists and
 * their pages, histories, checkpoints and epochs.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { present } from "../../src/base/assert.ts";
import { createLedgerReader } from "../../src/host/ledger-reader.ts";
import { NodeStorage } from "../../src/host/node-storage.ts";
import type { LedgerReader, ListPage } from "../../src/rpc/reader.ts";
import { toDigest, toObjectId } from "../../src/types/address.ts";
import { poolEntryId } from "../../src/types/entry.ts";
import type { SomaObject } from "../../src/types/object.ts";
import { referenceTo } from "../../src/types/object.ts";
import { ChainWorld } from "./chain-world.ts";
import { account, ALICE, BOB, sign, SOMA, transfer } from "./network.ts";

const CAROL = account("carol");

function open(): { world: ChainWorld; reader: LedgerReader } {
  const world = new ChainWorld();
  return { world, reader: createLedgerReader(world.storage) };
}

function coins(reader: LedgerReader, owner = ALICE): readonly SomaObject[] {
  return reader.owned(owner.address, "Coin", { after: undefined, limit: 100 }).items;
}

function balances(objects: readonly SomaObject[]): bigint[] {
  return objects.map(({ content }) => (content.kind === "Coin" ? content.balance : 0n));
}

/** Every page of a list, of `limit` items each. */
function pages<T>(limit: number, read: (after: string | undefined) => ListPage<T>): T[][] {
  const all: T[][] = [];
  let after: string | undefined;
  do {
    const { items, next } = read(after);
    all.push([...items]);
    expect(items.length).toBeLessThanOrEqual(limit);
    after = next;
  } while (after !== undefined && all.length < 100);
  return all;
}

describe("objects", () => {
  test("have versions, and the live one is found", () => {
    const { world, reader } = open();
    const [coin] = coins(reader);
    const record = world.commit(transfer(ALICE, referenceTo(coin!), BOB, SOMA));
    const after = present(reader.find(coin!.id), "the coin");
    expect(after.version).toBeGreaterThan(coin!.version);
    expect(reader.findVersion(coin!.id, coin!.version)).toEqual(coin);
    expect(reader.findVersion(coin!.id, after.version)).toEqual(after);
    expect(reader.findVersion(coin!.id, after.version + 1n)).toBeUndefined();
    expect(after.previous_transaction).toBe(record.executed.at(-1)!.digest);
    expect(reader.find(toObjectId("0".repeat(64)))).toBeUndefined();
  });

  test("keep the versions that one checkpoint both made and replaced", () => {
    const [ahead, { world, reader }] = [open(), open()];
    const first = transfer(ALICE, referenceTo(coins(reader)[0]!), BOB, SOMA);
    ahead.world.commit(first);
    const { id } = coins(reader)[0]!;
    const between = present(
      coins(ahead.reader).find((coin) => coin.id === id),
      "the coin",
    );
    const record = world.commit(first, transfer(ALICE, referenceTo(between), BOB, SOMA));
    expect(record.executed.at(-1)!.effects.status).toEqual({ kind: "Success" });
    expect(reader.findVersion(between.id, between.version)).toEqual(between);
    expect(reader.find(between.id)?.version).toBe(between.version + 1n);
  });

  test("that are deleted are gone from lists and keep their past", () => {
    const { world, reader } = open();
    const [first, second] = coins(reader);
    const merge = sign(ALICE, {
      kind: {
        kind: "PayCoins",
        coins: [referenceTo(first!), referenceTo(second!)],
        recipients: [BOB.address],
        amounts: [SOMA],
      },
      sender: ALICE.address,
      gas_payment: [referenceTo(first!)],
    });
    const record = world.commit(merge);
    expect(record.executed.at(-1)!.effects.status).toEqual({ kind: "Success" });
    expect(record.deleted).toEqual([second!.id]);
    expect(reader.find(second!.id)).toBeUndefined();
    expect(reader.findVersion(second!.id, second!.version)).toEqual(second);
    expect(coins(reader).map(({ id }) => id)).not.toContain(second!.id);
  });

  test("are read alike by a storage that has just been opened", () => {
    const { world, reader } = open();
    world.commit(transfer(ALICE, referenceTo(coins(reader)[0]!), BOB, SOMA));
    const fresh = createLedgerReader(new NodeStorage(world.stores));
    expect(coins(fresh)).toEqual(coins(reader));
    expect(fresh.latest()).toEqual(reader.latest());
    expect(fresh.chainId).toBe(world.genesis.digest);
  });
});

describe("lists", () => {
  test("of coins begin with the richest, page by page", () => {
    const { world, reader } = open();
    for (const amount of [5n, 30n, 10n]) {
      world.commit(transfer(ALICE, referenceTo(coins(reader)[0]!), CAROL, amount * SOMA));
    }
    expect(balances(coins(reader, CAROL))).toEqual([30n * SOMA, 10n * SOMA, 5n * SOMA]);
    const split = pages(2, (after) => reader.owned(CAROL.address, "Coin", { after, limit: 2 }));
    expect(split.map(balances)).toEqual([[30n * SOMA, 10n * SOMA], [5n * SOMA]]);
    expect(reader.owned(CAROL.address, undefined, { after: undefined, limit: 0 }).items).toEqual(
      [],
    );
  });

  test("of everything somebody owns have coins first, then stakes", () => {
    const { world, reader } = open();
    const { committee } = present(reader.epoch(0n), "the epoch");
    const [owner] = committee.members.map(({ address }) => address);
    const page = { after: undefined, limit: 100 };
    const kinds = reader.owned(owner!, undefined, page).items.map(({ content }) => content.kind);
    expect(kinds).toEqual([...kinds].sort());
    expect(new Set(kinds)).toEqual(new Set(["Coin", "StakedSoma"]));
    const stakes = reader.owned(owner!, "StakedSoma", page).items;
    expect(stakes).toHaveLength(kinds.filter((kind) => kind === "StakedSoma").length);
    const split = pages(3, (after) => reader.owned(owner!, undefined, { after, limit: 3 }));
    expect(split.flat().map(({ content }) => content.kind)).toEqual(kinds);
    expect(world.genesis.written.length).toBeGreaterThan(kinds.length);
  });

  test("of targets are by status and epoch", () => {
    const { world, reader } = open();
    const list = (epoch: bigint | undefined, limit: number): SomaObject[][] =>
      pages(limit, (after) => reader.targets({ status: "open", epoch }, { after, limit }));
    const opened = list(undefined, 100).flat();
    expect(opened).toHaveLength(4);
    expect(list(0n, 3).map((page) => page.length)).toEqual([3, 1]);
    world.endEpoch();
    const later = list(1n, 100).flat();
    expect(later.length).toBeGreaterThan(0);
    expect(later.map(({ id }) => id)).not.toContain(opened[0]!.id);
    expect(
      list(0n, 100)
        .flat()
        .map(({ id }) => id),
    ).toEqual(opened.map(({ id }) => id));
    expect(list(undefined, 2).flat()).toHaveLength(opened.length + later.length);
    expect(list(2n, 10).flat()).toEqual([]);
    expect(
      reader.targets({ status: "filled", epoch: undefined }, { after: undefined, limit: 9 }),
    ).toEqual({ items: [], next: undefined });
  });

  test("of models hold all of them, and their pools know their ids", () => {
    const { reader } = open();
    const split = pages(2, (after) => reader.models({ after, limit: 2 }));
    expect(split.map((page) => page.length)).toEqual([2, 1]);
    for (const { pool_id } of split.flat()) {
      expect(reader.find(poolEntryId(pool_id))?.content).toMatchObject({
        kind: "Pool",
        owner: { kind: "Model" },
      });
    }
  });

  test("refuse cursors that they did not give", () => {
    const { reader } = open();
    const id = "0".repeat(64);
    const strange = [
      "",
      "nonsense",
      "x".repeat(10_000),
      "Coin 1",
      `Coin ${2n ** 64n} ${id}`,
      `Coin -1 ${id}`,
      `Coin 1 ${id.slice(1)}`,
      ` 1 ${id}`,
      `Coin 1 ${id}\n`,
      `1 2 ${id}`,
      `${2n ** 64n}`,
    ];
    for (const after of strange) {
      const page = { after, limit: 10 };
      expect(() => reader.owned(ALICE.address, undefined, page)).toThrow("the cursor is not one");
      expect(() => reader.models(page)).toThrow("the cursor is not one");
      expect(() => reader.transactionsOf(ALICE.address, page)).toThrow("the cursor is not one");
    }
  });
});

describe("the chain", () => {
  test("comes back as it was written", () => {
    const { world, reader } = open();
    const [first, second] = coins(reader).map(referenceTo);
    const records = [
      world.genesis,
      world.commit(transfer(ALICE, first!, BOB, 1n), transfer(ALICE, second!, CAROL, 2n)),
      world.commit(),
      world.endEpoch(),
    ];
    for (const record of records) {
      const sequence = record.bundle.summary.sequence_number;
      expect(reader.checkpoint(sequence)).toEqual(record.bundle);
      expect(reader.checkpointByDigest(record.digest)).toEqual(record.bundle);
      for (const executed of record.executed) {
        const { timestamp_ms: timestampMs } = record.bundle.summary;
        expect(reader.transaction(executed.digest)).toEqual({ executed, sequence, timestampMs });
      }
    }
    expect(reader.latest()).toEqual(records.at(-1)!.bundle);
    expect(reader.checkpoint(9n)).toBeUndefined();
    expect(reader.checkpointByDigest(toDigest("0".repeat(64)))).toBeUndefined();
    expect(reader.transaction(toDigest("0".repeat(64)))).toBeUndefined();
  });

  test("gives everybody concerned a history, newest first", () => {
    const { world, reader } = open();
    const sent: string[] = [];
    for (const amount of [1n, 2n, 3n]) {
      const coin = referenceTo(coins(reader)[0]!);
      sent.unshift(world.commit(transfer(ALICE, coin, CAROL, amount)).executed.at(-1)!.digest);
    }
    const history = (owner: typeof ALICE): string[] =>
      pages(2, (after) => reader.transactionsOf(owner.address, { after, limit: 2 }))
        .flat()
        .map(({ executed }) => executed.digest);
    expect(history(CAROL)).toEqual(sent);
    expect(history(ALICE)).toEqual([...sent, world.genesis.executed[0]!.digest]);
    expect(history(account("nobody"))).toEqual([]);
  });

  test("has a record of every epoch", () => {
    const { world, reader } = open();
    const first = present(reader.epoch(0n), "the first epoch");
    expect(first).toMatchObject({ firstCheckpoint: 0n, lastCheckpoint: undefined });
    expect(first.startMs).toBe(world.genesis.bundle.summary.timestamp_ms);
    world.commit();
    const { summary } = world.endEpoch().bundle;
    expect(reader.epoch(0n)).toEqual({
      ...first,
      lastCheckpoint: summary.sequence_number,
      endMs: summary.timestamp_ms,
    });
    expect(reader.epoch(1n)).toEqual({
      epoch: 1n,
      committee: present(summary.end_of_epoch_data, "the end").next_epoch_validator_committee,
      firstCheckpoint: summary.sequence_number + 1n,
      lastCheckpoint: undefined,
      startMs: summary.timestamp_ms,
      endMs: undefined,
      protocolVersion: first.protocolVersion,
    });
    world.endEpoch();
    expect(reader.epoch(1n)?.lastCheckpoint).toBe(summary.sequence_number + 1n);
  });
});
