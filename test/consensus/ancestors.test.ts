/**
 * Which blocks a new block names: the own one first, everything new, nothing twice.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { AssertionError } from "../../src/base/assert.ts";
import { Ancestry } from "../../src/consensus/ancestors.ts";
import { blockOf, nameOf, parseDag } from "./dag-dsl.ts";
import { inTurn, Judge } from "./deciding.ts";
import { testCommittee } from "./fixtures.ts";

const committee = testCommittee(4);

type Past = { readonly recorded: readonly string[]; readonly slow: readonly number[] };

function namesOf(
  text: string,
  previous: string,
  round: number,
  past: readonly string[] | Past = [],
): string {
  const { recorded, slow } = "slow" in past ? past : { recorded: past, slow: [] };
  const drawn = parseDag(committee, text);
  const judge = new Judge(committee, inTurn(4));
  const ancestry = new Ancestry(judge.dag, committee);
  for (const signed of drawn.blocks) judge.accept(signed);
  for (const name of recorded) ancestry.record(blockOf(drawn, name));
  const chosen = ancestry.choose(blockOf(drawn, previous), round, new Set(slow));
  return chosen.map(({ ref }) => nameOf(drawn, ref)).join(" ");
}

describe("choosing ancestors", () => {
  test("the first block names genesis", () => {
    expect(namesOf("1: B", "A0", 1)).toBe("A0 B0 C0 D0");
  });

  test("then the newest of everybody, the own first", () => {
    expect(namesOf("1: *\n2: *", "A2", 3, ["A1", "A2"])).toBe("A2 B2 C2 D2");
  });

  test("nothing from the round itself or above", () => {
    expect(namesOf("1: *\n2: *\n3: B C D", "A2", 3, ["A1", "A2"])).toBe("A2 B2 C2 D2");
  });

  test("what is late and not named yet", () => {
    expect(namesOf("1: *\n2: A-D B C\n3: A-D B C", "A3", 4, ["A1", "A2", "A3"])).toBe(
      "A3 B3 C3 D1",
    );
  });

  test("nothing twice", () => {
    expect(namesOf("1: *\n2: A B C\n3: A B C", "A3", 4, ["A1", "A2", "A3"])).toBe("A3 B3 C3");
  });

  test("of an equivocator the block that came first", () => {
    expect(namesOf("1: *\n2: A B B'=ACD C D", "A2", 3, ["A1", "A2"])).toBe("A2 B2 C2 D2");
  });

  test("own old blocks do not count for the quorum", () => {
    expect(namesOf("1: *\n2: B C D\n3: B C D", "A1", 4, ["A1"])).toBe("A1 B3 C3 D3");
    expect(() => namesOf("1: *\n2: B C D\n3: B C", "A1", 4, ["A1"])).toThrow(AssertionError);
  });

  test("of a slow authority only what has had time to spread, unless a quorum needs it", () => {
    const text = "1: *\n2: *\n3: *\n4: *\n5: *";
    const past = { recorded: ["A1", "A2"], slow: [3] };
    expect(namesOf(text, "A5", 6, past)).toBe("A5 B5 C5 D3");
    expect(namesOf("1: *\n2: *\n3: *\n4: A B D", "A4", 5, past)).toBe("A4 B4 C3 D4");
  });

  test("below collection there is nothing to name", () => {
    const drawn = parseDag(committee, "1: *\n2: A B C\n3: A B C\n4: A B C");
    const judge = new Judge(committee, inTurn(4));
    const ancestry = new Ancestry(judge.dag, committee);
    for (const signed of drawn.blocks) judge.accept(signed);
    judge.dag.collect(2);
    const chosen = ancestry.choose(blockOf(drawn, "A4"), 5, new Set());
    expect(chosen.map(({ ref }) => nameOf(drawn, ref)).join(" ")).toBe("A4 B4 C4");
  });
});
