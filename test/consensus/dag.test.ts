/**
 * What the DAG finds, lists and collects.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { AssertionError } from "../../src/base/assert.ts";
import { Dag, type DagBlock } from "../../src/consensus/dag.ts";
import type { SignedBlock } from "../../src/types/block.ts";
import { blockOf, parseDag } from "./dag-dsl.ts";
import { genesisOf, testCommittee } from "./fixtures.ts";

const committee = testCommittee(4);
const text = parseDag(committee, "1: *\n2: A A'=ABC B C D\n3: *");

function fullDag(): Dag {
  const dag = new Dag(genesisOf(committee));
  for (const signed of text.blocks) insert(dag, signed);
  return dag;
}

function insert(dag: Dag, signed: SignedBlock): DagBlock {
  const parents: (DagBlock | undefined)[] = [];
  for (const ref of signed.block.ancestors) parents[ref.author] = dag.find(ref);
  return dag.insert(signed, parents);
}

describe("the DAG", () => {
  test("finds blocks by reference and by slot", () => {
    const dag = fullDag();
    const signed = blockOf(text, "B2");
    expect(dag.find(signed.ref)?.signed).toBe(signed);
    expect(dag.has(signed.ref.digest)).toBe(true);
    expect(dag.slot(2, 1).map((block) => block.signed)).toEqual([signed]);
    expect(dag.slot(9, 1)).toEqual([]);
    expect(dag.slot(2, 9)).toEqual([]);
  });

  test("keeps every block of an equivocator, in the order of acceptance", () => {
    const names = ["A2", "A'2"].map((name) => blockOf(text, name).ref.digest);
    expect(
      fullDag()
        .slot(2, 0)
        .map((block) => block.signed.ref.digest),
    ).toEqual(names);
  });

  test("does not find a digest under another round or author", () => {
    const dag = fullDag();
    const { ref } = blockOf(text, "B2");
    expect(dag.find({ ...ref, round: 1 })).toBeUndefined();
    expect(dag.find({ ...ref, author: 2 })).toBeUndefined();
  });

  test("lists a round by author and everything above collection by round", () => {
    const dag = fullDag();
    const authors = [...dag.round(2)].map((block) => block.signed.ref.author);
    expect(authors).toEqual([0, 0, 1, 2, 3]);
    dag.collect(1);
    const rounds = [...dag.live()].map((block) => block.signed.ref.round);
    expect(rounds).toEqual([2, 2, 2, 2, 2, 3, 3, 3, 3]);
  });

  test("knows the highest round, in all and of each author", () => {
    const dag = fullDag();
    expect(dag.highestRound).toBe(3);
    expect(dag.lastRound(1)).toBe(3);
    expect(new Dag(genesisOf(committee)).lastRound(1)).toBe(0);
  });

  test("collects rounds, hands out what was not committed, and keeps genesis", () => {
    const dag = fullDag();
    const [a1, b1] = [blockOf(text, "A1"), blockOf(text, "B1")];
    dag.find(a1.ref)!.committed = true;
    const lost = dag.collect(1);
    expect(lost.map((block) => block.signed.ref.author)).toEqual([1, 2, 3]);
    expect(dag.gcRound).toBe(1);
    expect(dag.find(b1.ref)).toBeUndefined();
    expect(dag.has(b1.ref.digest)).toBe(false);
    expect(dag.lastRound(1)).toBe(3);
    expect(dag.slot(0, 1)).toHaveLength(1);
  });

  test("collected blocks hold on to nothing", () => {
    const dag = fullDag();
    const b1 = dag.find(blockOf(text, "B1").ref)!;
    dag.collect(1);
    expect(b1.parents).toHaveLength(0);
  });

  test("collecting never goes back", () => {
    const dag = fullDag();
    dag.collect(2);
    expect(dag.collect(1)).toEqual([]);
    expect(dag.gcRound).toBe(2);
  });

  test("takes no block twice and none that is collected", () => {
    const dag = fullDag();
    expect(() => insert(dag, blockOf(text, "B2"))).toThrow(AssertionError);
    dag.collect(2);
    expect(() => insert(dag, blockOf(text, "B2"))).toThrow(AssertionError);
  });
});
