/**
 * The order of outputs: persist, send, deliver.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { subDagOf } from "../../src/consensus/linearize.ts";
import { emptyOutbox, finish, needsPersistence } from "../../src/consensus/outbox.ts";
import { ZERO_DIGEST } from "../../src/types/address.ts";
import type { Commit } from "../../src/types/commit.ts";
import { testBlock, testCommittee } from "./fixtures.ts";

const block = testBlock(testCommittee(4), { round: 1, author: 0 });
const commit: Commit = {
  index: 1,
  previous_digest: ZERO_DIGEST,
  timestamp_ms: 1n,
  leader: block.ref,
  leader_offset: 0,
  reputation: { points: [1], ranking: [], ranking_before: [], ranked_round: 7 },
  blocks: [block.ref],
};

describe("the outbox", () => {
  test("persists first, then sends, then delivers, whatever came first", () => {
    const out = emptyOutbox();
    out.others.push({ kind: "SetTimer", atMs: 5 });
    out.collected.push(block);
    out.subDags.push(subDagOf(commit, [block]));
    out.accepted.push(block);
    out.proposed.push(block);
    out.commits.push(commit);
    expect(finish(out, [block]).map(({ kind }) => kind)).toEqual([
      "PersistBlocks",
      "PersistCommits",
      "Broadcast",
      "Accepted",
      "Commit",
      "Collected",
      "SetTimer",
    ]);
  });

  test("says nothing when there is nothing", () => {
    expect(finish(emptyOutbox(), [])).toEqual([]);
  });

  test("needs the disk for own blocks and commits, not for what others may fetch again", () => {
    const out = emptyOutbox();
    out.accepted.push(block);
    out.others.push({ kind: "SetTimer", atMs: 5 });
    expect(needsPersistence(out)).toBe(false);
    out.proposed.push(block);
    expect(needsPersistence(out)).toBe(true);
    const other = emptyOutbox();
    other.commits.push(commit);
    expect(needsPersistence(other)).toBe(true);
  });
});
