/**
 * The direct decision rule on drawn DAGs: commit, skip, undecided, equivocation.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { AssertionError } from "../../src/base/assert.ts";
import { Dag, type DagBlock } from "../../src/consensus/dag.ts";
import { openSlot, tally } from "../../src/consensus/direct-rule.ts";
import { blockOf, parseDag } from "./dag-dsl.ts";
import { decide, inTurn, Judge } from "./deciding.ts";
import { testCommittee } from "./fixtures.ts";

describe("the direct rule", () => {
  test("commits a leader with a quorum of certificates", () => {
    expect(decide("1: *\n2: *\n3: A B C")).toBe("A1");
  });

  test("two certificates of four do not do", () => {
    expect(decide("1: *\n2: *\n3: A B")).toBe("");
  });

  test("a certificate needs a quorum of votes among its ancestors", () => {
    expect(decide("1: *\n2: A B C D-A\n3: *=ABD")).toBe("");
    expect(decide("1: *\n2: A B C D-A\n3: *=ABC")).toBe("A1");
  });

  test("skips a leader that a quorum of the next round does not name", () => {
    expect(decide("1: *\n2: A B-A C-A D-A")).toBe("skip A1");
  });

  test("two blames of four do not do", () => {
    expect(decide("1: *\n2: A B C-A D-A\n3: *=ABCD")).toBe("");
  });

  test("skips a leader that has no block", () => {
    expect(decide("1: B C D\n2: B C D")).toBe("skip A1");
  });

  test("a later link to the leader is no vote", () => {
    expect(decide("1: *\n2: A B-A C-A D-A\n3: *\n4: *+A@1")).toStartWith("skip A1");
  });

  test("an old block of the leader's author does not stand for the leader", () => {
    // B, C and D name A's genesis block in round 2 in place of A1: still a blame.
    expect(decide("1: *\n2: A B=BCD+A@0 C=BCD+A@0 D=BCD+A@0")).toBe("skip A1");
  });

  test("commits at most one block of an equivocating leader", () => {
    expect(decide("1: A A'=ABC B C D\n2: A B=A'BCD C=A'BCD D=A'BCD\n3: *")).toBe("A'1");
  });

  test("split votes for an equivocating leader leave it open", () => {
    expect(decide("1: A A'=ABC B C D\n2: A B C=A'BCD D=A'BCD\n3: *")).toBe("");
  });

  test("a voter who signs twice counts once", () => {
    const text = "1: *\n2: A B C-A C'=ABCD D-A\n3: A=ABCD B=ABCD C=ABC'D D=ABC'D";
    // A, B and C' are a quorum for the leader; C and D blame it, which is none.
    expect(decide(text)).toBe("");
    expect(decide(`${text}\n4: *`)).not.toContain("skip A1");
  });

  test("a judge who signs twice counts once", () => {
    expect(decide("1: *\n2: *\n3: A B B'=ABCD")).toBe("");
  });

  test("goes by power: three heads without a quorum skip nobody", () => {
    const committee = testCommittee(4, [4_000, 2_000, 2_000, 2_000]);
    const drawn = parseDag(committee, "1: *\n2: A B-A C-A D-A\n3: *");
    const judge = new Judge(committee, inTurn(4));
    for (const signed of drawn.blocks) judge.accept(signed);
    expect(judge.takeAll()).toEqual([]);
  });

  test("goes by power: one authority with two thirds decides alone", () => {
    const committee = testCommittee(4, [6_700, 1_100, 1_100, 1_100]);
    const drawn = parseDag(committee, "1: *\n2: A\n3: A");
    const judge = new Judge(committee, inTurn(4));
    for (const signed of drawn.blocks) judge.accept(signed);
    expect(judge.takeAll().map(({ decision }) => decision?.kind)).toEqual(["Commit", "Skip"]);
  });
});

describe("a leader slot", () => {
  const committee = testCommittee(4);
  const drawn = parseDag(committee, "1: *\n2: *\n3: *");
  const place = { round: 1, offset: 0, author: 0 };

  function accept(dag: Dag, name: string): DagBlock {
    const signed = blockOf(drawn, name);
    const parents: (DagBlock | undefined)[] = [];
    for (const ref of signed.block.ancestors) parents[ref.author] = dag.find(ref);
    return dag.insert(signed, parents);
  }

  function dagOf(names: readonly string[]): Dag {
    const dag = new Dag(["A0", "B0", "C0", "D0"].map((name) => blockOf(drawn, name)));
    for (const name of names) accept(dag, name);
    return dag;
  }

  test("judged at once or block by block comes out the same", () => {
    const rounds = ["A1", "B1", "C1", "D1", "A2", "B2", "C2", "D2"];
    const dag = dagOf(rounds);
    const slot = openSlot(dag, committee, place);
    const changes = ["A3", "B3", "C3", "D3"].map((name) =>
      tally(slot, accept(dag, name), committee),
    );
    expect(changes).toEqual([false, false, true, false]);
    expect(openSlot(dag, committee, place).decision).toEqual(slot.decision);
  });

  test("counting a block again changes nothing", () => {
    const dag = dagOf(["A1", "B1", "C1", "D1", "A2", "B2", "C2", "D2"]);
    const slot = openSlot(dag, committee, place);
    const judge = accept(dag, "A3");
    for (let time = 0; time < 5; time++) tally(slot, judge, committee);
    expect(slot.decision).toBeUndefined();
  });

  test("more than a third of liars shows as a failed assertion, not as two decisions", () => {
    const text = "1: *\n2: A B B'=BCD C C'=BCD D D'=BCD\n3: A=ABCD B=ABCD C=ABCD";
    expect(() => decide(text)).toThrow(AssertionError);
  });
});
