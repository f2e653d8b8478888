/**
 * The simulated disk: a crash keeps everything durable, and of the rest a prefix.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { present } from "../../src/base/assert.ts";
import { Prng } from "../../src/base/prng.ts";
import type { StoredBlock } from "../../src/node/io.ts";
import { type Damage, SimDisk } from "../../src/simulator/disk.ts";
import { isWhole, tear } from "../../src/simulator/torn.ts";
import { genesisBlock } from "../../src/types/block.ts";
import { ChainWorld } from "../host/chain-world.ts";
import { network } from "../node/network.ts";

const EPOCH = 0n;
const { genesis } = network();

function block(author: number): StoredBlock {
  const { ref, bytes } = genesisBlock(EPOCH, author, 7n);
  return { ref, bytes };
}

const BLOCKS = [0, 1, 2, 3, 4, 5].map(block);

function write(disk: SimDisk, blocks: readonly StoredBlock[]): void {
  for (const one of blocks) disk.write({ kind: "PersistBlocks", epoch: EPOCH, blocks: [one] });
}

function kept(disk: SimDisk): number[] {
  return BLOCKS.filter(({ ref }) => disk.hasBlock(EPOCH, ref)).map(({ ref }) => ref.author);
}

/** What is left of two durable and four other blocks. */
function leftAfter(damage: Damage, seed: number): number[] {
  const disk = new SimDisk(genesis);
  write(disk, BLOCKS.slice(0, 2));
  disk.sync();
  write(disk, BLOCKS.slice(2));
  disk.crash(damage, new Prng(seed));
  return kept(disk);
}

describe("a crash", () => {
  test("of the process keeps all that was written", () => {
    expect(leftAfter("none", 1)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  for (const damage of ["lost", "torn"] as const) {
    test(`with writes ${damage} keeps a prefix with everything durable, of any length`, () => {
      const lengths = new Set<number>();
      for (let seed = 0; seed < 60; seed++) {
        const left = leftAfter(damage, seed);
        expect(left).toEqual([0, 1, 2, 3, 4, 5].slice(0, left.length));
        lengths.add(left.length);
      }
      expect([...lengths].sort((left, right) => left - right)).toEqual([2, 3, 4, 5, 6]);
    });
  }

  test("that takes the disk leaves genesis", () => {
    const disk = new SimDisk(genesis);
    write(disk, BLOCKS);
    disk.sync();
    disk.crash("wiped", new Prng(1));
    expect(kept(disk)).toEqual([]);
    expect(disk.recover().tip.digest).toBe(genesis.digest);
  });

  test("with the next crash keeps what the first one left", () => {
    const disk = new SimDisk(genesis);
    write(disk, BLOCKS.slice(0, 3));
    disk.crash("none", new Prng(1));
    write(disk, BLOCKS.slice(3));
    disk.crash("lost", new Prng(4));
    expect(kept(disk).slice(0, 3)).toEqual([0, 1, 2]);
  });
});

describe("a crash of a disk whose chain is written late", () => {
  const world = new ChainWorld();
  const records = ["commit", "commit", "endEpoch", "commit", "endEpoch", "commit"].map((kind) =>
    kind === "commit" ? world.commit() : world.endEpoch(),
  );

  function heightsAfter(damage: Damage): number[] {
    const heights = new Set<number>();
    for (let seed = 0; seed < 80; seed++) {
      const disk = new SimDisk(world.genesis);
      for (const record of records) disk.write({ kind: "PersistCheckpoint", record });
      disk.sync();
      disk.crash(damage, new Prng(seed));
      heights.add(disk.height);
      const last = records[disk.height - 1];
      expect(disk.recover().tip.digest).toBe(present(last, "the last record").digest);
    }
    return [...heights].sort((left, right) => left - right);
  }

  for (const damage of ["none", "lost", "torn"] as const) {
    test(`loses any number of checkpoints, of one epoch change at most: ${damage}`, () => {
      expect(heightsAfter(damage)).toEqual([3, 4, 5, 6]);
    });
  }
});

describe("a torn frame", () => {
  test("is never taken for a whole one", () => {
    const batch = { kind: "PersistBlocks", epoch: EPOCH, blocks: BLOCKS } as const;
    for (let seed = 0; seed < 200; seed++) expect(isWhole(tear(batch, new Prng(seed)))).toBe(false);
  });
});
