/**
 * The way of a block into the core: verdicts, second blocks, early ones, own ones, votes.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import type { Output } from "../../src/consensus/io.ts";
import { toDigest } from "../../src/types/address.ts";
import type { SignedBlock } from "../../src/types/block.ts";
import { EPOCH_START_MS, limitsWith } from "./fixtures.ts";
import { only, OWN, Solo } from "./solo.ts";

const START = { kind: "Start" } as const;

function started(): Solo {
  const solo = new Solo();
  solo.step(START);
  return solo;
}

function faults(outputs: readonly Output[]): string[] {
  return only(outputs, "Misbehaved").map(({ peer, fault }) => `${peer}: ${fault.rule}`);
}

describe("a pushed block", () => {
  test("enters the DAG", () => {
    const solo = started();
    const block = solo.make(1, 2);
    expect(faults(solo.push(block))).toEqual([]);
    expect(solo.core.dag.has(block.ref.digest)).toBe(true);
  });

  test("must be the sender's own", () => {
    const solo = started();
    const block = solo.make(1, 2);
    const outputs = solo.step({ kind: "Block", from: 1, block });
    expect(faults(outputs)).toEqual(["1: sender"]);
    expect(solo.core.dag.has(block.ref.digest)).toBe(false);
  });

  test("must be valid; its sender is told of", () => {
    const solo = started();
    const block = solo.make(1, 2, { epoch: 9n });
    expect(faults(solo.push(block))).toEqual(["2: epoch"]);
    expect(solo.core.dag.has(block.ref.digest)).toBe(false);
  });

  test("that is known costs nothing more", () => {
    const solo = started();
    const block = solo.make(1, 2, { transactions: [Uint8Array.of(1)] });
    expect(only(solo.push(block), "Accepted")).toHaveLength(1);
    expect(only(solo.push(block), "Accepted")).toEqual([]);
    expect(solo.core.openPayloads).toBe(1);
  });

  test("with transactions is announced as accepted, also when it had to wait", () => {
    const solo = started();
    const [b, c, d] = [1, 2, 3].map((author) => solo.make(1, author));
    const child = solo.make(2, 1, { transactions: [Uint8Array.of(1)] });
    expect(only(solo.push(child, b!, c!), "Accepted")).toEqual([]);
    expect(only(solo.push(d!), "Accepted").flatMap(({ blocks }) => blocks)).toEqual([child]);
  });

  test("far above the clock is dropped but remembered as a sign of being behind", () => {
    const solo = started();
    for (let round = 1; round <= 40; round++) {
      for (const author of [1, 2, 3]) solo.make(round, author);
    }
    const ahead = solo.made[40]!.filter((block) => block !== undefined);
    solo.push(...ahead);
    expect(solo.core.manager.waitingCount).toBe(0);
    expect(solo.core.catchUp.isBehind).toBe(true);
  });

  test("of a collected round is ignored", () => {
    const solo = new Solo({ limits: limitsWith({ gcDepth: 5 }) });
    solo.step(START);
    const late = solo.make(1, 3, { timestamp_ms: EPOCH_START_MS + 7n });
    solo.made[1]![3] = undefined;
    solo.rounds(1, 14);
    expect(solo.core.dag.gcRound).toBeGreaterThan(1);
    solo.push(late);
    expect(solo.core.dag.has(late.ref.digest)).toBe(false);
    expect(solo.core.manager.waitingCount).toBe(0);
  });
});

describe("a second block of an author in one round", () => {
  function twins(solo: Solo): [SignedBlock, SignedBlock] {
    const first = solo.make(1, 3);
    const second = solo.make(1, 3, { timestamp_ms: EPOCH_START_MS + 9n });
    return [first, second];
  }

  test("is evidence, reported once, and not taken from its author", () => {
    const solo = started();
    const [first, second] = twins(solo);
    solo.push(first);
    expect(only(solo.push(second), "Evidence")).toEqual([
      { kind: "Evidence", first, second, isOwnFinding: true },
    ]);
    expect(only(solo.push(second), "Evidence")).toEqual([]);
    expect(solo.core.dag.slot(1, 3)).toHaveLength(1);
  });

  test("that another authority found is kept as well, once, and not sent round again", () => {
    const solo = started();
    const [first, second] = twins(solo);
    const heard = solo.step({ kind: "Evidence", first, second });
    expect(only(heard, "Evidence")).toEqual([
      { kind: "Evidence", first, second, isOwnFinding: false },
    ]);
    expect(only(solo.step({ kind: "Evidence", first, second }), "Evidence")).toEqual([]);
  });

  test("is taken when an accepted author has built on it", () => {
    const solo = started();
    const [first, second] = twins(solo);
    solo.push(first, solo.make(1, 1), solo.make(1, 2));
    solo.made[1]![3] = second;
    solo.nowMs += 20;
    const child = solo.make(2, 1);
    solo.push(child);
    expect(solo.core.dag.has(child.ref.digest)).toBe(false);
    expect(solo.core.manager.wants(second.ref)).toBe(true);
    expect(only(solo.push(second), "Evidence")).toHaveLength(1);
    expect(solo.core.dag.slot(1, 3)).toHaveLength(2);
    expect(solo.core.dag.has(child.ref.digest)).toBe(true);
  });
});

describe("an early block", () => {
  test("is held until it is nearly due, and the timer is set for it", () => {
    const solo = started();
    const block = solo.make(1, 2, { timestamp_ms: EPOCH_START_MS + 700n });
    solo.push(block);
    expect(solo.core.dag.has(block.ref.digest)).toBe(false);
    expect(solo.core.timerMs).toBe(Number(EPOCH_START_MS) + 200);
    solo.wait(200);
    expect(solo.core.dag.has(block.ref.digest)).toBe(true);
  });

  test("too far ahead is dropped without a verdict", () => {
    const solo = started();
    const block = solo.make(1, 2, { timestamp_ms: EPOCH_START_MS + 99_000n });
    expect(faults(solo.push(block))).toEqual([]);
    solo.wait(99_000);
    expect(solo.core.dag.has(block.ref.digest)).toBe(false);
    solo.push(block);
    expect(solo.core.dag.has(block.ref.digest)).toBe(true);
  });
});

describe("an own block from outside", () => {
  test("that this node does not know is taken, and no round up to it is signed again", () => {
    const former = started();
    former.rounds(1, 4);
    // The same node lost what it signed in round 2, on which the others build in round 3.
    const solo = started();
    const lost = former.made[2]![OWN]!;
    const others = (round: number) => [1, 2, 3].map((author) => former.made[round]![author]!);
    solo.push(...others(1), ...others(3));
    expect(solo.core.own.ref.round).toBe(1);
    expect(solo.core.manager.wants(lost.ref)).toBe(true);
    const outputs = [...solo.push(lost), ...solo.push(...others(2)), ...solo.wait(300)];
    const next = only(outputs, "Broadcast").map(({ block }) => block);
    expect(next[0]!.ref.round).toBe(3);
    expect(next[0]!.block.ancestors[0]).toEqual(lost.ref);
    expect(only(outputs, "Evidence")).toEqual([]);
  });
});

describe("commit votes in blocks", () => {
  test("that contradict an own commit are reported", () => {
    const solo = started();
    const outputs = solo.rounds(1, 5);
    expect(only(outputs, "Commit").length).toBeGreaterThan(0);
    const wrong = { index: 1, digest: toDigest("ee".repeat(32)) };
    solo.wait(60);
    const reported = only(solo.push(solo.make(6, 2, { commit_votes: [wrong] })), "Diverged");
    expect(reported).toEqual([{ kind: "Diverged", authority: 2, vote: wrong }]);
  });

  test("tell how far others are", () => {
    const solo = started();
    const [{ subDag }] = only(solo.rounds(1, 5), "Commit") as [Extract<Output, { kind: "Commit" }>];
    const vote = { index: subDag.index, digest: subDag.digest };
    solo.push(...[1, 2].map((author) => solo.make(6, author, { commit_votes: [vote] })));
    expect(solo.core.votes.reachedIndex).toBe(1);
  });
});
