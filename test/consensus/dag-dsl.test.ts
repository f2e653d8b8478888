/**
 * The language in which the other tests draw DAGs.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { AssertionError } from "../../src/base/assert.ts";
import { blockOf, nameOf, parseDag } from "./dag-dsl.ts";
import { testCommittee } from "./fixtures.ts";

const committee = testCommittee(4);

function parents(text: string, name: string): string {
  const dag = parseDag(committee, text);
  return blockOf(dag, name)
    .block.ancestors.map((ref) => nameOf(dag, ref))
    .join(" ");
}

describe("the language for DAGs", () => {
  test("a star names everything, own block first", () => {
    expect(parents("1: *\n2: *", "C2")).toBe("C1 A1 B1 D1");
  });

  test("a minus leaves out all but the own block", () => {
    expect(parents("1: *\n2: *-A", "C2")).toBe("C1 B1 D1");
    expect(parents("1: *\n2: *-A", "A2")).toBe("A1 B1 C1 D1");
  });

  test("an equals sign lists, primes are second blocks, plus reaches back", () => {
    const text = "1: *\n2: A A'=ABC B C\n3: B=A'BC+D@1";
    expect(parents(text, "A'2")).toBe("A1 B1 C1");
    expect(parents(text, "B3")).toBe("B2 A'2 C2 D1");
  });

  test("an authority that paused goes on from its last block", () => {
    expect(parents("1: *\n2: A B C\n3: A B C\n4: D", "D4")).toBe("D1 A3 B3 C3");
  });

  test("what it does not understand is refused", () => {
    expect(() => parseDag(committee, "1: a")).toThrow(AssertionError);
    expect(() => parseDag(committee, "one: *")).toThrow(AssertionError);
  });
});
