/**
 * A core that starts from what a former run stored is where that run was.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { AssertionError } from "../../src/base/assert.ts";
import type { Output, RecoveredState } from "../../src/consensus/io.ts";
import { firstRoundNeeded } from "../../src/consensus/recover.ts";
import { CONSENSUS_LIMITS, type ConsensusLimits } from "../../src/protocol/limits.ts";
import type { Digest } from "../../src/types/address.ts";
import type { SignedBlock } from "../../src/types/block.ts";
import type { Commit } from "../../src/types/commit.ts";
import { limitsWith, testBlock } from "./fixtures.ts";
import { only, OWN, proposedRounds, Solo } from "./solo.ts";

const START = { kind: "Start" } as const;

/** What a run of some rounds put on disk. */
class Run {
  readonly solo: Solo;
  readonly limits: ConsensusLimits;
  readonly blocks: SignedBlock[] = [];
  readonly commits: Commit[] = [];
  readonly outputs: Output[];

  constructor(rounds: number, limits: ConsensusLimits = CONSENSUS_LIMITS) {
    this.limits = limits;
    this.solo = new Solo({ limits });
    this.outputs = [...this.solo.step(START), ...this.solo.rounds(1, rounds)];
    for (const { blocks } of only(this.outputs, "PersistBlocks")) this.blocks.push(...blocks);
    for (const { commits } of only(this.outputs, "PersistCommits")) this.commits.push(...commits);
  }

  get delivered(): Digest[] {
    return only(this.outputs, "Commit").map(({ subDag }) => subDag.digest);
  }

  /** Blocks of others that were in memory only; after a restart their authors send them again. */
  get unpersisted(): SignedBlock[] {
    return this.solo.made
      .slice(1)
      .flat()
      .filter((block) => block !== undefined)
      .filter((block) => !this.blocks.includes(block));
  }

  restart(
    state: Partial<RecoveredState> = {},
    limits: ConsensusLimits = this.limits,
  ): { solo: Solo; outputs: Output[] } {
    const { blocks, commits } = this;
    const whole = { blocks, commits, lastProcessedCommit: commits.length, skippedRound: 0 };
    const solo = new Solo({ limits }, { ...whole, ...state });
    solo.nowMs = this.solo.nowMs;
    solo.made.push(...this.solo.made.slice(1).map((round) => [...round]));
    return { solo, outputs: solo.step(START) };
  }
}

