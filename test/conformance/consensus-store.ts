/**
 * What every consensus store must do, in memory or on disk.
 *
 * @module
 */
import { afterEach, beforeEach, expect, test } from "bun:test";

import { AssertionError } from "../../src/base/assert.ts";
import { utf8 } from "../../src/base/bytes.ts";
import type { BlockRow, ConsensusStore } from "../../src/storage/store.ts";
import { id } from "./ledger-rows.ts";

const NO_LIMIT = { blocksMax: 1_000, bytesMax: 1_000_000 };

/** A block of ten bytes or so. */
export function block(round: number, author: number, fork = 0): BlockRow {
  const digest = id(round * 1_000 + author * 10 + fork);
  return { round, author, digest, bytes: utf8(show({ round, author, digest })) };
}

/** Registers the tests every consensus store passes. */
export function consensusStoreConformance(name: string, open: () => ConsensusStore): void {
  let store: ConsensusStore;
  beforeEach(() => {
    store = open();
  });
  afterEach(() => store.close());

  const dag = (rounds: number, authors: number): BlockRow[] =>
    Array.from({ length: rounds * authors }, (_, index) =>
      block(Math.floor(index / authors) + 1, index % authors),
    );

  test(`${name}: an empty store finds nothing`, () => {
    expect(store.blocks(0n, 0, { limit: 10 })).toEqual([]);
    expect(store.blocksAbove(0n, [0, 0], NO_LIMIT)).toEqual([]);
    expect(store.findBlock(0n, block(1, 0))).toBeUndefined();
    expect(store.lastBlockBy(0n, 0)).toBeUndefined();
    expect(store.commits(0n, { limit: 10 })).toEqual([]);
    expect(store.lastCommit(0n)).toBeUndefined();
    expect(store.meta("signed")).toBeUndefined();
    expect(store.dropEpochsBefore(9n, 10)).toBe(0);
  });

  test(`${name}: blocks come by round, author and digest, in pages`, () => {
    const rows = [...dag(3, 4), block(2, 1, 5)];
    store.write({ epoch: 0n, blocks: rows.toReversed() });
    const all = store.blocks(0n, 2, { limit: 100 });
    expect(all.map(show)).toEqual(
      rows
        .filter((row) => row.round >= 2)
        .map(show)
        .toSorted(),
    );
    expect(all[0]).toEqual(block(2, 0));
    for (let index = 0; index < all.length; index++) {
      const page = store.blocks(0n, 2, { after: all[index]!, limit: 2 });
      expect(page.map(show)).toEqual(all.slice(index + 1, index + 3).map(show));
    }
  });

  test(`${name}: a block that is there already is left alone`, () => {
    store.write({ epoch: 0n, blocks: [block(1, 0)] });
    store.write({ epoch: 0n, blocks: [{ ...block(1, 0), bytes: utf8("other") }, block(1, 1)] });
    expect(store.findBlock(0n, block(1, 0))).toEqual(block(1, 0).bytes);
    expect(store.findBlock(0n, block(1, 1))).toEqual(block(1, 1).bytes);
    expect(store.findBlock(0n, block(1, 1, 1))).toBeUndefined();
  });

  test(`${name}: blocks above a part of the DAG come oldest first, within limits`, () => {
    store.write({ epoch: 0n, blocks: dag(5, 3) });
    const above = [3, 1, 5];
    const all = store.blocksAbove(0n, above, NO_LIMIT).map(show);
    expect(all).toEqual(
      [block(2, 1), block(3, 1), block(4, 0), block(4, 1), block(5, 0), block(5, 1)].map(show),
    );
    expect(store.blocksAbove(0n, above, { ...NO_LIMIT, blocksMax: 4 }).map(show)).toEqual(
      all.slice(0, 4),
    );
    const bytesMax = block(2, 1).bytes.length + block(3, 1).bytes.length;
    expect(store.blocksAbove(0n, above, { ...NO_LIMIT, bytesMax }).map(show)).toEqual(
      all.slice(0, 2),
    );
    expect(store.blocksAbove(0n, above, { ...NO_LIMIT, bytesMax: 0 }).map(show)).toEqual(
      all.slice(0, 1),
    );
    expect(store.blocksAbove(0n, [], NO_LIMIT)).toEqual([]);
  });

  test(`${name}: a page of blocks does not end between two of one slot`, () => {
    const twins = [block(1, 0), block(2, 0), block(2, 0, 1), block(3, 0)];
    store.write({ epoch: 0n, blocks: twins });
    const pageOf = (blocksMax: number): unknown =>
      store.blocksAbove(0n, [0], { ...NO_LIMIT, blocksMax }).map(show);
    expect(pageOf(2)).toEqual([block(1, 0)].map(show));
    expect(pageOf(3)).toHaveLength(3);
    expect(store.blocksAbove(0n, [1], { ...NO_LIMIT, blocksMax: 1 })).toHaveLength(1);
  });

  test(`${name}: an author's last block is known`, () => {
    store.write({ epoch: 0n, blocks: [...dag(4, 2), block(9, 1)] });
    expect(store.lastBlockBy(0n, 0)).toEqual(block(4, 0));
    expect(store.lastBlockBy(0n, 1)).toEqual(block(9, 1));
    expect(store.lastBlockBy(0n, 2)).toBeUndefined();
  });

  test(`${name}: commits come in order, in pages, and an index is written once`, () => {
    const commits = [1, 2, 3].map((index) => ({ index, bytes: utf8(`commit ${index}`) }));
    store.write({ epoch: 0n, commits });
    expect(store.commits(0n, { limit: 10 })).toEqual(commits);
    expect(store.commits(0n, { after: 1, limit: 1 })).toEqual([commits[1]!]);
    expect(store.lastCommit(0n)).toEqual(commits[2]);
    // A node that lost its ledger decides again what it has decided.
    store.write({ epoch: 0n, commits: [...commits, { index: 4, bytes: utf8("commit 4") }] });
    expect(store.commits(0n, { limit: 10 })).toHaveLength(4);
    const repeated = {
      epoch: 0n,
      blocks: [block(1, 0)],
      commits: [{ index: 3, bytes: utf8("x") }],
    };
    expect(() => store.write(repeated)).toThrow(AssertionError);
    expect(store.findBlock(0n, block(1, 0))).toBeUndefined();
  });

  test(`${name}: epochs do not see each other, and old ones are dropped bit by bit`, () => {
    for (const epoch of [0n, 1n, 2n]) {
      store.write({ epoch, blocks: dag(2, 2), commits: [{ index: 1, bytes: utf8(`${epoch}`) }] });
    }
    expect(store.lastCommit(1n)?.bytes).toEqual(utf8("1"));
    let dropped = 0;
    for (let rows = store.dropEpochsBefore(2n, 3); rows > 0; rows = store.dropEpochsBefore(2n, 3)) {
      expect(rows).toBeLessThanOrEqual(3);
      dropped += rows;
    }
    expect(dropped).toBe(10);
    expect(store.blocks(1n, 0, { limit: 10 })).toEqual([]);
    expect(store.lastCommit(1n)).toBeUndefined();
    expect(store.blocks(2n, 0, { limit: 10 })).toHaveLength(4);
    expect(store.lastCommit(2n)?.bytes).toEqual(utf8("2"));
  });

  test(`${name}: named values change with the blocks they describe`, () => {
    store.write({ epoch: 0n, blocks: [block(1, 0)], meta: [{ key: "signed", value: utf8("1") }] });
    store.write({ epoch: 1n, meta: [{ key: "signed", value: utf8("2") }] });
    expect(store.meta("signed")).toEqual(utf8("2"));
    store.write({ epoch: 1n, meta: [{ key: "signed", value: undefined }] });
    expect(store.meta("signed")).toBeUndefined();
  });
}

function show({
  round,
  author,
  digest,
}: {
  round: number;
  author: number;
  digest: string;
}): string {
  return `${round}/${author}/${digest.slice(-6)}`;
}
