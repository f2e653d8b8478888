/**
 * When a block is valid. Apart from its signature, which the host verifies, a block is judged by
 * itself alone, so that all honest authorities come to one verdict (consensus facts §1.6). Only the
 * order of timestamps needs the ancestors: it is checked when they are there, and a block that
 * breaks it waits until the ancestor is collected, because others may have accepted it after that.
 *
 * @module
 */
import type { ConsensusLimits } from "../protocol/limits.ts";
import type { BlockRef, SignedBlock } from "../types/block.ts";
import { type Committee, QUORUM_POWER } from "../types/committee.ts";
import type { DagBlock } from "./dag.ts";
import type { PayloadSource } from "./io.ts";
import { powerOf } from "./stake.ts";

/** The rule that a block breaks. */
export type BlockRule =
  | "epoch"
  | "round"
  | "author"
  | "sender"
  | "ancestor-count"
  | "own-ancestor"
  | "ancestor-author"
  | "ancestor-round"
  | "ancestor-genesis"
  | "ancestor-quorum"
  | "transaction-count"
  | "transaction-size"
  | "transaction-bytes"
  | "block-bytes"
  | "commit-votes"
  | "commits"
  | "timestamp"
  | "payload";

/** Why a block is invalid. */
export type BlockFault = { readonly rule: BlockRule; readonly detail: string };

/** What blocks of one epoch are judged by. */
export type BlockRules = {
  readonly committee: Committee;
  readonly epochStartMs: bigint;
  readonly limits: ConsensusLimits;
  readonly genesis: readonly SignedBlock[];
  readonly payload: PayloadSource;
};

type Check = (signed: SignedBlock, rules: BlockRules) => BlockFault | undefined;

/** Why the block is invalid by itself, or `undefined`. Cost: O(authorities + payload). */
export function checkBlock(signed: SignedBlock, rules: BlockRules): BlockFault | undefined {
  for (const check of CHECKS) {
    const found = check(signed, rules);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Why the block is no child of an ancestor: it claims to be older. */
export function checkTimestamp(signed: SignedBlock, parent: DagBlock): BlockFault | undefined {
  const own = signed.block.timestamp_ms;
  const before = parent.signed.block.timestamp_ms;
  if (own >= before) return undefined;
  return fault("timestamp", `${own} is before ${before} of an ancestor`);
}

const CHECKS: readonly Check[] = [
  checkOrigin,
  checkSize,
  checkAncestorList,
  checkQuorum,
  checkTransactions,
  checkCommitVotes,
  checkEpochStart,
  checkPayload,
];

function checkOrigin({ block }: SignedBlock, rules: BlockRules): BlockFault | undefined {
  const { committee } = rules;
  if (block.epoch !== committee.epoch) {
    return fault("epoch", `${block.epoch} instead of ${committee.epoch}`);
  }
  if (block.round === 0) return fault("round", "genesis blocks are never sent");
  if (block.author >= committee.members.length) {
    return fault("author", `${block.author} is not in the committee`);
  }
  return undefined;
}

function checkSize({ bytes }: SignedBlock, { limits }: BlockRules): BlockFault | undefined {
  if (bytes.length <= limits.blockBytesMax) return undefined;
  return fault("block-bytes", `${bytes.length} of at most ${limits.blockBytesMax}`);
}

function checkAncestorList(signed: SignedBlock, rules: BlockRules): BlockFault | undefined {
  const { ancestors, author } = signed.block;
  const authorities = rules.committee.members.length;
  if (ancestors.length === 0 || ancestors.length > authorities) {
    return fault("ancestor-count", `${ancestors.length} ancestors of ${authorities} authorities`);
  }
  if (ancestors[0]!.author !== author) {
    return fault("own-ancestor", "the first ancestor is not the author's own");
  }
  const authors = new Set<number>();
  for (const ancestor of ancestors) {
    const found = checkAncestor(ancestor, signed, rules);
    if (found !== undefined) return found;
    if (authors.has(ancestor.author)) {
      return fault("ancestor-author", `two ancestors of authority ${ancestor.author}`);
    }
    authors.add(ancestor.author);
  }
  return undefined;
}

function checkAncestor(
  ancestor: BlockRef,
  { block }: SignedBlock,
  rules: BlockRules,
): BlockFault | undefined {
  const genesis = rules.genesis[ancestor.author];
  if (genesis === undefined) {
    return fault("ancestor-author", `${ancestor.author} is not in the committee`);
  }
  if (ancestor.round >= block.round) {
    return fault("ancestor-round", `${ancestor.round} is not below ${block.round}`);
  }
  if (ancestor.round === 0 && ancestor.digest !== genesis.ref.digest) {
    return fault("ancestor-genesis", `not the genesis block of authority ${ancestor.author}`);
  }
  return undefined;
}

function checkQuorum({ block }: SignedBlock, rules: BlockRules): BlockFault | undefined {
  let power = 0;
  for (const { round, author } of block.ancestors) {
    if (round === block.round - 1) power += powerOf(rules.committee, author);
  }
  if (power >= QUORUM_POWER) return undefined;
  return fault("ancestor-quorum", `voting power ${power} of ${QUORUM_POWER} in the round before`);
}

function checkTransactions({ block }: SignedBlock, { limits }: BlockRules): BlockFault | undefined {
  const count = block.transactions.length;
  if (count > limits.blockTransactionsMax) {
    return fault("transaction-count", `${count} of at most ${limits.blockTransactionsMax}`);
  }
  let size = 0;
  for (const { length } of block.transactions) {
    if (length > limits.transactionBytesMax) {
      return fault("transaction-size", `${length} of at most ${limits.transactionBytesMax} bytes`);
    }
    size += length;
  }
  if (size <= limits.blockTransactionBytesMax) return undefined;
  return fault("transaction-bytes", `${size} of at most ${limits.blockTransactionBytesMax}`);
}

function checkCommitVotes({ block }: SignedBlock, rules: BlockRules): BlockFault | undefined {
  const { commit_votes } = block;
  const { commitVotesMax } = rules.limits;
  if (commit_votes.length > commitVotesMax) {
    return fault("commit-votes", `${commit_votes.length} of at most ${commitVotesMax}`);
  }
  let last = 0;
  for (const { index } of commit_votes) {
    if (index <= last) return fault("commit-votes", `index ${index} after ${last}`);
    last = index;
  }
  return undefined;
}

function checkEpochStart({ block }: SignedBlock, rules: BlockRules): BlockFault | undefined {
  if (block.timestamp_ms >= rules.epochStartMs) return undefined;
  return fault("timestamp", `${block.timestamp_ms} is before the epoch`);
}

function checkPayload({ block }: SignedBlock, rules: BlockRules): BlockFault | undefined {
  const reason = rules.payload.check(block.transactions, block.author);
  return reason === undefined ? undefined : fault("payload", reason);
}

/** A broken rule and what was found. */
export function fault(rule: BlockRule, detail: string): BlockFault {
  return { rule, detail };
}
