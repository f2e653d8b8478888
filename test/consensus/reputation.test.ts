/**
 * Points for votes that were there in time, and when they become a ranking.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { noReputation, Reputations } from "../../src/consensus/reputation.ts";
import type { SignedBlock } from "../../src/types/block.ts";
import { blockOf, parseDag } from "./dag-dsl.ts";
import { testCommittee } from "./fixtures.ts";

const committee = testCommittee(4);
const WINDOW = 2;

/** The points after commits, each a leader and then the other blocks of the commit. */
function count(text: string, ...commits: readonly string[]): Reputations {
  const drawn = parseDag(committee, text);
  const reputations = new Reputations(4, WINDOW);
  for (const [place, names] of commits.entries()) {
    const blocks: SignedBlock[] = names.split(" ").map((name) => blockOf(drawn, name));
    reputations.count(place + 1, blocks[0]!.ref, blocks);
  }
  return reputations;
}

describe("points", () => {
  test("nobody has any before the first vote is committed", () => {
    expect(count("1: *", "A1").latest).toEqual(noReputation(4));
  });

  test("go to who voted for a committed leader and was committed soon", () => {
    const { latest } = count("1: *\n2: A B C D-A\n3: *", "A1", "B3 A2 B2 C2 D2");
    expect(latest.ranking).toEqual([1, 1, 1, 0]);
  });

  test("do not go to who was committed late", () => {
    const text = "1: *\n2: *\n3: *\n4: *\n5: *";
    expect(count(text, "A1", "A5 A2 B2").latest.ranking).toEqual([0, 0, 0, 0]);
  });

  test("go once a round to who signs twice", () => {
    const text = "1: *\n2: A B B'=BACD C D\n3: *";
    expect(count(text, "A1", "A3 B2 B'2").latest.ranking).toEqual([0, 1, 0, 0]);
  });
});

test("a leader that is skipped loses several points, and never more than it has", () => {
  const reputations = new Reputations(2, 100);
  const restored = { ...noReputation(2), points: [12, 3] };
  reputations.restore(restored, []);
  reputations.skip(0);
  reputations.skip(1);
  expect(reputations.latest.points).toEqual([7, 0]);
});

describe("rankings", () => {
  test("are made at the end of each window, and the one before is kept", () => {
    const text = "1: *\n2: *\n3: *\n4: *";
    const { latest } = count(text, "A1", "A2", "A3", "A4 B3");
    expect(latest).toEqual({
      points: [0, 0, 0, 0],
      ranking: [2, 1, 0, 0],
      ranking_before: [1, 0, 0, 0],
      ranked_round: 4,
    });
  });

  test("go on after a restart as if there had been none", () => {
    const text = "1: *\n2: *\n3: *\n4: *\n5: *";
    const whole = count(text, "A1", "A2", "A3", "A4 B3", "A5 B4");
    const first = count(text, "A1", "A2", "A3");
    const drawn = parseDag(committee, text);
    const again = new Reputations(4, WINDOW);
    const leaders = ["A1", "A2", "A3"].map((name) => blockOf(drawn, name).ref);
    again.restore(first.latest, leaders);
    for (const [index, names] of [
      [4, ["A4", "B3"]],
      [5, ["A5", "B4"]],
    ] as const) {
      const blocks = names.map((name) => blockOf(drawn, name));
      again.count(index, blocks[0]!.ref, blocks);
    }
    expect(again.latest).toEqual(whole.latest);
  });
});
