/**
 * Commits follow from decided leaders: chained, each block once, voted for, and collection follows.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { gcRoundOf } from "../../src/consensus/advance.ts";
import type { Output } from "../../src/consensus/io.ts";
import { toDigest, ZERO_DIGEST } from "../../src/types/address.ts";
import { nameCommit } from "../../src/types/commit.ts";
import { limitsWith, testCommittee } from "./fixtures.ts";
import { only, Solo } from "./solo.ts";

const START = { kind: "Start" } as const;

function started(gcDepth: number = 60): Solo {
  const solo = new Solo({ limits: limitsWith({ gcDepth }) });
  solo.step(START);
  return solo;
}

describe("advancing", () => {
  test("makes a chain of commits, each persisted and delivered", () => {
    const outputs = started().rounds(1, 10);
    const commits = only(outputs, "PersistCommits").flatMap(({ commits: some }) => some);
    const subDags = only(outputs, "Commit").map(({ subDag }) => subDag);
    expect(commits.length).toBeGreaterThanOrEqual(7);
    expect(subDags.map(({ index }) => index)).toEqual(commits.map((_, place) => place + 1));
    expect(commits[0]!.previous_digest).toBe(ZERO_DIGEST);
    for (const [place, commit] of commits.entries()) {
      expect(nameCommit(commit).digest).toBe(subDags[place]!.digest);
      if (place > 0) expect(commit.previous_digest).toBe(subDags[place - 1]!.digest);
    }
  });

  test("commits every block once", () => {
    const outputs = started().rounds(1, 12);
    const digests = only(outputs, "Commit").flatMap(({ subDag }) =>
      subDag.blocks.map(({ ref }) => ref.digest),
    );
    expect(new Set(digests).size).toBe(digests.length);
    expect(digests.length).toBeGreaterThan(30);
  });

  test("time never goes back", () => {
    const times = only(started().rounds(1, 12), "Commit").map(({ subDag }) => subDag.timestampMs);
    expect(times).toEqual(times.toSorted((left, right) => (left < right ? -1 : 1)));
    expect(times.at(-1)!).toBeGreaterThan(times[0]!);
  });

  test("own commits are voted for in own blocks, once", () => {
    const solo = started();
    const outputs = [...solo.rounds(1, 12), ...solo.wait(60)];
    const votes = only(outputs, "Broadcast").flatMap(({ block }) => block.block.commit_votes);
    const made = only(outputs, "Commit").map(({ subDag }) => subDag);
    expect(votes.map(({ index }) => index)).toEqual(votes.map((_, place) => place + 1));
    expect(votes.length).toBeGreaterThanOrEqual(made.length - 2);
    for (const { index, digest } of votes) expect(digest).toBe(made[index - 1]!.digest);
  });

  test("collects what lies too far below the last leader", () => {
    const solo = started(5);
    solo.rounds(1, 12);
    expect(solo.core.dag.gcRound).toBe(solo.core.tip.leaderRound - 5);
    expect([...solo.core.dag.round(solo.core.dag.gcRound)]).toEqual([]);
  });

  test("says which payloads can never be committed any more", () => {
    const solo = started(5);
    solo.rounds(1, 2);
    solo.round(3, [1, 2]);
    solo.wait(300);
    // Authority 3 comes late and builds on its block of round 2 again: nobody names `lonely`.
    const lonely = solo.make(3, 3, { transactions: [Uint8Array.of(1)] });
    solo.made[3]![3] = undefined;
    solo.push(lonely);
    const outputs = [...solo.round(4), ...solo.rounds(5, 16)];
    const collected = only(outputs, "Collected").flatMap(({ blocks }) => blocks);
    expect(collected.map(({ ref }) => ref)).toEqual([lonely.ref]);
    expect(solo.core.openPayloads).toBe(0);
  });

  test("lets blocks in that waited for something collected", () => {
    const solo = started(5);
    solo.rounds(1, 8);
    // A name that no block answers to, in a round that will be collected before this block's own.
    const { ref } = solo.made[2]![3]!;
    const fake = { ...ref, round: solo.core.dag.gcRound + 1, digest: toDigest("9f".repeat(32)) };
    const own = solo.made[8]![2]!.ref;
    const names = [own, ...[0, 1].map((author) => solo.made[8]![author]!.ref), fake];
    const transactions = [Uint8Array.of(1)];
    const waiting = solo.make(9, 2, { ancestors: names, transactions });
    solo.made[9]![2] = undefined;
    expect(only(solo.push(waiting), "Accepted")).toEqual([]);
    expect(solo.core.manager.holds(waiting.ref.digest)).toBe(true);
    const outputs = [...solo.wait(60), ...solo.round(9, [1, 3]), ...solo.wait(300)];
    for (let round = 10; round <= 12; round++) {
      outputs.push(...solo.round(round, [1, 3]), ...solo.wait(300));
    }
    expect(solo.core.dag.gcRound).toBeGreaterThanOrEqual(fake.round);
    const accepted = only(outputs, "Accepted").flatMap(({ blocks }) => blocks);
    expect(accepted.map((block) => block.ref)).toEqual([waiting.ref]);
  });

  test("counts open payloads down as they are committed", () => {
    const solo = started();
    solo.rounds(1, 2);
    solo.wait(60);
    const transactions = [Uint8Array.of(1)];
    solo.push(...[1, 2, 3].map((author) => solo.make(3, author, { transactions })));
    expect(solo.core.openPayloads).toBe(3);
    solo.rounds(4, 8);
    expect(solo.core.openPayloads).toBe(0);
  });
});

describe("a change of the leader schedule", () => {
  for (const size of [4, 7]) {
    test(`of ${size} comes after the same commit, decided one by one or all at once`, () => {
      const committee = testCommittee(size);
      const limits = limitsWith({ scheduleCommits: 6 });
      const solo = new Solo({ committee, limits });
      solo.step(START);
      // The last authority is always late, so that it leads no more after the first ranking.
      const prompt = Array.from({ length: size - 2 }, (_, place) => place + 1);
      const outputs: Output[] = [];
      for (let round = 1; round <= 40; round++) {
        outputs.push(...solo.wait(300), ...solo.round(round, prompt));
        if (round % 4 === 0) outputs.push(...solo.push(solo.make(round, size - 1)));
      }
      const commits = only(outputs, "PersistCommits").flatMap(({ commits: some }) => some);
      expect(commits.some(({ reputation }) => reputation.ranking.length > 0)).toBe(true);
      const rounds = Array.from({ length: 50 }, (_, place) => 41 + place);
      const leads = ({ core }: Solo): boolean =>
        rounds.some((round) => core.schedule.leaders(round).includes(size - 1));
      expect([leads(new Solo({ committee, limits })), leads(solo)]).toEqual([true, false]);
      const blocks = solo.made
        .slice(1)
        .flat()
        .filter((block) => block !== undefined);
      const stored = { blocks, commits: [], lastProcessedCommit: 0, skippedRound: 0 };
      const late = new Solo({ committee, limits }, stored);
      late.nowMs = solo.nowMs;
      const same = only(late.step(START), "PersistCommits").flatMap(({ commits: some }) => some);
      expect(same.slice(0, commits.length)).toEqual(commits);
    });
  }
});

describe("the garbage-collection round", () => {
  test("is the depth below the leader and never negative", () => {
    expect(gcRoundOf(100, 60)).toBe(40);
    expect(gcRoundOf(60, 60)).toBe(0);
    expect(gcRoundOf(3, 60)).toBe(0);
  });
});
