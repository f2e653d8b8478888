/**
 * Commit sync: ranges from several peers at once, only what is certified, bounded, and the same
 * commits as everybody made.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { CommitSync } from "../../src/consensus/commit-sync.ts";
import { Dag } from "../../src/consensus/dag.ts";
import type { Output } from "../../src/consensus/io.ts";
import { REQUEST_TIMEOUT_MS, Requests } from "../../src/consensus/requests.ts";
import { toDigest, ZERO_DIGEST } from "../../src/types/address.ts";
import type { SignedBlock } from "../../src/types/block.ts";
import { nameCommit } from "../../src/types/commit.ts";
import { chainOfCommits, votesOn } from "./commit-chain.ts";
import { genesisOf, testBlock, testCommittee } from "./fixtures.ts";
import { only } from "./solo.ts";

const committee = testCommittee(4);
const START = { index: 0, digest: ZERO_DIGEST };
const RANGE = 3;

/** Commit i lists the blocks of authorities 0 and 1 in round i. */
const blocks = Array.from({ length: 21 }, (_, round) =>
  [0, 1].map((author) => testBlock(committee, { round: round + 1, author })),
);
const commits = chainOfCommits(20, (index) => blocks[index - 1]!.map(({ ref }) => ref));

class Asker {
  readonly dag = new Dag(genesisOf(committee));
  readonly requests = new Requests(4, 5);
  readonly limits = { commitRangeMax: RANGE, commitFetchBlocksMax: 4 };
  readonly sync = new CommitSync(committee, this.dag, this.requests, this.limits);
  nowMs = 0;

  constructor(peers: readonly number[] = [1, 2, 3]) {
    for (const peer of peers) this.requests.connect(peer);
  }

  poll(reachedIndex: number): Output[] {
    return this.sync.poll(this.nowMs, START, reachedIndex);
  }

  /** Answers a question for commits as an honest peer does. */
  show({ request, from, first, count }: Extract<Output, { kind: "FetchCommits" }>): void {
    this.requests.close(request, from);
    const part = commits.slice(first - 1, first - 1 + count);
    const votes = votesOn(committee, part.at(-1)!, [1, 2, 3]);
    expect(this.sync.takeCommits(request, { commits: part, votes })).toBeUndefined();
  }

  /** Answers a question for blocks. */
  send({ request, from, query }: Extract<Output, { kind: "Fetch" }>): SignedBlock[] {
    this.requests.close(request, from);
    const asked = new Set(query.refs.map(({ digest }) => digest));
    const sent = blocks.flat().filter(({ ref }) => asked.has(ref.digest));
    expect(this.sync.takeBlocks(request, sent)).toBe(true);
    return this.sync.takeReady();
  }
}

