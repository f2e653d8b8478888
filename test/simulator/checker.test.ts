/**
 * The checker sees what must not happen.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { decode, encode } from "../../src/bcs/schema.ts";
import { Checker, InvariantError } from "../../src/simulator/checker.ts";
import { SimClock } from "../../src/simulator/clock.ts";
import { SimNode } from "../../src/simulator/sim-node.ts";
import { toDigest } from "../../src/types/address.ts";
import { type Block, decodeSignedBlock, signBlock } from "../../src/types/block.ts";
import { type Commit, commit as commitCodec, nameCommit } from "../../src/types/commit.ts";
import { network, START_MS } from "../node/network.ts";

const ZERO = toDigest("0".repeat(64));
const { nodes, genesis } = network();

function fresh(): { readonly checker: Checker; readonly node: SimNode; readonly other: SimNode } {
  const [node, other] = [0, 1].map((index) => new SimNode(index, nodes[index]!, genesis));
  return { checker: new Checker(genesis), node: node!, other: other! };
}

function blockAt(round: number, timestamp: bigint, author: number = 0): Uint8Array {
  const block: Block = {
    epoch: 0n,
    round,
    author,
    timestamp_ms: timestamp,
    ancestors: [],
    transactions: [],
    commit_votes: [],
  };
  return signBlock(block, () => new Uint8Array(64)).bytes;
}

function store(checker: Checker, node: SimNode, bytes: Uint8Array): void {
  const decoded = decodeSignedBlock(bytes);
  if (!decoded.ok) throw new Error("a block");
  const { ref } = decoded.value;
  const batch = { kind: "PersistBlocks", epoch: 0n, blocks: [{ ref, bytes }] } as const;
  checker.persists(node, batch);
  node.disk.write(batch);
}

const reputation = { points: [], ranking: [], ranking_before: [], ranked_round: 0 };

function commitOf(changes: Partial<Commit>): Uint8Array {
  const leader = { round: 1, author: 0, digest: ZERO };
  const first: Commit = {
    index: 1,
    previous_digest: ZERO,
    timestamp_ms: 5n,
    leader,
    leader_offset: 0,
    blocks: [],
    reputation,
  };
  return encode(commitCodec, { ...first, ...changes });
}

function persist(checker: Checker, node: SimNode, index: number, bytes: Uint8Array): void {
  checker.persists(node, { kind: "PersistCommits", epoch: 0n, commits: [{ index, bytes }] });
}

describe("blocks", () => {
  test("are on disk before they are sent", () => {
    const { checker, node, other } = fresh();
    const block = blockAt(1, 5n);
    expect(() => checker.sends(node, { kind: "Block", block })).toThrow("no disk");
    store(checker, other, block);
    expect(() => checker.sends(node, { kind: "Block", block })).toThrow("not on its disk");
    store(checker, node, block);
    checker.sends(node, { kind: "Block", block });
  });

  test("are not sent twice for a round in answers either", () => {
    const { checker, node } = fresh();
    node.start(new SimClock(START_MS));
    const own = node.node!.epoch.setting.authority!;
    const foreign = [5n, 6n].map((time) => blockAt(1, time, (own + 1) % 4));
    const [one, other] = [blockAt(1, 5n, own), blockAt(1, 6n, own)];
    for (const block of [one, other, ...foreign]) store(checker, node, block);
    const answer = { kind: "FetchedBlocks", epoch: 0n, request: 1 } as const;
    checker.sends(node, { ...answer, blocks: [one, ...foreign, one] });
    expect(() => checker.sends(node, { ...answer, blocks: [other] })).toThrow("two own blocks");
  });

  test("are not sent twice for a round, in another life either", () => {
    const { checker, node } = fresh();
    const [one, other] = [blockAt(1, 5n), blockAt(1, 6n)];
    for (const block of [one, other]) store(checker, node, block);
    checker.sends(node, { kind: "Block", block: one });
    checker.sends(node, { kind: "Block", block: one });
    expect(() => checker.sends(node, { kind: "Block", block: other })).toThrow("two own blocks");
  });
});

describe("commits", () => {
  test("name only blocks that somebody has found valid", () => {
    const { checker, node } = fresh();
    const block = { round: 1, author: 2, digest: toDigest("cd".repeat(32)) };
    const first = commitOf({ blocks: [block] });
    expect(() => persist(checker, node, 1, first)).toThrow("nobody has stored");
  });

  test("are the same everywhere", () => {
    const { checker, node, other } = fresh();
    persist(checker, node, 1, commitOf({}));
    persist(checker, other, 1, commitOf({}));
    const wrong = commitOf({ timestamp_ms: 6n });
    expect(() => persist(checker, other, 1, wrong)).toThrow(InvariantError);
  });

  test("form a chain in which time does not go back and no block comes twice", () => {
    const stored = decodeSignedBlock(blockAt(1, 5n));
    if (!stored.ok) throw new Error("a block");
    const block = stored.value.ref;
    const first = commitOf({ blocks: [block] });
    const decoded = decode(commitCodec, first);
    if (!decoded.ok) throw new Error("a commit");
    const follower = { index: 2, previous_digest: nameCommit(decoded.value).digest };
    const wrong: readonly [string, Partial<Commit>][] = [
      ["does not follow", { index: 2 }],
      ["time goes back", { ...follower, timestamp_ms: 4n }],
      ["again", { ...follower, blocks: [block] }],
    ];
    for (const [reason, changes] of wrong) {
      const { checker, node } = fresh();
      store(checker, node, blockAt(1, 5n));
      persist(checker, node, 1, first);
      expect(() => persist(checker, node, 2, commitOf(changes))).toThrow(reason);
    }
  });
});
