/**
 * When history is asked for, from whom, from where on, and when that ends.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { BlockManager } from "../../src/consensus/block-manager.ts";
import { CATCH_UP_ROUNDS, CatchUp, STALL_MS } from "../../src/consensus/catch-up.ts";
import { Dag } from "../../src/consensus/dag.ts";
import type { Output } from "../../src/consensus/io.ts";
import { Pace } from "../../src/consensus/pace.ts";
import { Requests } from "../../src/consensus/requests.ts";
import { ThresholdClock } from "../../src/consensus/threshold-clock.ts";
import { CONSENSUS_LIMITS } from "../../src/protocol/limits.ts";
import { toDigest } from "../../src/types/address.ts";
import type { BlockRef } from "../../src/types/block.ts";
import { genesisOf, testBlock, testCommittee } from "./fixtures.ts";

const committee = testCommittee(4);
const DIGEST = toDigest("00".repeat(32));

function ref(round: number, author: number): BlockRef {
  return { round, author, digest: DIGEST };
}

class Desk {
  readonly dag: Dag = new Dag(genesisOf(committee));
  readonly clock: ThresholdClock = new ThresholdClock(committee);
  readonly manager: BlockManager = new BlockManager(this.dag, 4, 100);
  readonly requests: Requests = new Requests(4, 5);
  readonly catchUp: CatchUp;
  request = 0;

  constructor(...peers: readonly number[]) {
    const { dag, clock, manager, requests } = this;
    const pace = new Pace(CONSENSUS_LIMITS);
    this.catchUp = new CatchUp(committee, { dag, clock, pace, manager, requests });
    for (const peer of peers) requests.connect(peer);
    // Nothing is stalled before 1,250 ms.
    this.advance(2, 0);
  }

  advance(round: number, nowMs: number): void {
    for (const author of [0, 1, 2]) this.clock.add(ref(round - 1, author), nowMs);
  }

  see(round: number, ...authors: readonly number[]): void {
    for (const author of authors) this.catchUp.see(ref(round, author));
  }

  poll(nowMs: number): string[] {
    const outputs = this.catchUp.poll(nowMs);
    for (const output of outputs) if (output.kind === "Fetch") this.request = output.request;
    return outputs.map(inWords);
  }

  answered(blocks: readonly BlockRef[], nowMs: number): void {
    this.requests.close(this.request);
    this.catchUp.answered(this.request, blocks, nowMs);
  }

  failed(nowMs: number): void {
    this.requests.close(this.request);
    this.catchUp.failed(this.request, nowMs);
  }
}

function inWords(output: Output): string {
  if (output.kind !== "Fetch") return output.kind;
  return `ask ${output.from} above ${output.query.above.join(" ")}`;
}

describe("catching up", () => {
  test("begins when an honest authority is known to be far ahead", () => {
    const desk = new Desk(1, 2, 3);
    const far = 2 + CATCH_UP_ROUNDS;
    desk.see(far, 1, 2, 3);
    expect(desk.catchUp.isBehind).toBe(false);
    desk.see(far + 1, 1, 2);
    expect(desk.catchUp.isBehind).toBe(true);
    expect(desk.poll(0)).toEqual(["ask 1 above 0 0 0 0"]);
    expect(desk.poll(1)).toEqual([]);
    expect(desk.catchUp.nextMs).toBe(500);
  });

  test("does not begin because one authority claims to be far ahead", () => {
    const desk = new Desk(1, 2, 3);
    desk.see(4_000_000_000, 3);
    expect(desk.catchUp.isBehind).toBe(false);
    expect(desk.poll(0)).toEqual([]);
  });

  test("goes on from what the peer has sent", () => {
    const desk = new Desk(1, 2, 3);
    desk.see(50, 1, 2, 3);
    desk.poll(0);
    desk.answered([ref(1, 1), ref(1, 2), ref(2, 1)], 10);
    expect(desk.poll(10)).toEqual(["ask 1 above 0 2 1 0"]);
  });

  test("ends when the front is near", () => {
    const desk = new Desk(1, 2, 3);
    desk.see(50, 1, 2, 3);
    desk.poll(0);
    desk.advance(46, 10);
    desk.answered([ref(45, 1)], 10);
    expect(desk.poll(10)).toEqual([]);
  });

  test("goes to the next peer after an answer without news, and after none", () => {
    const desk = new Desk(1, 2, 3);
    desk.see(50, 1, 2, 3);
    desk.poll(0);
    desk.answered([], 10);
    expect(desk.poll(200)).toEqual([]);
    expect(desk.poll(260)).toEqual(["ask 2 above 0 0 0 0"]);
    desk.failed(300);
    expect(desk.poll(399)).toEqual([]);
    expect(desk.poll(400)).toEqual(["ask 3 above 0 0 0 0"]);
  });

  test("goes to the next peer when one takes long, and uses what comes late", () => {
    const desk = new Desk(1, 2, 3);
    desk.see(50, 1, 2, 3);
    desk.poll(0);
    const slow = desk.request;
    expect(desk.poll(499)).toEqual([]);
    expect(desk.poll(500)).toEqual(["ask 2 above 0 0 0 0"]);
    desk.catchUp.answered(slow, [ref(4, 1)], 600);
    desk.catchUp.failed(slow, 601);
    expect(desk.poll(602)).toEqual([]);
    desk.answered([ref(5, 2)], 700);
    expect(desk.poll(700)).toEqual(["ask 2 above 0 4 5 0"]);
  });

  test("a peer that repeats itself is left as well", () => {
    const desk = new Desk(1, 2, 3);
    desk.see(50, 1, 2, 3);
    desk.poll(0);
    desk.answered([ref(1, 1)], 10);
    desk.poll(10);
    desk.answered([ref(1, 1)], 20);
    expect(desk.poll(20)).toEqual([]);
    expect(desk.poll(270)).toEqual(["ask 2 above 0 0 0 0"]);
  });

  test("begins with what is new of each author", () => {
    const desk = new Desk(1, 2, 3);
    desk.dag.collect(3);
    desk.dag.insert(testBlock(committee, { round: 9, author: 2 }), []);
    desk.see(50, 1, 2, 3);
    expect(desk.poll(0)).toEqual(["ask 1 above 3 3 9 3"]);
  });

  test("begins further down after a pass that changed nothing", () => {
    const desk = new Desk(1, 2, 3);
    desk.dag.insert(testBlock(committee, { round: 9, author: 2 }), []);
    desk.see(50, 1, 2, 3);
    expect(desk.poll(0)).toEqual(["ask 1 above 0 0 9 0"]);
    desk.answered([], 10);
    expect(desk.poll(260)).toEqual(["ask 2 above 0 0 0 0"]);
    desk.advance(3, 300);
    desk.answered([], 300);
    expect(desk.poll(2_300)).toEqual(["ask 3 above 0 0 9 0"]);
  });

  test("asks for everything above collection when blocks found no room, once", () => {
    const desk = new Desk(1, 2, 3);
    desk.dag.collect(7);
    desk.dag.insert(testBlock(committee, { round: 9, author: 2 }), []);
    desk.manager.overflowed = true;
    expect(desk.poll(0)).toEqual(["ask 1 above 7 7 7 7"]);
    desk.answered([ref(8, 1), ref(8, 2)], 10);
    expect(desk.poll(10)).toEqual(["ask 1 above 7 8 8 7"]);
    desk.answered([], 20);
    expect(desk.catchUp.isBehind).toBe(false);
    expect(desk.poll(1_000)).toEqual([]);
  });

  test("begins when the clock has stood still for long", () => {
    const desk = new Desk(1, 2, 3);
    const stalledMs = 250 + STALL_MS;
    expect(desk.catchUp.nextMs).toBe(stalledMs);
    expect(desk.poll(stalledMs - 1)).toEqual([]);
    expect(desk.poll(stalledMs)).toEqual(["ask 1 above 0 0 0 0"]);
    desk.advance(3, stalledMs);
    desk.answered([ref(2, 1)], stalledMs + 5);
    expect(desk.poll(stalledMs + 5)).toEqual([]);
  });

  test("waits for a connection", () => {
    const desk = new Desk();
    desk.see(50, 1, 2, 3);
    expect(desk.poll(0)).toEqual([]);
    expect(desk.catchUp.nextMs).toBe(100);
    desk.requests.connect(2);
    expect(desk.poll(250)).toEqual(["ask 2 above 0 0 0 0"]);
  });
});
