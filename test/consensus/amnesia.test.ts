/**
 * An authority whose disk is gone: it signs nothing before it knows what it has signed.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { Amnesia } from "../../src/consensus/amnesia.ts";
import type { Output } from "../../src/consensus/io.ts";
import { Requests } from "../../src/consensus/requests.ts";
import { CONSENSUS_LIMITS } from "../../src/protocol/limits.ts";
import { testCommittee } from "./fixtures.ts";
import { only, OWN, Solo } from "./solo.ts";

const PROPAGATION_ROUNDS = CONSENSUS_LIMITS.propagationRoundsMax;
const EMPTY = { blocks: [], commits: [], lastProcessedCommit: 0 };

function forgetful(): Solo {
  const solo = new Solo({}, EMPTY);
  solo.step({ kind: "Start" });
  for (const peer of [1, 2, 3]) solo.step({ kind: "Connected", peer });
  return solo;
}

function hear(solo: Solo, peer: number, lastRound: number): Output[] {
  return solo.step({ kind: "Subscribed", peer, lastRound });
}

describe("a start without a memory", () => {
  test("of a new authority ends when it and two others of four know of nothing", () => {
    const solo = forgetful();
    expect(only(solo.wait(1_000), "Broadcast")).toEqual([]);
    expect(only(hear(solo, 1, 0), "Broadcast")).toEqual([]);
    expect(only(hear(solo, 2, 0), "Broadcast")).toHaveLength(1);
  });

  test("asks for a block that somebody claims to have, again if it does not come", () => {
    const solo = forgetful();
    const [asked] = only(hear(solo, 1, 7), "Fetch");
    expect(asked).toMatchObject({ from: 1, query: { refs: [] } });
    expect(asked!.query.above[OWN]).toBe(6);
    expect(only(solo.wait(500), "Fetch").filter(({ from }) => from === 1)).toEqual([]);
    expect(only(solo.wait(600), "Fetch").some(({ query }) => query.above[OWN] === 6)).toBe(true);
  });

  test("with a forgotten block waits for everybody else, and continues from that block", () => {
    const before = new Solo();
    before.step({ kind: "Start" });
    before.rounds(1, 3);
    const lost = before.core.own;
    const solo = forgetful();
    const [asked] = only(hear(solo, 1, lost.ref.round), "Fetch");
    const history = [1, 2, 3].flatMap((round) => before.made[round]!.map((block) => block!));
    const answer = { kind: "BlocksFetched", from: 1, request: asked!.request } as const;
    const shown = solo.step({ ...answer, blocks: [lost] });
    expect(only(shown, "Broadcast")).toEqual([]);
    expect(solo.core.own.ref).toEqual(lost.ref);
    hear(solo, 2, 0);
    expect(only(solo.wait(2_000), "Broadcast")).toEqual([]);
    hear(solo, 3, 0);
    const others = history.filter(({ ref }) => ref.author !== OWN);
    const signed = [...solo.push(...others), ...solo.wait(2_000)];
    for (const { block } of only(signed, "Broadcast")) {
      // What was on its way may be of any of these rounds.
      expect(block.ref.round).toBeGreaterThan(lost.ref.round + PROPAGATION_ROUNDS);
    }
  });

  test("is not held up by who claims a block that does not exist", () => {
    const solo = forgetful();
    hear(solo, 1, 1_000_000);
    hear(solo, 2, 0);
    expect(only(hear(solo, 3, 0), "Broadcast")).toHaveLength(1);
  });

  test("with something on the disk is none", () => {
    const solo = new Solo();
    expect(only(solo.step({ kind: "Start" }), "Broadcast")).toHaveLength(1);
  });
});

test("who is alone has nobody to ask", () => {
  const amnesia = new Amnesia(testCommittee(1), 0, new Requests(1, 5), 10);
  amnesia.begin();
  expect(amnesia.mayPropose(0, 0)).toBe(true);
});
