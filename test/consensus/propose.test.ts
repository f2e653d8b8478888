/**
 * When an authority proposes and on top of what; no honest gaps.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { AssertionError } from "../../src/base/assert.ts";
import type { PayloadSource } from "../../src/consensus/io.ts";
import { propose } from "../../src/consensus/propose.ts";
import { EPOCH_START_MS, limitsWith, NO_PAYLOAD, testCommittee } from "./fixtures.ts";
import { only, OWN, proposedRounds, Solo } from "./solo.ts";

const START = { kind: "Start" } as const;

/** The first leader of a round, in the committee of `solo`. */
function leaderOf(solo: Solo, round: number): number {
  return solo.core.schedule.leaders(round)[0]!;
}

describe("proposing", () => {
  test("begins with round 1 on top of genesis", () => {
    const solo = new Solo();
    const [first] = only(solo.step(START), "Broadcast");
    expect(first!.block.block).toMatchObject({ round: 1, author: OWN, epoch: 3n });
    expect(first!.block.block.ancestors.map(({ author }) => author)).toEqual([0, 1, 2, 3]);
    expect(first!.block.block.timestamp_ms).toBe(EPOCH_START_MS);
  });

  test("waits for a quorum of the round before", () => {
    const solo = new Solo();
    solo.step(START);
    solo.round(1, [1]);
    expect(proposedRounds(solo.wait(5_000))).toEqual([]);
    solo.round(1, [2]);
    expect(proposedRounds(solo.wait(250))).toEqual([2]);
  });

  test("keeps the round delay", () => {
    const solo = new Solo();
    solo.step(START);
    solo.nowMs += 49;
    const outputs = solo.round(1);
    expect(proposedRounds(outputs)).toEqual([]);
    expect(only(outputs, "SetTimer").at(-1)!.atMs).toBe(Number(EPOCH_START_MS) + 50);
    expect(proposedRounds(solo.wait(1))).toEqual([2]);
  });

  test("waits for the leader of the round before until its time is up", () => {
    const solo = new Solo();
    solo.step(START);
    const leader = leaderOf(solo, 1);
    expect(leader).not.toBe(OWN);
    const others = [1, 2, 3].filter((author) => author !== leader);
    solo.nowMs += 100;
    const seenMs = solo.nowMs;
    const outputs = solo.round(1, others);
    expect(proposedRounds(outputs)).toEqual([]);
    expect(only(outputs, "SetTimer").at(-1)!.atMs).toBe(seenMs + 250);
    expect(proposedRounds(solo.wait(249))).toEqual([]);
    expect(proposedRounds(solo.wait(1))).toEqual([2]);
  });

  test("waits for a second leader only as long as a round takes", () => {
    const solo = new Solo({ committee: testCommittee(7) });
    const all = [1, 2, 3, 4, 5, 6];
    let round = 1;
    while (solo.core.schedule.leaders(round).includes(OWN)) round++;
    solo.step(START);
    for (let before = 1; before < round; before++) {
      solo.round(before, all);
      solo.wait(60);
    }
    const second = solo.core.schedule.leaders(round)[1];
    solo.nowMs += 100;
    const others = all.filter((author) => author !== second);
    expect(proposedRounds(solo.round(round, others))).toEqual([]);
    expect(proposedRounds(solo.wait(49))).toEqual([]);
    expect(proposedRounds(solo.wait(1))).toEqual([round + 1]);
  });

  test("goes on at once when the awaited leader comes", () => {
    const solo = new Solo();
    solo.step(START);
    const leader = leaderOf(solo, 1);
    solo.nowMs += 100;
    solo.round(
      1,
      [1, 2, 3].filter((author) => author !== leader),
    );
    expect(proposedRounds(solo.push(solo.make(1, leader)))).toEqual([2]);
  });

  test("names its own last block first and everything of the round before", () => {
    const solo = new Solo();
    solo.step(START);
    solo.round(1);
    const [second] = only(solo.wait(60), "Broadcast");
    const names = second!.block.block.ancestors.map(({ round, author }) => `${round}/${author}`);
    expect(names).toEqual(["1/0", "1/1", "1/2", "1/3"]);
  });

  test("carries what waits, within the limits of a block", () => {
    const asked: number[][] = [];
    const payload: PayloadSource = {
      ...NO_PAYLOAD,
      take: (...limits) => {
        asked.push(limits);
        return [Uint8Array.of(1, 2, 3)];
      },
    };
    const solo = new Solo({ payload, limits: limitsWith({ blockTransactionsMax: 5 }) });
    const [first] = only(solo.step(START), "Broadcast");
    expect(first!.block.block.transactions).toEqual([Uint8Array.of(1, 2, 3)]);
    expect(asked).toEqual([[5, 1.5 * 1_024 * 1_024]]);
  });

  test("does not accept more payload than a block may have", () => {
    const payload: PayloadSource = { ...NO_PAYLOAD, take: () => [new Uint8Array(9)] };
    const solo = new Solo({ payload, limits: limitsWith({ blockTransactionBytesMax: 8 }) });
    expect(() => solo.step(START)).toThrow(AssertionError);
  });

  test("is never older than an ancestor, even with a slow clock", () => {
    const solo = new Solo();
    solo.step(START);
    const ahead = EPOCH_START_MS + 300n;
    solo.push(...[1, 2, 3].map((author) => solo.make(1, author, { timestamp_ms: ahead })));
    const [second] = only(solo.wait(60), "Broadcast");
    expect(second!.block.block.timestamp_ms).toBe(ahead);
  });

  test("never signs a round again", () => {
    const solo = new Solo();
    solo.step(START);
    expect(() => propose(solo.core, 1, solo.nowMs)).toThrow(AssertionError);
  });
});

