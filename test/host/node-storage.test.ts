/**
 * The storage of a node as consensus uses it: what is asked for comes back within its limits, and
 * epochs that are over are given up in parts.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { present } from "../../src/base/assert.ts";
import { createLedgerReader } from "../../src/host/ledger-reader.ts";
import type { StoredBlock } from "../../src/node/io.ts";
import { ZERO_DIGEST } from "../../src/types/address.ts";
import { signBlock } from "../../src/types/block.ts";
import { digestFrom } from "../ledger/fixtures.ts";
import { ChainWorld } from "./chain-world.ts";
import { ALICE, BOB, coinsIn, transfer } from "./network.ts";

const ROUNDS = 10;
const AUTHORS = 3;
const PLENTY = { blocksMax: 100, bytesMax: 1_000_000 };

function block(epoch: bigint, round: number, author: number): StoredBlock {
  const unsigned = {
    epoch,
    round,
    author,
    timestamp_ms: BigInt(round),
    ancestors: [],
    transactions: [new Uint8Array(100)],
    commit_votes: [],
  };
  const { ref, bytes } = signBlock(unsigned, () => new Uint8Array(64));
  return { ref, bytes };
}

function fill(world: ChainWorld, epoch: bigint): StoredBlock[] {
  const blocks: StoredBlock[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    for (let author = 0; author < AUTHORS; author++) blocks.push(block(epoch, round, author));
  }
  world.storage.writeConsensus({ epoch, blocks, commits: [] });
  return blocks;
}

function hex(blocks: readonly Uint8Array[]): string[] {
  return blocks.map((bytes) => bytes.toHex());
}

describe("blocks", () => {
  const world = new ChainWorld();
  const { reader } = world.storage;
  const blocks = fill(world, 0n);
  const bytesOf = (...chosen: readonly StoredBlock[]): string[] =>
    hex(chosen.map(({ bytes }) => bytes));

  test("come named ones first, then by round", () => {
    const [late, later] = [blocks.at(-1)!, blocks.at(-2)!];
    const query = { refs: [late.ref, later.ref], above: [ROUNDS - 1, ROUNDS - 2, ROUNDS] };
    const expected = [
      late,
      later,
      block(0n, ROUNDS - 1, 1),
      block(0n, ROUNDS, 0),
      block(0n, ROUNDS, 1),
    ];
    expect(hex(reader.blocks(0n, query, PLENTY))).toEqual(bytesOf(...expected));
    const unknown = { ...late.ref, digest: ZERO_DIGEST };
    expect(reader.blocks(0n, { refs: [unknown], above: [] }, PLENTY)).toEqual([]);
    expect(reader.blocks(1n, query, PLENTY)).toEqual([]);
  });

  test("stay within the limits, but for a first one that is too large alone", () => {
    const refs = blocks.slice(0, 4).map(({ ref }) => ref);
    const above = Array.from({ length: AUTHORS }, () => 0);
    const size = blocks[0]!.bytes.length;
    const count = (limits: Partial<typeof PLENTY>, query = { refs, above }): number =>
      reader.blocks(0n, query, { ...PLENTY, ...limits }).length;
    expect(count({ blocksMax: 3 })).toBe(3);
    expect(count({ blocksMax: 6 })).toBe(6);
    expect(count({ bytesMax: 3 * size })).toBe(3);
    expect(count({ bytesMax: 6 * size })).toBe(6);
    expect(count({ bytesMax: 1 })).toBe(1);
    expect(count({ bytesMax: 5 * size }, { refs: [], above })).toBe(5);
  });
});

test("commits come in sequence, as many as are asked for", () => {
  const { storage } = new ChainWorld();
  const commits = [1, 2, 3, 4].map((index) => ({ index, bytes: Uint8Array.of(index) }));
  storage.writeConsensus({ epoch: 0n, blocks: [], commits });
  const read = (first: number, count: number): number[] =>
    storage.reader.commits(0n, first, count).map(([index]) => index!);
  expect(read(2, 2)).toEqual([2, 3]);
  expect(read(3, 100)).toEqual([3, 4]);
  for (const [first, count] of [
    [5, 10],
    [0, 10],
    [1, 0],
  ] as const) {
    expect(read(first, count)).toEqual([]);
  }
  expect(storage.reader.commits(1n, 1, 10)).toEqual([]);
});

test("blocks of epochs before the last are given up, a part at a time", () => {
  const world = new ChainWorld();
  for (const epoch of [0n, 1n, 2n]) fill(world, epoch);
  let parts = 0;
  while (world.storage.tidy(2n)) parts++;
  expect(parts).toBeGreaterThan(0);
  const query = { refs: [], above: [0, 0, 0] };
  const left = [0n, 1n, 2n].map((epoch) => world.storage.reader.blocks(epoch, query, PLENTY));
  expect(left.map(({ length }) => length)).toEqual([0, 30, 30]);
  expect(world.storage.tidy(0n)).toBe(false);
});

test("whether a transaction has executed changes when its checkpoint is written", () => {
  const world = new ChainWorld();
  const { reader } = world.storage;
  const [coin] = coinsIn(createLedgerReader(world.storage), ALICE);
  const sent = transfer(ALICE, coin!, BOB, 1n);
  const copy = new ChainWorld();
  const { digest } = copy.commit(sent).executed.at(-1)!;
  expect(reader.execution(digest)).toBeUndefined();
  expect(reader.execution(digest)).toBeUndefined();
  world.commit(sent);
  expect(reader.execution(digest)?.sequence).toBe(1n);
  expect(reader.execution(digestFrom("nothing"))).toBeUndefined();
});

test("at the end of an epoch all money is there, or the node stops", () => {
  const world = new ChainWorld();
  const reader = createLedgerReader(world.storage);
  world.commit(transfer(ALICE, coinsIn(reader, ALICE)[0]!, BOB, 1n));
  world.endEpoch();
  // A shannon appears that no transaction made: in the file, as a fault of a disk or a hand would.
  const { ledger } = world.storage.stores;
  const stored = present(ledger.findObject(coinsIn(reader, BOB)[0]!.object_id), "a coin");
  ledger.write({ objects: [{ ...stored, version: 1_000n, held: stored.held + 1n }] });
  expect(() => world.endEpoch()).toThrow("all money is there");
});
