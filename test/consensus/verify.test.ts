/**
 * Every rule of a valid block, each with blocks that break it.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import type { PayloadSource } from "../../src/consensus/io.ts";
import {
  type BlockRule,
  type BlockRules,
  checkBlock,
  checkTimestamp,
} from "../../src/consensus/verify.ts";
import { toDigest } from "../../src/types/address.ts";
import type { Block, BlockRef, SignedBlock } from "../../src/types/block.ts";
import {
  EPOCH_START_MS,
  genesisOf,
  limitsWith,
  NO_PAYLOAD,
  testBlock,
  testCommittee,
} from "./fixtures.ts";

const committee = testCommittee(4);
const genesis = genesisOf(committee);
const limits = limitsWith({
  transactionBytesMax: 10,
  blockTransactionsMax: 3,
  blockTransactionBytesMax: 20,
  blockBytesMax: 400,
  commitVotesMax: 2,
});
const rules: BlockRules = {
  committee,
  epochStartMs: EPOCH_START_MS,
  limits,
  genesis,
  payload: NO_PAYLOAD,
};
const DIGEST = toDigest("cd".repeat(32));

/** References to blocks of round 4 by these authors, in this order. */
function refs(...authors: readonly number[]): BlockRef[] {
  return authors.map((author) => ({ round: 4, author, digest: DIGEST }));
}

function block(changes: Partial<Block> = {}): SignedBlock {
  return testBlock(committee, { round: 5, author: 1, ancestors: refs(1, 0, 2), ...changes });
}

function ruleBroken(
  changes: Partial<Block>,
  others: Partial<BlockRules> = {},
): BlockRule | undefined {
  return checkBlock(block(changes), { ...rules, ...others })?.rule;
}

describe("a valid block", () => {
  test("passes", () => {
    expect(checkBlock(block(), rules)).toBeUndefined();
  });

  test("passes with everything at its limit", () => {
    const full = block({
      ancestors: refs(1, 0, 2, 3),
      transactions: [new Uint8Array(10), new Uint8Array(10), new Uint8Array(0)],
      commit_votes: [
        { index: 1, digest: DIGEST },
        { index: 7, digest: DIGEST },
      ],
      timestamp_ms: EPOCH_START_MS,
    });
    const exact = { ...rules, limits: { ...limits, blockBytesMax: full.bytes.length } };
    expect(checkBlock(full, exact)).toBeUndefined();
    const short = { ...rules, limits: { ...limits, blockBytesMax: full.bytes.length - 1 } };
    expect(checkBlock(full, short)?.rule).toBe("block-bytes");
  });

  test("passes on top of genesis", () => {
    const ancestors = [1, 0, 2].map((author) => genesis[author]!.ref);
    expect(ruleBroken({ round: 1, ancestors })).toBeUndefined();
  });

  test("may name older blocks beside a quorum of the round before", () => {
    const old = { round: 2, author: 3, digest: DIGEST };
    expect(ruleBroken({ ancestors: [...refs(1, 0, 2), old] })).toBeUndefined();
  });

  test("may have an old block of its own as the first ancestor", () => {
    const own = { round: 2, author: 1, digest: DIGEST };
    expect(ruleBroken({ ancestors: [own, ...refs(0, 2, 3)] })).toBeUndefined();
  });
});

