/**
 * Blocks wait for their ancestors, within bounds, and enter the DAG in causal order.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { BlockManager } from "../../src/consensus/block-manager.ts";
import { Dag } from "../../src/consensus/dag.ts";
import { toDigest } from "../../src/types/address.ts";
import type { SignedBlock } from "../../src/types/block.ts";
import { blockOf, nameOf, parseDag } from "./dag-dsl.ts";
import { EPOCH_START_MS, genesisOf, testBlock, testCommittee } from "./fixtures.ts";

const committee = testCommittee(4);
const drawn = parseDag(committee, "1: *\n2: *\n3: *\n4: *\n5: *");
const ROOM = 100;
const PEER = 2;

class Desk {
  readonly dag: Dag = new Dag(genesisOf(committee));
  readonly manager: BlockManager;

  constructor(perAuthorMax: number = ROOM) {
    this.manager = new BlockManager(this.dag, 4, perAuthorMax);
  }

  offer(...names: readonly string[]): string[] {
    return names.flatMap((name) => this.offerBlock(blockOf(drawn, name)));
  }

  offerBlock(signed: SignedBlock): string[] {
    return this.manager.offer(signed, PEER, 7).map((block) => nameOf(drawn, block.signed.ref));
  }

  missing(): string[] {
    return [...this.manager.missing.values()].map(({ ref }) => nameOf(drawn, ref)).toSorted();
  }

  collect(gcRound: number): string[] {
    this.dag.collect(gcRound);
    return this.manager.collect().map((block) => nameOf(drawn, block.signed.ref));
  }
}

describe("the block manager", () => {
  test("passes on a block whose ancestors are there", () => {
    const desk = new Desk();
    expect(desk.offer("A1", "B1", "C1", "D1", "A2")).toEqual(["A1", "B1", "C1", "D1", "A2"]);
    expect(desk.manager.waitingCount).toBe(0);
  });

  test("holds back a block and lists what it lacks, with who sent it", () => {
    const desk = new Desk();
    expect(desk.offer("A1", "A2")).toEqual(["A1"]);
    expect(desk.manager.waitingCount).toBe(1);
    expect(desk.manager.holds(blockOf(drawn, "A2").ref.digest)).toBe(true);
    expect(desk.missing()).toEqual(["B1", "C1", "D1"]);
    const [first] = desk.manager.missing.values();
    expect(first).toMatchObject({ source: PEER, tries: 0, asked: 0, dueMs: 7 });
    expect(desk.manager.wants(blockOf(drawn, "B1").ref)).toBe(true);
  });

  test("lets go of a block with its last ancestor, and of what waited for it", () => {
    const desk = new Desk();
    desk.offer("B1", "C1", "D1", "B2", "C2", "D2", "A2", "A3");
    expect(desk.missing()).toEqual(["A1"]);
    expect(desk.offer("A1")).toEqual(["A1", "B2", "C2", "D2", "A2", "A3"]);
    expect(desk.manager.waitingCount).toBe(0);
    expect(desk.manager.missing.size).toBe(0);
  });

  test("does not fetch what waits itself", () => {
    const desk = new Desk();
    desk.offer("A3", "A2");
    expect(desk.missing()).toEqual(["A1", "B1", "B2", "C1", "C2", "D1", "D2"]);
    expect(desk.manager.missing.has("A2")).toBe(false);
  });

  test("takes a block once", () => {
    const desk = new Desk();
    desk.offer("A1", "A2");
    expect(desk.offer("A1", "A2", "A2")).toEqual([]);
    expect(desk.manager.waitingCount).toBe(1);
  });

  test("needs nothing from collected rounds", () => {
    const desk = new Desk();
    desk.dag.collect(2);
    expect(desk.offer("A2")).toEqual([]);
    expect(desk.offer("A3", "B3")).toEqual(["A3", "B3"]);
  });

  test("collecting lets blocks go that waited for what is collected, and drops old ones", () => {
    const desk = new Desk();
    desk.offer("A1", "B1", "C1", "D1", "A2", "B2", "C2", "A3", "B3", "A4");
    expect(desk.missing()).toEqual(["C3", "D2", "D3"]);
    expect(desk.collect(2)).toEqual(["A3", "B3"]);
    expect(desk.missing()).toEqual(["C3", "D3"]);
    expect(desk.collect(3)).toEqual(["A4"]);
    expect(desk.manager.waitingCount).toBe(0);
    expect(desk.missing()).toEqual([]);
  });

  test("collecting drops waiting blocks of collected rounds", () => {
    const desk = new Desk();
    desk.offer("A3");
    expect(desk.collect(3)).toEqual([]);
    expect(desk.manager.waitingCount).toBe(0);
    expect(desk.missing()).toEqual([]);
  });
});

describe("room for waiting blocks", () => {
  test("ends for each author by itself", () => {
    const desk = new Desk(2);
    desk.offer("A2", "A3", "A4", "B2");
    expect(desk.manager.waitingCount).toBe(3);
    expect(desk.manager.holds(blockOf(drawn, "A4").ref.digest)).toBe(false);
    expect(desk.manager.holds(blockOf(drawn, "B2").ref.digest)).toBe(true);
  });

  test("matters when it is lacking for a block that others build on", () => {
    const desk = new Desk(2);
    desk.offer("A2", "A5", "A4");
    expect(desk.manager.wants(blockOf(drawn, "A4").ref)).toBe(true);
    expect(desk.manager.overflowed).toBe(false);
    desk.offer("B5", "A4");
    expect(desk.manager.overflowed).toBe(true);
  });

  test("matters when others build on a later block of the same author", () => {
    const desk = new Desk(1);
    desk.offer("A4", "A3");
    expect(desk.manager.overflowed).toBe(false);
    desk.offer("B5", "A3");
    expect(desk.manager.overflowed).toBe(true);
  });

  test("a dropped block leaves no trace and can come again", () => {
    const desk = new Desk(1);
    desk.offer("A2", "A5");
    expect(desk.missing()).toEqual(["A1", "B1", "C1", "D1"]);
    desk.offer("A1", "B1", "C1", "D1", "B2", "C2", "D2");
    expect(desk.offer("A3")).toEqual(["A3"]);
  });

  test("complete blocks need no room", () => {
    const desk = new Desk(0);
    expect(desk.offer("A1", "B1", "C1", "D1", "A2")).toHaveLength(5);
    expect(desk.manager.overflowed).toBe(false);
  });

  test("is free again when blocks leave", () => {
    const desk = new Desk(1);
    desk.offer("B1", "C1", "D1", "A2", "A1", "B2", "C2", "D2");
    desk.offer("A4");
    expect(desk.manager.waitingCount).toBe(1);
    expect(desk.manager.overflowed).toBe(false);
  });
});

describe("names that nothing answers to", () => {
  const real = blockOf(drawn, "D1");

  function withAncestor(ref: SignedBlock["ref"], timestamp_ms = EPOCH_START_MS + 50n): SignedBlock {
    const ancestors = ["A1", "B1", "C1"].map((name) => blockOf(drawn, name).ref);
    return testBlock(committee, {
      round: 2,
      author: 0,
      ancestors: [...ancestors, ref],
      timestamp_ms,
    });
  }

  test("hold a block back until they are collected", () => {
    const desk = new Desk();
    desk.offer("A1", "B1", "C1", "D1");
    const fake = withAncestor({ ...real.ref, digest: toDigest("99".repeat(32)) });
    expect(desk.manager.offer(fake, PEER, 0)).toEqual([]);
    expect(desk.manager.missing.size).toBe(1);
    desk.dag.collect(1);
    expect(desk.manager.collect().map(({ signed }) => signed)).toEqual([fake]);
  });

  test("a true digest in a false place is not the block, and is not fetched", () => {
    const desk = new Desk();
    desk.offer("A1", "B1", "C1", "D1");
    const lying = withAncestor({
      ...real.ref,
      round: 1,
      author: 3,
      digest: blockOf(drawn, "B1").ref.digest,
    });
    expect(desk.manager.offer(lying, PEER, 0)).toEqual([]);
    expect(desk.manager.missing.size).toBe(0);
    desk.dag.collect(1);
    expect(desk.manager.collect()).toHaveLength(1);
  });

  test("an ancestor that is later than its child holds it back until it is collected", () => {
    const desk = new Desk();
    desk.offer("A1", "B1", "C1", "D1");
    const early = withAncestor(real.ref, EPOCH_START_MS);
    const { author } = early.ref;
    expect(desk.manager.offer(early, author, 0)).toEqual([]);
    expect(desk.manager.missing.size).toBe(0);
    const [late] = desk.manager.takeLateParents();
    expect(late).toMatchObject({ source: author, fault: { rule: "timestamp" } });
    expect(desk.manager.takeLateParents()).toEqual([]);
    desk.dag.collect(1);
    expect(desk.manager.collect().map(({ signed }) => signed)).toEqual([early]);
  });

  test("also when the ancestor comes after the child", () => {
    const desk = new Desk();
    const early = withAncestor(real.ref, EPOCH_START_MS);
    desk.manager.offer(early, early.ref.author, 0);
    expect(desk.offer("A1", "B1", "C1", "D1")).toEqual(["A1", "B1", "C1", "D1"]);
    expect(desk.manager.takeLateParents()).toHaveLength(4);
    expect(desk.manager.waitingCount).toBe(1);
    desk.dag.collect(1);
    expect(desk.manager.collect().map(({ signed }) => signed)).toEqual([early]);
  });

  test("whoever hands such a block on is not to blame: it may have collected the ancestor", () => {
    const desk = new Desk();
    desk.offer("A1", "B1", "C1", "D1");
    const early = withAncestor(real.ref, EPOCH_START_MS);
    expect(PEER).not.toBe(early.ref.author);
    desk.manager.offer(early, PEER, 0);
    expect(desk.manager.waitingCount).toBe(1);
    expect(desk.manager.takeLateParents()).toEqual([]);
  });
});
