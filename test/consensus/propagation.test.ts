/**
 * How far own blocks have spread, and that an authority waits when they do not.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { STALL_MS } from "../../src/consensus/catch-up.ts";
import { Propagation } from "../../src/consensus/propagation.ts";
import { CONSENSUS_LIMITS } from "../../src/protocol/limits.ts";
import { blockOf, parseDag } from "./dag-dsl.ts";
import { testCommittee } from "./fixtures.ts";
import { only, Solo } from "./solo.ts";

const committee = testCommittee(4);

/** An authority whose blocks the others have not named for long, while they went on. */
function unheard(): { readonly solo: Solo; readonly last: number; readonly most: number } {
  const solo = new Solo();
  solo.step({ kind: "Start" });
  // The others go on without naming ours.
  const withoutOwn = (round: number): void => {
    const blocks = [1, 2, 3].map((author) => {
      const before = [1, 2, 3].map((one) => solo.made[round - 1]![one]!.ref);
      const own = before.find((ref) => ref.author === author)!;
      const ancestors = [own, ...before.filter((ref) => ref !== own)];
      return solo.make(round, author, { ancestors });
    });
    solo.push(...blocks);
  };
  solo.round(1);
  const most = CONSENSUS_LIMITS.propagationRoundsMax;
  for (let round = 2; round <= 2 * most; round++) {
    solo.wait(300);
    withoutOwn(round);
  }
  return { solo, last: solo.core.own.ref.round, most };
}

describe("propagation", () => {
  test("the delay is what a quorum, oneself included, does not have", () => {
    const drawn = parseDag(committee, "1: *\n2: *\n3: A B C-A D-A");
    const propagation = new Propagation(committee, 0);
    expect(propagation.delay(3, 0)).toBe(3);
    for (const name of ["B2", "C2", "D2"]) propagation.see(blockOf(drawn, name));
    expect(propagation.delay(3, 0)).toBe(2);
    propagation.see(blockOf(drawn, "B3"));
    expect(propagation.delay(3, 0)).toBe(2);
    propagation.see(blockOf(drawn, "C3"));
    expect(propagation.delay(3, 0)).toBe(2);
  });

  test("what is collected has spread, whoever named it", () => {
    const propagation = new Propagation(committee, 0);
    expect(propagation.delay(60, 54)).toBe(6);
    expect(propagation.delay(60, 70)).toBe(0);
  });

  test("one alone has everything", () => {
    expect(new Propagation(testCommittee(1), 0).delay(9, 0)).toBe(0);
  });

  test("whose blocks nobody names stops, and goes on when somebody does", () => {
    const { solo, last, most } = unheard();
    expect(last).toBe(most + 1);
    solo.made[2 * most]![0] = solo.core.own;
    const resumed = [...solo.round(2 * most + 1), ...solo.wait(300)];
    expect(only(resumed, "Broadcast").length).toBeGreaterThan(0);
  });

  test("whose blocks nobody names closes up when the others stand still without it", () => {
    const { solo, last, most } = unheard();
    const stalled = solo.wait(CONSENSUS_LIMITS.idleRoundDelayMs + STALL_MS + 1_000);
    const rounds = only(stalled, "Broadcast").map(({ block }) => block.ref.round);
    expect(rounds[0]).toBe(last + 1);
    expect(rounds.at(-1)).toBe(2 * most);
  });
});