describe("recovery", () => {
  test("with nothing on disk is a beginning", () => {
    const nothing = { blocks: [], commits: [], lastProcessedCommit: 0, skippedRound: undefined };
    const solo = new Solo({}, nothing);
    expect(proposedRounds(solo.step(START))).toEqual([]);
    const claim = { ours: 0, theirs: 0 };
    const heard = [1, 2, 3].flatMap((peer) => solo.step({ kind: "Subscribed", peer, claim }));
    expect(proposedRounds(heard)).toEqual([1]);
  });

  test("restores clock, DAG, commits and collection", () => {
    const run = new Run(14, limitsWith({ gcDepth: 5 }));
    const { solo } = run.restart();
    const [before, after] = [run.solo.core, solo.core];
    expect(after.tip).toEqual(before.tip);
    expect(after.dag.gcRound).toBe(before.dag.gcRound);
    expect(after.clock.round).toBe(before.clock.round);
    const states = [before, after].map(({ dag }) =>
      [...dag.live()]
        .filter(({ signed }) => run.blocks.includes(signed))
        .map(({ signed, committed }) => `${signed.ref.digest} ${committed}`)
        .toSorted(),
    );
    expect(states[1]).toEqual(states[0]);
    expect(states[1]!.length).toBeGreaterThan(10);
  });

  test("sends the last own block again and never signs its round again", () => {
    const run = new Run(6);
    const own = run.solo.core.own;
    const { outputs } = run.restart();
    const sent = only(outputs, "Broadcast").map(({ block }) => block);
    expect(sent[0]).toBe(own);
    for (const block of sent.slice(1)) expect(block.ref.round).toBeGreaterThan(own.ref.round);
    expect(sent.filter(({ ref }) => ref.round === own.ref.round)).toEqual([own]);
  });

  test("after a whole round goes on with the next, after a part of one waits for the rest", () => {
    const run = new Run(6);
    const { round } = run.solo.core.own.ref;
    const { solo } = run.restart();
    const others = [1, 2, 3].map((author) => run.solo.made[round]?.[author]);
    expect(others).toEqual([undefined, undefined, undefined]);
    expect(proposedRounds([...solo.wait(1_000), ...solo.round(round, [1])])).toEqual([]);
    const whole = [...solo.round(round, [2]), ...solo.wait(1_000)];
    expect(proposedRounds(whole)).toEqual([round + 1]);
  });

  test("delivers what was not processed again, byte by byte", () => {
    const run = new Run(10);
    const processed = 3;
    const { outputs } = run.restart({ lastProcessedCommit: processed });
    const again = only(outputs, "Commit").map(({ subDag }) => subDag);
    const before = only(run.outputs, "Commit").map(({ subDag }) => subDag);
    expect(again.slice(0, before.length - processed)).toEqual(before.slice(processed));
    expect(only(outputs, "PersistCommits")).toEqual([]);
  });

  test("delivers nothing when all is processed", () => {
    expect(only(new Run(10).restart().outputs, "Commit")).toEqual([]);
  });

  test("decides commits that were not stored alike", () => {
    const run = new Run(10);
    const kept = run.commits.slice(0, 4);
    const { outputs } = run.restart({ commits: kept, lastProcessedCommit: 4 });
    const again = only(outputs, "Commit").map(({ subDag }) => subDag.digest);
    expect(again).toEqual(run.delivered.slice(4));
    expect(only(outputs, "PersistCommits").flatMap(({ commits }) => commits)).toEqual(
      run.commits.slice(4),
    );
  });

  test("goes on as if nothing had happened", () => {
    const [run, same] = [new Run(8), new Run(8)];
    const { solo } = run.restart();
    solo.push(...run.unpersisted);
    const after = only(solo.rounds(9, 16), "Commit").map(({ subDag }) => subDag.leader);
    const without = only(same.solo.rounds(9, 16), "Commit").map(({ subDag }) => subDag.leader);
    const places = (leaders: readonly { round: number; author: number }[]) =>
      leaders.map(({ round, author }) => `${round}/${author}`);
    expect(places(after)).toEqual(places(without));
    expect(after.length).toBeGreaterThan(5);
  });

  test("needs only the blocks and commits that it asks for", () => {
    const run = new Run(20, limitsWith({ gcDepth: 5 }));
    const lastProcessedCommit = run.commits.length - 2;
    const last = run.commits.at(-1)!;
    const first = run.commits.findIndex(
      ({ index, leader }) => index > lastProcessedCommit || leader.round > last.leader.round - 5,
    );
    const lowest = firstRoundNeeded(run.commits[first - 1]!.leader.round, 5);
    const blocks = run.blocks.filter(({ ref }) => ref.round >= lowest);
    expect(blocks.length).toBeLessThan(run.blocks.length);
    const commits = run.commits.slice(first);
    const part = run.restart({ blocks, commits, lastProcessedCommit });
    const whole = run.restart({ lastProcessedCommit });
    expect(part.outputs).toEqual(whole.outputs);
    expect(part.solo.core.dag.gcRound).toBe(whole.solo.core.dag.gcRound);
  });

  test("votes for commits that no own block has voted for yet", () => {
    const run = new Run(10, limitsWith({ commitVotesMax: 1 }));
    const cast = run.blocks
      .filter(({ ref }) => ref.author === OWN)
      .flatMap(({ block }) => block.commit_votes.map(({ index }) => index));
    // A run that may cast none leaves all commits to the next.
    const silent = new Run(10, limitsWith({ commitVotesMax: 0 }));
    for (const [former, first] of [
      [run, Math.max(...cast) + 1],
      [silent, 1],
    ] as const) {
      const { solo } = former.restart({}, CONSENSUS_LIMITS);
      solo.push(...former.unpersisted);
      const next = only(solo.rounds(11, 12), "Broadcast").flatMap(({ block }) =>
        block.block.commit_votes.map(({ index }) => index),
      );
      expect(Math.min(...next)).toBe(first);
    }
  });

  test("does not persist again what comes from the disk", () => {
    const run = new Run(8);
    const { outputs, solo } = run.restart();
    const stored = only([...outputs, ...solo.rounds(9, 12)], "PersistBlocks");
    for (const block of stored.flatMap(({ blocks }) => blocks)) {
      expect(run.blocks).not.toContain(block);
    }
  });

  test("waits with proposing until the own last block is complete again", () => {
    const { solo: former, blocks } = new Run(2);
    // The own block of round 3 names a twin that is lost; the others go on without either.
    const timestamp_ms = BigInt(former.nowMs) + 1n;
    const twin = former.make(2, 3, { timestamp_ms });
    const ancestors = [0, 1, 2].map((author) => former.made[2]![author]!.ref);
    const own = testBlock(former.committee, {
      round: 3,
      author: OWN,
      ancestors: [...ancestors, twin.ref],
      timestamp_ms,
    });
    const others = [1, 2, 3].map((author) => {
      const names = [author, ...[1, 2, 3].filter((other) => other !== author)];
      const refs = names.map((name) => former.made[2]![name]!.ref);
      return testBlock(former.committee, { round: 3, author, ancestors: refs, timestamp_ms });
    });
    const seconds = [1, 2, 3].map((author) => former.made[2]![author]!);
    const known = [...blocks.filter(({ ref }) => ref.round < 2), former.made[2]![OWN]!, ...seconds];
    const found = [...known, ...others, own];
    const state = { blocks: found, commits: [], lastProcessedCommit: 0, skippedRound: 0 };
    const solo = new Solo({}, state);
    solo.nowMs = former.nowMs;
    expect(proposedRounds(solo.step(START))).toEqual([3]);
    expect(solo.core.clock.round).toBe(4);
    expect(proposedRounds(solo.wait(1_000))).toEqual([]);
    expect(proposedRounds(solo.push(twin))).toEqual([4]);
  });

  test("announces open payloads again", () => {
    const run = new Run(4);
    const transactions = [Uint8Array.of(1)];
    const open = run.solo.make(5, 3, { transactions });
    const outputs = [...run.solo.push(open), ...run.solo.round(5, [1, 2]), ...run.solo.wait(300)];
    const blocks = only(outputs, "PersistBlocks").flatMap(({ blocks: some }) => some);
    const { outputs: again, solo } = run.restart({ blocks: [...run.blocks, ...blocks] });
    expect(only(again, "Accepted").flatMap(({ blocks: some }) => some)).toEqual([open]);
    expect(solo.core.openPayloads).toBe(1);
  });

  test("with blocks lost has the gaps fetched and signs nothing before", () => {
    const run = new Run(6);
    const lost = run.blocks.find(({ ref }) => ref.round === 4 && ref.author === 2)!;
    const blocks = run.blocks.filter((block) => block !== lost);
    const commits = run.commits.slice(0, 1);
    const { solo, outputs } = run.restart({ blocks, commits, lastProcessedCommit: 1 });
    const own = solo.core.own;
    expect(own.ref).toEqual(run.solo.core.own.ref);
    expect(proposedRounds(outputs)).toEqual([own.ref.round]);
    const asked = only(solo.step({ kind: "Connected", peer: 1 }), "Fetch");
    expect(asked.flatMap(({ query }) => query.refs)).toContainEqual(lost.ref);
    expect(proposedRounds(solo.wait(1_000))).toEqual([]);
    const { request } = asked.find(({ query }) => query.refs.length > 0)!;
    solo.step({ kind: "BlocksFetched", from: 1, request, blocks: [lost] });
    expect(solo.core.dag.has(own.ref.digest)).toBe(true);
  });

  test("refuses commits with gaps", () => {
    const run = new Run(10);
    const commits = run.commits.filter(({ index }) => index !== 3);
    expect(() => run.restart({ commits })).toThrow(AssertionError);
  });
});
