/**
 * Leaders of overlapping waves leave in order, whenever they are asked for.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { parseDag } from "./dag-dsl.ts";
import { decide, describeSlot, inTurn, Judge } from "./deciding.ts";
import { testCommittee } from "./fixtures.ts";

const committee = testCommittee(4);
const ten = parseDag(
  committee,
  Array.from({ length: 10 }, (_, index) => `${index + 1}: *`).join("\n"),
);

function decideInSteps(rounds: number, perRound: number): string[] {
  const judge = new Judge(committee, inTurn(4, perRound));
  const decided: string[] = [];
  for (const signed of ten.blocks) {
    if (signed.ref.round > rounds) break;
    judge.accept(signed);
    decided.push(...judge.takeAll().map((slot) => describeSlot(ten, slot)));
  }
  return decided;
}

describe("sequencing leaders", () => {
  test("every round has a leader, decided two rounds later", () => {
    expect(decideInSteps(4, 1)).toEqual(["A1", "B2"]);
    expect(decideInSteps(5, 1)).toEqual(["A1", "B2", "C3"]);
  });

  test("genesis has none", () => {
    expect(decideInSteps(2, 1)).toEqual([]);
  });

  test("deciding late gives what deciding often gives", () => {
    const judge = new Judge(committee, inTurn(4));
    for (const signed of ten.blocks) judge.accept(signed);
    const late = judge.takeAll().map((slot) => describeSlot(ten, slot));
    expect(late).toEqual(decideInSteps(10, 1));
    expect(late).toHaveLength(8);
  });

  test("asking again gives nothing new", () => {
    const judge = new Judge(committee, inTurn(4));
    for (const signed of ten.blocks) judge.accept(signed);
    judge.takeAll();
    expect(judge.takeAll()).toEqual([]);
  });

  test("two leaders of a round are decided in the order of their offsets", () => {
    expect(decideInSteps(4, 2)).toEqual(["A1", "B1", "B2", "C2"]);
  });

  test("three leaders of a round too", () => {
    expect(decideInSteps(3, 3)).toEqual(["A1", "B1", "C1"]);
  });

  test("an open slot holds back everything after it", () => {
    const open = "1: *\n2: A B C D-A\n3: A=ABC B=ABD C=ACD D=BCD\n4: *\n5: *";
    expect(decide(open)).toBe("");
    expect(decide(`${open}\n6: *`)).toBe("~A1, B2, C3, D4");
  });

  test("a skipped second leader does not hold back the next round", () => {
    expect(decide("1: A C D\n2: A C D\n3: A C D\n4: A C D", 2)).toBe("A1, skip B1, skip B2, C2");
  });

  test("resuming starts behind the given slot and judges what is there", () => {
    const judge = new Judge(committee, inTurn(4, 2));
    for (const signed of ten.blocks) judge.accept(signed);
    judge.sequencer.resumeAfter({ round: 3, offset: 0 });
    const [first, second] = judge.takeAll().map((slot) => describeSlot(ten, slot));
    expect([first, second]).toEqual(["D3", "D4"]);
  });

  test("resuming decides indirectly as well, without waiting for more", () => {
    const open = "1: *\n2: A B C D-A\n3: A=ABC B=ABD C=ACD D=BCD\n4: *\n5: *\n6: *";
    const drawn = parseDag(committee, open);
    const judge = new Judge(committee, inTurn(4));
    for (const signed of drawn.blocks) judge.accept(signed);
    judge.takeAll();
    judge.sequencer.resumeAfter({ round: 0, offset: 0 });
    expect(judge.takeAll().map((slot) => describeSlot(drawn, slot))[0]).toBe("~A1");
  });
});
