/**
 * Limits of a node and of consensus: whatever grows with what others send has its most here, and
 * a verdict for whoever exceeds it where it is checked. How long lists inside an encoding may be is
 * in `types/bounds.ts`; amounts and rates of the economy are in `parameters.ts`.
 *
 * @module
 */
import { TRANSACTION_BYTES_MAX } from "../types/bounds.ts";
import { BLOCK_BYTES_MAX, FETCH_BLOCKS_MAX, FETCH_COMMITS_MAX } from "../types/message.ts";

const KIB = 1_024;
const MIB = 1_024 * KIB;
/** What a block puts before a transaction to say that it is one. */
const PAYLOAD_TAG_BYTES = 1;

/** Transactions that wait for a block on one validator. */
export const MEMPOOL_COUNT_MAX: number = 20_000;

/** Bytes of the transactions that wait for a block. */
export const MEMPOOL_BYTES_MAX: number = 64 * MIB;

/** Transactions of one sender among them. */
export const MEMPOOL_PER_SENDER_MAX: number = 1_024;

/** What consensus runs with. All nodes must agree on the first group. */
export type ConsensusLimits = {
  /** Bytes of one transaction. */
  readonly transactionBytesMax: number;
  /** Transactions of one block. */
  readonly blockTransactionsMax: number;
  /** Bytes of all transactions of one block. */
  readonly blockTransactionBytesMax: number;
  /** Bytes of one signed block. */
  readonly blockBytesMax: number;
  /** Votes on commits in one block. */
  readonly commitVotesMax: number;
  /** Rounds below the last committed leader from which blocks can still be committed. */
  readonly gcDepth: number;
  /** Leaders of one round in a committee of `manyLeadersCommitteeMin` or more; else one. */
  readonly leadersPerRound: number;
  readonly manyLeadersCommitteeMin: number;
  /** Commits after which the leader schedule is drawn anew. */
  readonly scheduleCommits: number;
  /** The most voting power, in percent, that a schedule takes leader slots from. */
  readonly badLeadersPercentMax: number;

  /** The least time from one own block to the next while there is work. */
  readonly roundDelayMs: number;
  /** The most, when there has been none for long. */
  readonly idleRoundDelayMs: number;
  /** Rounds without work before the delay grows. */
  readonly idleRoundsMin: number;
  /** How much longer than the round delay a leader is waited for. */
  readonly leaderTimeoutExtraMs: number;
  /** An authority waits when its last block is more rounds ahead of what a quorum has of it. */
  readonly propagationRoundsMax: number;
  /** A block further ahead of the clock is kept aside until it is due. */
  readonly futureToleranceMs: number;
  /** A block further ahead is discarded. */
  readonly futureBlockMs: number;
  /** Blocks of one author that are kept aside. */
  readonly futureBlocksPerAuthorMax: number;
  /** Blocks of one author that wait for ancestors. */
  readonly suspendedBlocksPerAuthorMax: number;
  /** Rounds of each author that stay in memory below what is collected. */
  readonly cachedRounds: number;
  /** Blocks in one answer to a request for missing ones. */
  readonly fetchBlocksMax: number;
  /** Requests for missing blocks in flight to one peer. */
  readonly fetchesPerPeerMax: number;
  /** Peers that are asked for the same block at once. */
  readonly fetchersPerBlockMax: number;
  /** Commits in one range of bulk catch-up. */
  readonly commitRangeMax: number;
  /** Blocks in one request of bulk catch-up. */
  readonly commitFetchBlocksMax: number;
  /**
   * An epoch that begins so long after a run of a node was no former run's: more than the clocks of
   * its machine and of the network may differ.
   */
  readonly memoryMarginMs: number;
  /** Pairs of conflicting blocks that are kept as evidence in one epoch. */
  readonly evidenceMax: number;
};

