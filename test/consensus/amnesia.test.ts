/**
 * An authority whose disk is gone: it signs nothing before it knows what it has signed.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { Amnesia, BEGINNING_MS } from "../../src/consensus/amnesia.ts";
import type { Output } from "../../src/consensus/io.ts";
import { Requests } from "../../src/consensus/requests.ts";
import type { Committee } from "../../src/types/committee.ts";
import { firstCommittee, testCommittee } from "./fixtures.ts";
import { only, OWN, Solo } from "./solo.ts";

const EMPTY = { blocks: [], commits: [], lastProcessedCommit: 0, skippedRound: undefined };

function forgetful(committee?: Committee): Solo {
  const solo = new Solo(committee && { committee }, EMPTY);
  solo.step({ kind: "Start" });
  for (const peer of [1, 2, 3]) solo.step({ kind: "Connected", peer });
  return solo;
}

function hear(solo: Solo, peer: number, ours: number, theirs: number = 0): Output[] {
  return solo.step({ kind: "Subscribed", peer, claim: { ours, theirs } });
}

/** What a network of four has made in `rounds`, this authority included. */
function history(rounds: number): Solo {
  const before = new Solo();
  before.step({ kind: "Start" });
  before.rounds(1, rounds);
  return before;
}

describe("where nobody has got beyond the first round", () => {
  test("a new authority begins when everybody else knows of nothing", () => {
    const solo = forgetful();
    expect(only(solo.wait(1_000), "Broadcast")).toEqual([]);
    expect(only([...hear(solo, 1, 0, 1), ...hear(solo, 2, 0)], "Broadcast")).toEqual([]);
    solo.push(solo.make(1, 1));
    const [first] = only(hear(solo, 3, 0), "Broadcast");
    expect(first?.block.ref.round).toBe(1);
  });

  test("it does not wait for ever for one of four that does not answer", () => {
    const solo = forgetful();
    hear(solo, 1, 0);
    hear(solo, 2, 0);
    expect(only(solo.wait(BEGINNING_MS - 10), "Broadcast")).toEqual([]);
    expect(only(solo.wait(10), "Broadcast")).toHaveLength(1);
  });

  test("in the first epoch of all it does not wait at all", () => {
    const solo = forgetful(firstCommittee(4));
    expect(only(hear(solo, 1, 0), "Broadcast")).toEqual([]);
    expect(only(hear(solo, 2, 0), "Broadcast")).toHaveLength(1);
  });
});

describe("a start without a memory", () => {
  test("asks whoever has said nothing, again and again", () => {
    const solo = forgetful();
    hear(solo, 2, 0);
    const asked = (outputs: readonly Output[]): number[] =>
      only(outputs, "Greet").map(({ to }) => to);
    expect(asked(solo.wait(1_000))).toEqual([1, 3]);
    expect(asked(solo.wait(500))).toEqual([]);
    expect(asked(solo.wait(500))).toEqual([1, 3]);
  });

  test("asks for a block that somebody claims to have, again if it does not come", () => {
    const solo = forgetful();
    const [asked] = only(hear(solo, 1, 7, 9), "Fetch");
    expect(asked).toMatchObject({ from: 1, query: { refs: [] } });
    expect(asked!.query.above.slice(0, 2)).toEqual([6, 8]);
    expect(only(solo.wait(500), "Fetch").filter(({ from }) => from === 1)).toEqual([]);
    expect(only(solo.wait(600), "Fetch").some(({ query }) => query.above[OWN] === 6)).toBe(true);
  });

  test("in a network that goes on skips what may have been signed and reached nobody", () => {
    const before = history(8);
    const solo = forgetful();
    // The greetings come before any block: the network must not look new.
    hear(solo, 1, 0, 8);
    hear(solo, 2, 0, 7);
    expect(only(solo.wait(2_000), "Broadcast")).toEqual([]);
    for (let round = 1; round <= 8; round++) {
      solo.push(...before.made[round]!.map((block) => block!));
    }
    const signed = [...solo.wait(2_000), ...hear(solo, 3, 0, 0)];
    expect(only(signed, "Broadcast")).toEqual([]);
    expect(solo.core.amnesia.skippedRound).toBe(9);
  });

  test("with a forgotten block waits for everybody else, and continues from that block", () => {
    const before = history(3);
    const lost = before.core.own;
    const solo = forgetful();
    const [asked] = only(hear(solo, 1, lost.ref.round, 3), "Fetch");
    const answer = { kind: "BlocksFetched", from: 1, request: asked!.request } as const;
    const shown = solo.step({ ...answer, blocks: [lost, before.made[3]![1]!] });
    expect(only(shown, "Broadcast")).toEqual([]);
    expect(solo.core.own.ref).toEqual(lost.ref);
    hear(solo, 2, 0);
    expect(only(solo.wait(2_000), "Broadcast")).toEqual([]);
    expect(solo.core.amnesia.remembers).toBe(false);
    hear(solo, 3, 0);
    expect(solo.core.amnesia.remembers).toBe(true);
    solo.made.push(...before.made.slice(1));
    solo.push(...before.made.slice(1).flatMap((round) => round.slice(1).map((block) => block!)));
    const own = before.made.slice(1).map((round) => round[OWN]!);
    solo.step({ kind: "BlocksFetched", from: 1, request: 0, blocks: own });
    const skipped = lost.ref.round + 1;
    for (const round of [4, 5, 6, 7, 8]) {
      for (const { block } of only([...solo.round(round), ...solo.wait(400)], "Broadcast")) {
        expect(block.ref.round).toBeGreaterThan(skipped);
      }
    }
    expect(solo.core.own.ref.round).toBeGreaterThan(skipped);
  });

  test("is not held up by who claims blocks that do not exist", () => {
    const solo = forgetful();
    hear(solo, 1, 1_000_000, 2_000_000);
    hear(solo, 2, 0);
    hear(solo, 3, 0);
    expect(only(solo.wait(BEGINNING_MS), "Broadcast")).toHaveLength(1);
  });

  test("with something on the disk is none", () => {
    const solo = new Solo();
    expect(only(solo.step({ kind: "Start" }), "Broadcast")).toHaveLength(1);
  });
});

test("who is alone has nobody to ask", () => {
  const amnesia = new Amnesia(testCommittee(1), 0, new Requests(1, 5));
  amnesia.begin();
  expect(amnesia.remembers).toBe(true);
});
