/**
 * From a leader to a commit: which blocks, in which order, at what time, in which chain.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { AssertionError } from "../../src/base/assert.ts";
import {
  commitLeader,
  type CommittedSubDag,
  type CommitTip,
  epochTip,
  subDagOf,
  tipAfter,
} from "../../src/consensus/linearize.ts";
import { Reputations } from "../../src/consensus/reputation.ts";
import { ZERO_DIGEST } from "../../src/types/address.ts";
import { type Commit, nameCommit } from "../../src/types/commit.ts";
import { blockOf, nameOf, parseDag, type TextDag } from "./dag-dsl.ts";
import { inTurn, Judge } from "./deciding.ts";
import { EPOCH_START_MS, testBlock, testCommittee } from "./fixtures.ts";

const committee = testCommittee(4);

class Chain {
  readonly judge: Judge;
  readonly drawn: TextDag;
  tip: CommitTip = epochTip(EPOCH_START_MS);
  readonly reputations: Reputations = new Reputations(4, 300);

  constructor(text: string) {
    this.drawn = parseDag(committee, text);
    this.judge = new Judge(committee, inTurn(4));
    for (const signed of this.drawn.blocks) this.judge.accept(signed);
  }

  commit(name: string, gcRound: number = 0): { commit: Commit; subDag: CommittedSubDag } {
    const leader = this.judge.dag.find(blockOf(this.drawn, name).ref)!;
    const { reputations } = this;
    const made = commitLeader({ leader, offset: 0 }, this.tip, { committee, gcRound, reputations });
    this.tip = tipAfter(made.subDag);
    return made;
  }

  names(name: string, gcRound?: number): string[] {
    return this.commit(name, gcRound).subDag.blocks.map(({ ref }) => nameOf(this.drawn, ref));
  }
}

describe("linearizing", () => {
  test("takes the history of the leader, and never genesis", () => {
    const chain = new Chain("1: *\n2: *");
    expect(chain.names("B2").toSorted()).toEqual(["A1", "B1", "B2", "C1", "D1"]);
  });

  test("does not repeat what is committed", () => {
    const chain = new Chain("1: *\n2: *\n3: *");
    expect(chain.names("A1")).toEqual(["A1"]);
    expect(chain.names("B2").toSorted()).toEqual(["B1", "B2", "C1", "D1"]);
    expect(chain.names("C3").toSorted()).toEqual(["A2", "C2", "C3", "D2"]);
  });

  // The history is walked from one of the twins first or from the other.
  for (const third of ["C=AB'CD D=ABCD", "C=ABCD D=AB'CD"]) {
    test(`orders by round, author turned by the leader's digest, digest: ${third}`, () => {
      const chain = new Chain(`1: *\n2: A B B'=BCD C D\n3: A B=ABCD ${third}\n4: C=CDA`);
      const { commit, subDag } = chain.commit("C4");
      const front = commit.leader.digest.slice(0, 16).match(/../g)!.toReversed();
      const turn = BigInt(`0x${front.join("")}`);
      const keys = subDag.blocks.map(({ ref }) => [
        ref.round,
        Number((BigInt(ref.author) + turn) % 4n),
        ref.digest,
      ]);
      const sorted = keys.toSorted((left, right) =>
        JSON.stringify(left) < JSON.stringify(right) ? -1 : 1,
      );
      expect(keys).toEqual(sorted);
      const twins = subDag.blocks.filter(({ ref }) => ref.round === 2 && ref.author === 1);
      expect(twins).toHaveLength(2);
      expect(subDag.blocks.at(-1)?.ref).toEqual(commit.leader);
    });
  }

  test("the turn differs between leaders", () => {
    const text = Array.from({ length: 12 }, (_, index) => `${index + 1}: *`).join("\n");
    const chain = new Chain(text);
    const firsts = new Set<string>();
    for (let round = 2; round <= 12; round++) {
      firsts.add(chain.names(`A${round}`)[0]!.slice(0, 1));
    }
    expect(firsts.size).toBeGreaterThan(2);
  });

  test("leaves out what is collected and stops there", () => {
    const chain = new Chain("1: *\n2: *-D\n3: *-D\n4: *");
    // D's blocks of rounds 1 to 3 hang below D4; round 1 is collected.
    expect(chain.names("A4", 1).toSorted()).not.toContain("D1");
    const other = new Chain("1: *\n2: *\n3: *");
    expect(other.names("A3", 2)).toEqual(["A3"]);
  });

  test("commits late blocks of an author as long as they are above collection", () => {
    const chain = new Chain("1: *\n2: A B C D\n3: *-D\n4: *-D\n5: A=ABC B C D");
    expect(chain.names("A4")).not.toContain("D2");
    expect(chain.names("B5", 1)).toContain("D2");
  });

  test("refuses to commit a leader twice", () => {
    const chain = new Chain("1: *");
    chain.commit("A1");
    expect(() => chain.commit("A1")).toThrow(AssertionError);
  });
});

describe("a commit", () => {
  test("is chained to the one before", () => {
    const chain = new Chain("1: *\n2: *");
    const first = chain.commit("A1");
    const second = chain.commit("B2");
    expect(first.commit.index).toBe(1);
    expect(first.commit.previous_digest).toBe(ZERO_DIGEST);
    expect(second.commit.index).toBe(2);
    expect(second.commit.previous_digest).toBe(first.subDag.digest);
    expect(nameCommit(first.commit)).toEqual({ index: 1, digest: first.subDag.digest });
  });

  test("names its blocks in the order in which they are handed on", () => {
    const { commit, subDag } = new Chain("1: *\n2: *").commit("B2");
    expect(commit.blocks).toEqual(subDag.blocks.map(({ ref }) => ref));
    expect(subDagOf(commit, subDag.blocks)).toEqual(subDag);
  });

  test("has the median time of the leader's ancestors in the round before", () => {
    const judge = new Judge(committee, inTurn(4));
    const genesis = committee.members.map((_, author) => judge.dag.slot(0, author)[0]!.signed.ref);
    const parents = [40, 10, 30, 20].map((late, author) => {
      const own = genesis.toSorted((left) => (left.author === author ? -1 : 0));
      const timestamp_ms = EPOCH_START_MS + BigInt(late);
      const signed = testBlock(committee, { round: 1, author, ancestors: own, timestamp_ms });
      return judge.accept(signed).signed.ref;
    });
    const leader = judge.accept(testBlock(committee, { round: 2, author: 0, ancestors: parents }));
    const reputations = new Reputations(4, 300);
    const { commit } = commitLeader({ leader, offset: 0 }, epochTip(0n), {
      committee,
      gcRound: 0,
      reputations,
    });
    expect(commit.timestamp_ms).toBe(EPOCH_START_MS + 30n);
  });

  test("is never older than the commit before", () => {
    const chain = new Chain("1: *");
    chain.tip = { ...chain.tip, timestampMs: EPOCH_START_MS + 1_000n };
    expect(chain.commit("A1").commit.timestamp_ms).toBe(EPOCH_START_MS + 1_000n);
  });

  test("of the first round has the time at which the epoch started", () => {
    expect(new Chain("1: *").commit("A1").commit.timestamp_ms).toBe(EPOCH_START_MS);
  });
});
