/**
 * Limits that depend on each other.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import {
  CHECKPOINT_LIMITS,
  CONSENSUS_LIMITS,
  type ConsensusLimits,
  FINALITY_LIMITS,
  MEMPOOL_BYTES_MAX,
  MEMPOOL_COUNT_MAX,
  MEMPOOL_PER_SENDER_MAX,
  SIMULATION_LIMITS,
  SUBSCRIPTION_LIMITS,
  SYSTEM_STATE_BYTES_MAX,
} from "../../src/protocol/limits.ts";
import {
  CHECKPOINT_TRANSACTIONS_MAX,
  COMMITTEE_MEMBERS_MAX,
  OBJECT_BYTES_MAX,
  TRANSACTION_BYTES_MAX,
} from "../../src/types/bounds.ts";
import { BLOCK_BYTES_MAX, FETCH_BLOCKS_MAX } from "../../src/types/message.ts";

/** Bytes of a reference to a block: round, author, digest with its length. */
const BLOCK_REF_BYTES = 4 + 4 + 33;
/** Bytes of a vote on a commit: index, digest with its length. */
const COMMIT_VOTE_BYTES = 8 + 33;
const LENGTH_BYTES = 3;
const REST_BYTES = 256;

describe.each([
  ["of a real network", CONSENSUS_LIMITS],
  ["of a simulated one", SIMULATION_LIMITS],
])("consensus limits %s", (_, limits: ConsensusLimits) => {
  test("let the largest transaction into a block", () => {
    expect(limits.transactionBytesMax).toBe(TRANSACTION_BYTES_MAX + 1);
    expect(limits.blockTransactionBytesMax).toBeGreaterThanOrEqual(limits.transactionBytesMax);
  });

  test("let a full block of the largest committee be sent", () => {
    const lists =
      limits.blockTransactionsMax * LENGTH_BYTES +
      COMMITTEE_MEMBERS_MAX * BLOCK_REF_BYTES +
      limits.commitVotesMax * COMMIT_VOTE_BYTES;
    const full = limits.blockTransactionBytesMax + lists + REST_BYTES;
    expect(full).toBeLessThanOrEqual(limits.blockBytesMax);
  });

  test("let every answer fit in its message", () => {
    expect(limits.commitFetchBlocksMax).toBeLessThanOrEqual(FETCH_BLOCKS_MAX);
    expect(limits.fetchBlocksMax).toBeLessThanOrEqual(FETCH_BLOCKS_MAX);
    expect(limits.blockBytesMax).toBeLessThanOrEqual(BLOCK_BYTES_MAX);
  });

  test("keep more time for a leader than a round takes, even when idle", () => {
    expect(limits.leaderTimeoutExtraMs).toBeGreaterThan(limits.roundDelayMs);
    expect(limits.idleRoundDelayMs).toBeGreaterThan(limits.roundDelayMs);
    expect(limits.futureBlockMs).toBeGreaterThan(limits.futureToleranceMs);
  });
});

describe("limits of a node", () => {
  test("are in simulation never larger", () => {
    for (const [name, value] of Object.entries(SIMULATION_LIMITS)) {
      const real = CONSENSUS_LIMITS[name as keyof ConsensusLimits];
      expect([name, value <= real]).toEqual([name, true]);
    }
    expect(SIMULATION_LIMITS.gcDepth).toBe(5);
  });

  test("let no single sender fill the mempool", () => {
    expect(MEMPOOL_PER_SENDER_MAX * 4).toBeLessThan(MEMPOOL_COUNT_MAX);
    expect(MEMPOOL_BYTES_MAX).toBeGreaterThan(CONSENSUS_LIMITS.blockTransactionBytesMax);
  });

  test("agree with what encodings hold", () => {
    expect<number>(CHECKPOINT_LIMITS.transactionsMax).toBe(CHECKPOINT_TRANSACTIONS_MAX);
    expect(SYSTEM_STATE_BYTES_MAX).toBeLessThan(OBJECT_BYTES_MAX);
  });

  test("let two commits into a checkpoint, and a block into a commit", () => {
    const { commitTransactionsMax, commitBytesMax, ...most } = CHECKPOINT_LIMITS;
    expect(2 * commitTransactionsMax).toBeLessThanOrEqual(most.transactionsMax);
    expect(2 * commitBytesMax).toBeLessThanOrEqual(most.bytesMax);
    const { blockTransactionsMax, blockTransactionBytesMax } = CONSENSUS_LIMITS;
    expect(commitTransactionsMax).toBeGreaterThan(blockTransactionsMax);
    expect(commitBytesMax).toBeGreaterThan(blockTransactionBytesMax);
  });

  test("keep a minute of checkpoints for a slow subscriber", () => {
    const made = 60_000 / CHECKPOINT_LIMITS.intervalMinMs;
    expect(SUBSCRIPTION_LIMITS.checkpointsMax).toBeGreaterThan(made);
  });

  test("give a transaction a second chance before giving it up", () => {
    expect(FINALITY_LIMITS.giveUpMs).toBeGreaterThan(FINALITY_LIMITS.resubmitMs);
  });
});