describe("a block is invalid", () => {
  test("of another epoch", () => {
    expect(ruleBroken({ epoch: 4n })).toBe("epoch");
    expect(ruleBroken({ epoch: 2n })).toBe("epoch");
  });

  test("of round 0, even if it is a genesis block", () => {
    expect(ruleBroken({ round: 0, ancestors: [] })).toBe("round");
    expect(checkBlock(genesis[1]!, rules)?.rule).toBe("round");
  });

  test("of an author outside of the committee", () => {
    expect(ruleBroken({ author: 4 })).toBe("author");
    expect(ruleBroken({ author: 4_294_967_295 })).toBe("author");
  });

  test("with no ancestors or more than there are authorities", () => {
    expect(ruleBroken({ ancestors: [] })).toBe("ancestor-count");
    expect(ruleBroken({ ancestors: refs(1, 0, 2, 3, 0) })).toBe("ancestor-count");
  });

  test("whose first ancestor is not its author's", () => {
    expect(ruleBroken({ ancestors: refs(0, 1, 2) })).toBe("own-ancestor");
    expect(ruleBroken({ ancestors: refs(0, 2, 3) })).toBe("own-ancestor");
  });

  test("with two ancestors of one authority, its own author included", () => {
    expect(ruleBroken({ ancestors: refs(1, 0, 0) })).toBe("ancestor-author");
    expect(ruleBroken({ ancestors: refs(1, 0, 1) })).toBe("ancestor-author");
    const older = { round: 3, author: 0, digest: DIGEST };
    expect(ruleBroken({ ancestors: [...refs(1, 0, 2), older] })).toBe("ancestor-author");
  });

  test("with an ancestor outside of the committee", () => {
    expect(ruleBroken({ ancestors: refs(1, 0, 9) })).toBe("ancestor-author");
  });

  test("with an ancestor of its own round or later", () => {
    for (const round of [5, 6, 4_294_967_295]) {
      const ancestors = [...refs(1, 0, 2), { round, author: 3, digest: DIGEST }];
      expect(ruleBroken({ ancestors })).toBe("ancestor-round");
    }
  });

  test("with a genesis ancestor that is not the author's genesis block", () => {
    const wrong = [genesis[1]!.ref, genesis[0]!.ref, { ...genesis[2]!.ref, digest: DIGEST }];
    expect(ruleBroken({ round: 1, ancestors: wrong })).toBe("ancestor-genesis");
    const swapped = [genesis[1]!.ref, genesis[0]!.ref, { ...genesis[3]!.ref, author: 2 }];
    expect(ruleBroken({ round: 1, ancestors: swapped })).toBe("ancestor-genesis");
  });

  test("without a quorum of ancestors in the round before", () => {
    expect(ruleBroken({ ancestors: refs(1, 0) })).toBe("ancestor-quorum");
    const old = { round: 3, author: 2, digest: DIGEST };
    expect(ruleBroken({ ancestors: [...refs(1, 0), old] })).toBe("ancestor-quorum");
  });

  test("with a quorum by heads but not by power", () => {
    const powers = { committee: testCommittee(4, [2_000, 2_000, 2_000, 4_000]) };
    expect(ruleBroken({ ancestors: refs(1, 0, 2) }, powers)).toBe("ancestor-quorum");
    expect(ruleBroken({ ancestors: refs(1, 0, 3) }, powers)).toBeUndefined();
  });

  test("with too many transactions, even empty ones", () => {
    const transactions = Array.from({ length: 4 }, () => new Uint8Array(0));
    expect(ruleBroken({ transactions })).toBe("transaction-count");
  });

  test("with a transaction that is too large", () => {
    expect(ruleBroken({ transactions: [new Uint8Array(11)] })).toBe("transaction-size");
  });

  test("with transactions that are too large together", () => {
    const transactions = [10, 10, 1].map((size) => new Uint8Array(size));
    expect(ruleBroken({ transactions })).toBe("transaction-bytes");
  });

  test("with too many commit votes", () => {
    const commit_votes = [1, 2, 3].map((index) => ({ index, digest: DIGEST }));
    expect(ruleBroken({ commit_votes })).toBe("commit-votes");
  });

  test("with commit votes that repeat, descend or begin at 0", () => {
    for (const indices of [[5, 5], [5, 4], [0]]) {
      const commit_votes = indices.map((index) => ({ index, digest: DIGEST }));
      expect(ruleBroken({ commit_votes })).toBe("commit-votes");
    }
  });

  test("made before the epoch", () => {
    expect(ruleBroken({ timestamp_ms: EPOCH_START_MS - 1n })).toBe("timestamp");
  });

  test("with a payload that the application refuses, which is told who the author is", () => {
    const payload: PayloadSource = {
      ...NO_PAYLOAD,
      check: (transactions, author) => (author === 1 ? `${transactions.length} of 1` : undefined),
    };
    const fault = checkBlock(block({ transactions: [new Uint8Array(1)] }), { ...rules, payload });
    expect(fault).toEqual({ rule: "payload", detail: "1 of 1" });
  });
});

describe("timestamps of ancestors", () => {
  const parent = (timestamp_ms: bigint) => ({
    signed: block({ timestamp_ms }),
    parents: [],
    committed: false,
  });

  test("may be equal or earlier", () => {
    const child = block({ round: 6, timestamp_ms: EPOCH_START_MS + 9n });
    expect(checkTimestamp(child, parent(EPOCH_START_MS + 9n))).toBeUndefined();
    expect(checkTimestamp(child, parent(EPOCH_START_MS))).toBeUndefined();
  });

  test("may not be later", () => {
    const child = block({ round: 6, timestamp_ms: EPOCH_START_MS + 9n });
    expect(checkTimestamp(child, parent(EPOCH_START_MS + 10n))?.rule).toBe("timestamp");
  });
});
