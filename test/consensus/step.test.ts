/**
 * One step as a whole: the order of outputs, the timer, peers coming and going.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { AssertionError } from "../../src/base/assert.ts";
import { PATIENCE_MS } from "../../src/consensus/block-manager.ts";
import { claimTo } from "../../src/consensus/core.ts";
import type { PayloadSource } from "../../src/consensus/io.ts";
import { step } from "../../src/consensus/step.ts";
import { EPOCH_START_MS, NO_PAYLOAD, testCommittee } from "./fixtures.ts";
import { only, OWN, proposedRounds, Solo } from "./solo.ts";

const START = { kind: "Start" } as const;

function started(): Solo {
  const solo = new Solo();
  solo.step(START);
  return solo;
}

describe("outputs of a step", () => {
  test("an own block is persisted before it is sent, with all that it builds on", () => {
    const solo = new Solo();
    const outputs = [...solo.step(START), ...solo.rounds(1, 8)];
    const stored = new Set<string>();
    for (const output of outputs) {
      if (output.kind === "PersistBlocks") {
        for (const { ref } of output.blocks) stored.add(ref.digest);
      } else if (output.kind === "Broadcast") {
        const { ref, block } = output.block;
        expect(stored.has(ref.digest)).toBe(true);
        for (const { round, digest } of block.ancestors) {
          expect(round === 0 || stored.has(digest)).toBe(true);
        }
      } else if (output.kind === "Commit") {
        for (const { ref } of output.subDag.blocks) expect(stored.has(ref.digest)).toBe(true);
      }
    }
    expect(stored.size).toBeGreaterThan(20);
  });

  test("every accepted block is persisted once", () => {
    const solo = new Solo();
    const outputs = [...solo.step(START), ...solo.rounds(1, 8)];
    const stored = only(outputs, "PersistBlocks").flatMap(({ blocks }) => blocks);
    expect(new Set(stored).size).toBe(stored.length);
  });

  test("a commit is persisted in the step that delivers it", () => {
    const solo = started();
    for (let round = 1; round <= 8; round++) {
      solo.wait(60);
      for (const author of [1, 2, 3]) {
        const outputs = solo.push(solo.make(round, author));
        const kinds = outputs.map(({ kind }) => kind);
        if (!kinds.includes("Commit")) continue;
        expect(kinds.indexOf("PersistCommits")).toBeLessThan(kinds.indexOf("Commit"));
        expect(kinds.indexOf("PersistCommits")).toBeGreaterThanOrEqual(0);
      }
    }
    expect(solo.core.tip.ref.index).toBeGreaterThan(3);
  });
});

describe("time", () => {
  test("is in whole milliseconds", () => {
    const { core } = new Solo();
    expect(() => step(core, START, 0.5)).toThrow(AssertionError);
    expect(() => step(core, START, Number.NaN)).toThrow(AssertionError);
  });

  test("the timer is set once for one moment, always ahead", () => {
    const solo = started();
    const first = solo.core.timerMs!;
    expect(first).toBeGreaterThan(solo.nowMs);
    expect(only(solo.step({ kind: "Submitted" }), "SetTimer")).toEqual([]);
    const [again] = only(solo.wait(10), "SetTimer");
    expect(again!.atMs).toBe(first);
  });

  test("work that arrives brings an idle core back to full pace", () => {
    let waiting = false;
    const payload: PayloadSource = { ...NO_PAYLOAD, busy: () => waiting };
    const solo = new Solo({ payload });
    solo.step(START);
    for (let round = 1; round <= 40; round++) {
      solo.wait(1_000);
      solo.round(round);
    }
    expect(solo.core.pace.roundDelayMs).toBe(1_000);
    expect(solo.core.own.ref.round).toBe(41);
    solo.nowMs += 200;
    expect(proposedRounds(solo.round(41))).toEqual([]);
    waiting = true;
    expect(proposedRounds(solo.step({ kind: "Submitted" }))).toEqual([42]);
  });

  test("a payload of somebody else does so as well", () => {
    const solo = started();
    for (let round = 1; round <= 40; round++) {
      solo.wait(1_000);
      solo.round(round);
    }
    solo.nowMs += 200;
    expect(proposedRounds(solo.round(41))).toEqual([]);
    const transactions = [Uint8Array.of(1)];
    expect(proposedRounds(solo.push(solo.make(42, 2, { transactions })))).toEqual([42]);
  });
});

describe("peers", () => {
  test("that connect get the own blocks above what they have", () => {
    const solo = started();
    solo.rounds(1, 6);
    const rounds = (ours: number) =>
      only(solo.step({ kind: "Subscribed", peer: 2, claim: { ours, theirs: 0 } }), "Push").flatMap(
        ({ to, blocks }) => {
          expect(to).toBe(2);
          return blocks.map(({ ref }) => {
            expect(ref.author).toBe(OWN);
            return ref.round;
          });
        },
      );
    const own = solo.core.own.ref.round;
    expect(rounds(own - 2)).toEqual([own - 1, own]);
    expect(rounds(own)).toEqual([]);
    expect(rounds(4_000_000_000)).toEqual([]);
  });

  test("are told in a hello what we have of them", () => {
    const solo = started();
    solo.rounds(1, 3);
    expect(claimTo(solo.core, 2).ours).toBe(3);
  });

  test("are asked for what a block of theirs names", () => {
    const solo = started();
    for (const peer of [1, 2, 3]) solo.step({ kind: "Connected", peer });
    const missing = [solo.make(1, 1), solo.make(1, 2), solo.make(1, 3)];
    // Its own earlier block will not come by itself; those of others may be on their way.
    const [first] = only(solo.push(solo.make(2, 2)), "Fetch");
    expect(first!.from).toBe(2);
    expect(first!.query.refs).toEqual([missing[1]!.ref]);
    const [second] = only(solo.wait(PATIENCE_MS), "Fetch");
    expect(second!.query.refs).toHaveLength(2);
    for (const { from, request } of [first!, second!]) {
      solo.step({ kind: "BlocksFetched", from, request, blocks: missing });
    }
    expect(claimTo(solo.core, 2).ours).toBe(2);
    expect(solo.core.manager.missing.size).toBe(0);
  });

  test("cannot slip in blocks that were not asked for", () => {
    const solo = started();
    solo.step({ kind: "Connected", peer: 2 });
    const block = solo.make(1, 3);
    solo.step({ kind: "BlocksFetched", from: 2, request: 77, blocks: [block] });
    expect(solo.core.dag.has(block.ref.digest)).toBe(false);
  });

  test("an answer that comes late is used if it is still missing", () => {
    const solo = started();
    solo.step({ kind: "Connected", peer: 2 });
    const missing = [solo.make(1, 1), solo.make(1, 2), solo.make(1, 3)];
    const [asked] = only(solo.push(solo.make(2, 2)), "Fetch");
    solo.wait(10_000);
    solo.step({ kind: "BlocksFetched", from: 2, request: asked!.request, blocks: missing });
    expect(claimTo(solo.core, 2).ours).toBe(2);
  });

  test("a failed question goes to somebody else", () => {
    const solo = started();
    for (const peer of [2, 3]) solo.step({ kind: "Connected", peer });
    for (const author of [1, 2, 3]) solo.make(1, author);
    const [asked] = only(solo.push(solo.make(2, 2)), "Fetch");
    expect(asked!.from).toBe(2);
    solo.step({ kind: "FetchFailed", request: asked!.request });
    const again = only(solo.wait(200), "Fetch").find(({ from }) => from === 3);
    expect(again!.query.refs).toEqual([...asked!.query.refs]);
  });

  test("a lost connection fails its questions", () => {
    const solo = started();
    for (const peer of [2, 3]) solo.step({ kind: "Connected", peer });
    for (const author of [1, 2, 3]) solo.make(1, author);
    solo.push(solo.make(2, 2));
    solo.step({ kind: "Disconnected", peer: 2 });
    expect(only(solo.wait(200), "Fetch").map(({ from }) => from)).toEqual([3]);
  });

  test("are answered", () => {
    const solo = started();
    solo.rounds(1, 3);
    const query = { refs: [solo.made[2]![1]!.ref], above: [] };
    const outputs = solo.step({ kind: "FetchRequest", from: 3, request: 5, query });
    const [sent] = only(outputs, "SendBlocks");
    expect(sent).toMatchObject({ to: 3, request: 5, blocks: [solo.made[2]![1]!] });
  });

  test("a child older than its parent is reported when both are here", () => {
    const solo = started();
    solo.nowMs += 100;
    const blocks = [1, 2, 3].map((author) => solo.make(1, author));
    const child = solo.make(2, 1, { timestamp_ms: EPOCH_START_MS });
    const faults = only([...solo.push(child), ...solo.push(...blocks)], "Misbehaved");
    expect(faults.map(({ peer, fault }) => `${peer} ${fault.rule}`)).toContain("1 timestamp");
    expect(solo.core.dag.has(child.ref.digest)).toBe(false);
  });
});

describe("a committee of one", () => {
  test("proposes and commits alone", () => {
    const solo = new Solo({ committee: testCommittee(1) });
    const outputs = solo.step(START);
    for (let round = 1; round < 10; round++) outputs.push(...solo.wait(50));
    expect(proposedRounds(outputs)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(only(outputs, "Commit")).toHaveLength(8);
  });
});