describe("commit sync", () => {
  test("begins when others are a whole range beyond the own commits", () => {
    const asker = new Asker();
    expect(asker.poll(RANGE - 1)).toEqual([]);
    expect(asker.sync.isActive).toBe(false);
    const [asked] = only(asker.poll(RANGE), "FetchCommits");
    expect(asked).toMatchObject({ first: 1, count: RANGE });
    expect(asker.sync.isActive).toBe(true);
  });

  test("asks several peers for ranges at once, and for no more than it can hold", () => {
    const asker = new Asker();
    const asked = only(asker.poll(1_000_000), "FetchCommits");
    expect(asked.map(({ first }) => first)).toEqual([1, 4, 7, 10]);
    expect(new Set(asked.map(({ from }) => from)).size).toBe(3);
    expect(asker.poll(1_000_000)).toEqual([]);
  });

  test("delivers the blocks in the order of commits, whatever comes first", () => {
    const asker = new Asker();
    const asked = only(asker.poll(6), "FetchCommits");
    for (const question of asked.toReversed()) asker.show(question);
    const parts = only(asker.poll(6), "Fetch");
    expect(parts.map(({ query }) => query.refs.length)).toEqual([4, 2, 4, 2]);
    const refs = parts.flatMap(({ query }) => query.refs);
    expect(refs.every((ref) => asker.sync.isCertified(ref))).toBe(true);
    const [first, ...others] = parts;
    for (const question of others.toReversed()) expect(asker.send(question)).toEqual([]);
    expect(asker.send(first!)).toEqual(blocks.slice(0, 6).flat());
    expect(asker.sync.isActive).toBe(false);
    expect(asker.sync.isCertified(blocks[0]![0]!.ref)).toBe(false);
  });

  test("goes on behind what it has delivered, though the commits are not made yet", () => {
    const asker = new Asker();
    for (const question of only(asker.poll(RANGE), "FetchCommits")) asker.show(question);
    for (const question of only(asker.poll(RANGE), "Fetch")) asker.send(question);
    expect(asker.poll(RANGE + 1)).toEqual([]);
    const [asked] = only(asker.poll(2 * RANGE), "FetchCommits");
    expect(asked).toMatchObject({ first: RANGE + 1 });
  });

  test("asks for the rest of a range that came in part", () => {
    const asker = new Asker();
    const [asked] = only(asker.poll(RANGE), "FetchCommits");
    asker.show({ ...asked!, count: 2 });
    const next = asker.poll(RANGE);
    expect(only(next, "FetchCommits")).toMatchObject([{ first: 3, count: 1 }]);
    expect(only(next, "Fetch")).toMatchObject([{ query: { refs: { length: 4 } } }]);
  });

  test("refuses what is not certified and asks another", () => {
    const asker = new Asker();
    const [asked] = only(asker.poll(RANGE), "FetchCommits");
    const part = commits.slice(0, RANGE);
    const votes = votesOn(committee, part.at(-1)!, [1, 2]);
    asker.requests.close(asked!.request);
    expect(asker.sync.takeCommits(asked!.request, { commits: part, votes })).toContain("voted");
    const [again] = only(asker.poll(RANGE), "FetchCommits");
    expect(again).toMatchObject({ first: 1 });
    expect(again!.from).not.toBe(asked!.from);
  });

  test("keeps no blocks that it has not asked for, and asks again for what is missing", () => {
    const asker = new Asker();
    for (const question of only(asker.poll(RANGE), "FetchCommits")) asker.show(question);
    const [part] = only(asker.poll(RANGE), "Fetch");
    asker.requests.close(part!.request);
    const sent = [blocks[0]![0]!, blocks[7]![1]!];
    expect(asker.sync.takeBlocks(part!.request, sent)).toBe(true);
    const [again] = only(asker.poll(RANGE), "Fetch");
    const missing = [blocks[0]![1]!, ...blocks[1]!].map(({ ref }) => ref);
    expect(again!.query.refs).toEqual(missing);
    expect(asker.sync.takeBlocks(999, [])).toBe(false);
  });

  test("gives up for a while when nobody answers, and begins again", () => {
    const asker = new Asker();
    for (let failures = 0; asker.sync.isActive || failures === 0; failures++) {
      for (const { request, from } of only(asker.poll(RANGE), "FetchCommits")) {
        asker.requests.close(request, from);
        asker.sync.failed(request);
      }
      expect(failures).toBeLessThan(20);
    }
    expect(asker.poll(RANGE)).toEqual([]);
    asker.nowMs += 5_000;
    expect(only(asker.poll(RANGE), "FetchCommits")).toHaveLength(1);
  });

  test("tries again soon when no peer can be asked", () => {
    const asker = new Asker([]);
    expect(asker.poll(RANGE)).toEqual([]);
    expect(asker.sync.nextMs).toBeLessThan(REQUEST_TIMEOUT_MS);
    asker.requests.connect(2);
    expect(only(asker.poll(RANGE), "FetchCommits")).toMatchObject([{ from: 2 }]);
    expect(asker.sync.nextMs).toBeUndefined();
  });

  test("stops at a commit of our own that is not the certified one", () => {
    const asker = new Asker();
    for (const question of only(asker.poll(RANGE), "FetchCommits")) asker.show(question);
    asker.poll(RANGE);
    asker.sync.confirm(nameCommit(commits[0]!));
    const digest = toDigest("ab".repeat(32));
    expect(() => asker.sync.confirm({ index: 2, digest })).toThrow("certified");
    asker.sync.confirm({ index: 9, digest });
  });
});