describe("no honest gaps", () => {
  /** The others go ahead without the core, which then learns of it at once. */
  function leftBehind(
    rounds: number,
    gcDepth: number,
  ): { solo: Solo; outputs: ReturnType<Solo["step"]> } {
    const solo = new Solo({ limits: limitsWith({ gcDepth }) });
    solo.step(START);
    const blocks = [];
    for (let round = 1; round <= rounds; round++) {
      for (const author of [1, 2, 3]) blocks.push(solo.make(round, author));
    }
    // The rounds arrive together, after they have all been made.
    const outputs = solo.step({
      kind: "BlocksFetched",
      from: 1,
      request: askForHistory(solo, rounds),
      blocks,
    });
    return { solo, outputs };
  }

  /** Makes the core ask peer 1 for history; returns the number of its question. */
  function askForHistory(solo: Solo, rounds: number): number {
    const ahead = solo.made[rounds]!.filter((block) => block !== undefined);
    solo.push(...ahead);
    solo.nowMs += 5_000;
    const outputs = solo.step({ kind: "Connected", peer: 1 });
    const asked = only(outputs, "Fetch").find(({ query }) => query.above.length > 0);
    return asked!.request;
  }

  test("every missed round is made up for, in order, each on the one before", () => {
    const { outputs } = leftBehind(12, 60);
    const made = only(outputs, "Broadcast").map(({ block }) => block);
    expect(made[0]!.ref.round).toBe(2);
    for (const [index, signed] of made.entries()) {
      expect(signed.ref.round).toBe(2 + index);
      expect(signed.block.ancestors[0]!.round).toBe(1 + index);
    }
    // The clock stands at 13; leaders of the last three rounds have all been seen.
    expect(made.at(-1)!.ref.round).toBeGreaterThanOrEqual(10);
  });

  test("only blocks near the front carry transactions", () => {
    const { solo } = leftBehind(12, 60);
    expect(solo.core.own.ref.round).toBeGreaterThanOrEqual(10);
    const payload: PayloadSource = { ...NO_PAYLOAD, take: () => [Uint8Array.of(1)] };
    const busy = new Solo({ payload });
    busy.step(START);
    for (let round = 1; round <= 12; round++) {
      for (const author of [1, 2, 3]) busy.make(round, author);
    }
    const outputs = busy.step({
      kind: "BlocksFetched",
      from: 1,
      request: askForHistory(busy, 12),
      blocks: busy.made
        .slice(1)
        .flat()
        .filter((block) => block !== undefined),
    });
    const full = only(outputs, "Broadcast").filter(({ block }) => block.block.transactions.length);
    expect(full.every(({ block }) => block.ref.round >= 11)).toBe(true);
    expect(full.length).toBeGreaterThan(0);
  });

  test("within half the depth of collection nothing is left out", () => {
    expect(proposedRounds(leftBehind(6, 10).outputs)[0]).toBe(2);
  });

  test("further behind it jumps to two rounds below the front", () => {
    const rounds = proposedRounds(leftBehind(12, 10).outputs);
    expect(rounds[0]).toBe(11);
  });

  test("after a jump the own last block is still the first ancestor", () => {
    const { outputs } = leftBehind(12, 10);
    const [first] = only(outputs, "Broadcast");
    expect(first!.block.block.ancestors[0]).toMatchObject({ round: 1, author: OWN });
  });

  test("far from the front nobody waits for leaders", () => {
    const solo = new Solo({ committee: testCommittee(7) });
    solo.step(START);
    for (let round = 1; round <= 12; round++) {
      const leader = leaderOf(solo, round);
      for (const author of [1, 2, 3, 4, 5, 6]) if (author !== leader) solo.make(round, author);
    }
    const blocks = solo.made.slice(1).flat();
    const outputs = solo.step({
      kind: "BlocksFetched",
      from: 1,
      request: askForHistory(solo, 12),
      blocks: blocks.filter((block) => block !== undefined),
    });
    expect(solo.core.clock.round).toBe(13);
    expect(proposedRounds(outputs)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });
});