/** What a real network runs with. */
export const CONSENSUS_LIMITS: ConsensusLimits = {
  transactionBytesMax: TRANSACTION_BYTES_MAX + PAYLOAD_TAG_BYTES,
  blockTransactionsMax: 2_048,
  blockTransactionBytesMax: 1.5 * MIB,
  blockBytesMax: BLOCK_BYTES_MAX,
  commitVotesMax: 100,
  gcDepth: 60,
  leadersPerRound: 2,
  manyLeadersCommitteeMin: 7,
  scheduleCommits: 300,
  badLeadersPercentMax: 30,

  roundDelayMs: 50,
  idleRoundDelayMs: 1_000,
  idleRoundsMin: 20,
  leaderTimeoutExtraMs: 200,
  propagationRoundsMax: 10,
  futureToleranceMs: 500,
  futureBlockMs: 60_000,
  futureBlocksPerAuthorMax: 16,
  suspendedBlocksPerAuthorMax: 256,
  cachedRounds: 500,
  fetchBlocksMax: 32,
  fetchesPerPeerMax: 5,
  fetchersPerBlockMax: 2,
  commitRangeMax: FETCH_COMMITS_MAX,
  commitFetchBlocksMax: FETCH_BLOCKS_MAX,
  memoryMarginMs: 60_000,
  evidenceMax: 64,
};

/** Small enough that a simulated run of minutes hits every one. */
export const SIMULATION_LIMITS: ConsensusLimits = {
  ...CONSENSUS_LIMITS,
  blockTransactionsMax: 8,
  blockTransactionBytesMax: 256 * KIB + PAYLOAD_TAG_BYTES,
  commitVotesMax: 4,
  gcDepth: 5,
  scheduleCommits: 20,
  futureBlocksPerAuthorMax: 4,
  suspendedBlocksPerAuthorMax: 16,
  cachedRounds: 5,
  fetchBlocksMax: 4,
  commitRangeMax: 5,
  commitFetchBlocksMax: 10,
  memoryMarginMs: 12_000,
  evidenceMax: 4,
};

/** How a validator takes transactions in. */
export const ADMISSION_LIMITS = {
  /** Validators that propose the transactions of one gas coin. */
  homeValidators: 2,
  /** After this time in no block another validator proposes the transaction itself. */
  homeFallbackMs: 2_000,
  /** Transactions that one validator proposes so in a second. */
  homeFallbackPerSecondMax: 32,
  /** A gas balance covers the base fee and the writing of so many objects. */
  gasObjectWrites: 3,
  /** Transactions that one IP address offers in a second, on average. */
  perIpPerSecondMax: 2_000,
  /** Transactions that one sender offers in a second, on average. */
  perSenderPerSecondMax: 1_000,
} as const;

/** When checkpoints are made and how large they get. */
export const CHECKPOINT_LIMITS = {
  /** Commits closer together share a checkpoint. */
  intervalMinMs: 200,
  /** An idle network makes one at least so often, by commit time. */
  heartbeatMs: 30_000,
  transactionsMax: 20_000,
  bytesMax: 31_457_280,
  /** What one commit executes at most; the rest is offered again. Two fit in a checkpoint. */
  commitTransactionsMax: 10_000,
  commitBytesMax: 15_728_640,
} as const;

/** How long a client's call waits. */
export const FINALITY_LIMITS = {
  /** Without an answer the transaction goes to another validator. */
  resubmitMs: 30_000,
  /** Then the client is told that the transaction may still execute. */
  giveUpMs: 90_000,
  /** For an epoch change that an administrator asked for. */
  epochAdvanceMs: 120_000,
} as const;

/** What waits for one subscriber before its stream ends. */
export const SUBSCRIPTION_LIMITS = {
  checkpointsMax: 4_096,
  bytesMax: 8_388_608,
} as const;

/** The largest system state that is sent: clients read no message above 4 MiB. */
export const SYSTEM_STATE_BYTES_MAX: number = 3.5 * MIB;

/** What one node keeps for others, and when it tries again. */
export const NODE_LIMITS = {
  /** Signatures are kept for checkpoints so far ahead of the last certified one. */
  checkpointsAheadMax: 256n,
  /** Checkpoints sent to a follower beyond those it has executed. */
  followWindow: 32n,
  /** A transaction proposed and not committed after this time is proposed again. */
  proposeAgainMs: 5_000,
  /** An owned input is held so long for the first transaction that names it. */
  reservationMs: 60_000,
  /** Between repetitions of what nobody has acknowledged. */
  resendMs: 2_000,
  /** Before the next validator is asked after one that was behind, or that refused. */
  behindRetryMs: 100,
  /** A follower without a new checkpoint for so long asks another peer. */
  followStallMs: 40_000,
  /** What one peer may have sent in answer to its questions at once, and then in a second. */
  answerBytesMax: 67_108_864,
  answerBytesPerSecond: 33_554_432,
  /** Client calls that wait at once. */
  requestsMax: 20_000,
  /** Bytes of their transactions together. */
  requestBytesMax: 67_108_864,
} as const;
