/**
 * Answers to peers that miss blocks, from memory or from the store, within limits.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import type { FetchQuery, Output } from "../../src/consensus/io.ts";
import { answer } from "../../src/consensus/serve.ts";
import { blockOf, nameOf, parseDag } from "./dag-dsl.ts";
import { inTurn, Judge } from "./deciding.ts";
import { limitsWith, testBlock, testCommittee } from "./fixtures.ts";

const committee = testCommittee(4);
const drawn = parseDag(committee, "1: *\n2: A B B'=ACD C D\n3: *\n4: *\n5: A B C");
const limits = limitsWith({ fetchBlocksMax: 3, commitFetchBlocksMax: 6 });

function ask(query: Partial<FetchQuery>, gcRound: number = 0): Output {
  const judge = new Judge(committee, inTurn(4));
  for (const signed of drawn.blocks) judge.accept(signed);
  judge.dag.collect(gcRound);
  const question = { from: 2, request: 9, query: { refs: [], above: [], ...query } };
  return answer(question, judge.dag, limits);
}

function refs(...names: readonly string[]): FetchQuery["refs"] {
  return names.map((name) => blockOf(drawn, name).ref);
}

function inWords(output: Output): string {
  if (output.kind !== "SendBlocks") return output.kind;
  expect(output).toMatchObject({ to: 2, request: 9 });
  return output.blocks.map(({ ref }) => nameOf(drawn, ref)).join(" ");
}

describe("answering questions for blocks", () => {
  test("gives the named blocks that are there", () => {
    const { ref } = testBlock(committee, { round: 3, author: 1 });
    expect(inWords(ask({ refs: [...refs("A3"), ref, ...refs("B'2")] }))).toBe("A3 B'2");
  });

  test("never gives genesis blocks", () => {
    expect(inWords(ask({ refs: refs("A0", "A1") }))).toBe("A1");
  });

  test("cuts a question that is too long", () => {
    expect(inWords(ask({ refs: refs("A1", "B1", "C1", "D1", "A2", "B2", "C2") }))).toBe(
      "A1 B1 C1 D1 A2 B2",
    );
  });

  test("gives history by round, all blocks of an equivocator included", () => {
    expect(inWords(ask({ above: [1, 1, 1, 1] }))).toBe("A2 B2 B'2 C2 D2 A3");
    expect(inWords(ask({ above: [4, 4, 4, 4] }))).toBe("A5 B5 C5");
    expect(inWords(ask({ above: [5, 5, 5, 5] }))).toBe("");
  });

  test("history does not end between two blocks of a slot, which could not be asked for", () => {
    expect(inWords(ask({ above: [0, 0, 0, 0] }))).toBe("A1 B1 C1 D1 A2");
    expect(inWords(ask({ above: [2, 1, 0, 0] }))).toBe("C1 D1 B2 B'2 C2 D2");
  });

  test("history leaves out what the peer has of each author", () => {
    expect(inWords(ask({ above: [3, 2, 9, 4] }))).toBe("B3 A4 B4 A5 B5");
  });

  test("takes no heed of rounds that are not one for each authority", () => {
    expect(inWords(ask({ above: [1, 1, 1] }))).toBe("");
    expect(inWords(ask({ above: [1, 1, 1, 1, 1], refs: refs("A1") }))).toBe("A1");
  });

  test("sends to the store for anything that is collected", () => {
    const stored = ask({ refs: refs("A4", "A2") }, 3);
    expect(stored).toEqual({
      kind: "SendStored",
      to: 2,
      request: 9,
      query: { refs: refs("A4", "A2"), above: [] },
      blocksMax: 6,
      bytesMax: 8_388_608,
    });
    expect(inWords(ask({ refs: refs("A4") }, 3))).toBe("A4");
  });

  test("sends to the store for history that begins in collected rounds", () => {
    expect(ask({ above: [4, 2, 4, 4] }, 3)).toMatchObject({ kind: "SendStored", blocksMax: 6 });
    expect(inWords(ask({ above: [4, 3, 4, 4] }, 3))).toBe("B4 A5 B5 C5");
  });

  test("cuts a question for the store as well", () => {
    const stored = ask({ refs: refs("A1", "B1", "C1", "D1", "A2", "B2", "C2") }, 3);
    expect(stored).toMatchObject({ query: { refs: refs("A1", "B1", "C1", "D1", "A2", "B2") } });
  });

  test("an answer has so many bytes and at least one block", () => {
    const judge = new Judge(committee, inTurn(4));
    const genesis = committee.members.map((_, author) => judge.dag.slot(0, author)[0]!.signed.ref);
    const transactions = Array.from({ length: 3 }, () => new Uint8Array(2_000_000));
    const large = [0, 1, 2].map((author) => {
      const ancestors = genesis.toSorted((left) => (left.author === author ? -1 : 0));
      return judge.accept(testBlock(committee, { round: 1, author, ancestors, transactions }));
    });
    const query = { refs: large.map(({ signed }) => signed.ref), above: [] };
    const sent = answer({ from: 1, request: 1, query }, judge.dag, limits);
    expect(sent.kind === "SendBlocks" && sent.blocks.length).toBe(1);
  });
});
