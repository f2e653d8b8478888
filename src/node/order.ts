/**
 * From a commit to executed transactions. In commit order each user transaction is skipped when its
 * digest has executed, dropped when an owned input is not live as named, and else executed. The
 * first execution of a commit is preceded by a prologue that tells followers what they cannot see:
 * the commit's number, time and digest.
 *
 * @module
 */
import { present } from "../base/assert.ts";
import { fromHex, u64le, utf8 } from "../base/bytes.ts";
import { blake2b256Hex } from "../crypto/digest.ts";
import { classify } from "../ledger/admit.ts";
import type { ExecutionContext } from "../ledger/call.ts";
import { committeeOf } from "../ledger/committee.ts";
import { buildChangeEpoch } from "../ledger/epoch/change.ts";
import { chooseVersion } from "../ledger/epoch/upgrade.ts";
import { readContent } from "../ledger/view.ts";
import { CHECKPOINT_LIMITS } from "../protocol/limits.ts";
import { type Digest, toDigest } from "../types/address.ts";
import type { EndOfEpochData } from "../types/checkpoint.ts";
import { PARAMETERS_ID } from "../types/entry.ts";
import type { KindOf } from "../types/transaction-kind.ts";
import { type SignedTransaction, systemTransaction } from "../types/transaction.ts";
import type { Chain } from "./chain.ts";
import type { Epoch } from "./epoch.ts";
import type { BlockPayload, OrderedTransaction } from "./payloads.ts";

/** A commit with its payloads decoded. */
export type OrderedCommit = {
  readonly index: number;
  readonly round: number;
  readonly digest: Digest;
  readonly timestampMs: bigint;
  /** Payloads in order, each with the author of its block. */
  readonly payloads: readonly OrderedPayload[];
};

/** One payload of a commit. */
export type OrderedPayload = {
  readonly author: number;
  readonly payload: BlockPayload;
  readonly sizeBytes: number;
};

const STATE_DOMAIN = utf8("soma.additional-state.v1");

/**
 * Executes `commit` on `chain` and returns the transactions it settled. A commit that certified
 * checkpoints cover already only counts towards the end of the epoch; nothing executes after the
 * message that closes it. The last commit of an epoch changes the epoch. What is beyond the limit
 * of a commit is not settled: whoever has it in its mempool offers it again.
 */
export function executeCommit(
  chain: Chain,
  epoch: Epoch,
  commit: OrderedCommit,
): OrderedTransaction[] {
  const covered = epoch.beginCommit(commit.index, commit.timestampMs);
  const prologue = buildPrologue(chain, epoch, commit);
  const settled: OrderedTransaction[] = [];
  let started = false;
  const execute = (transaction: SignedTransaction, sizeBytes: number): void => {
    if (!started) chain.execute(systemTransaction(prologue), contextOf(prologue));
    started = true;
    chain.execute(transaction, contextOf(prologue), sizeBytes);
  };
  const room = new Room();
  for (const { author, payload, sizeBytes } of commit.payloads) {
    if (epoch.closed) break;
    if (payload.kind !== "UserTransaction") {
      countMessage(epoch, author, payload);
      continue;
    }
    const runs = !covered && isExecutable(chain, payload);
    if (runs && !room.take(sizeBytes)) continue;
    settled.push(payload);
    if (runs) execute(payload.transaction, sizeBytes);
  }
  if (epoch.closed && !covered) execute(systemTransaction(changeOfEpoch(chain, epoch, commit)), 0);
  return settled;
}

/** What a commit may still execute; once something does not fit, nothing after it does. */
class Room {
  private transactions: number = CHECKPOINT_LIMITS.commitTransactionsMax;
  private bytes: number = CHECKPOINT_LIMITS.commitBytesMax;

  /** Takes the room of one transaction, if there is any. */
  take(sizeBytes: number): boolean {
    this.transactions = sizeBytes > this.bytes ? 0 : Math.max(0, this.transactions - 1);
    this.bytes -= sizeBytes;
    return this.transactions > 0;
  }
}

/** What execution knows of the commit that a prologue describes. */
export function contextOf(prologue: KindOf<"ConsensusCommitPrologueV1">): ExecutionContext {
  return {
    epoch: prologue.epoch,
    commitTimestampMs: prologue.commit_timestamp_ms,
    commitDigest: prologue.consensus_commit_digest,
  };
}

/** The prologue of `commit`. */
function buildPrologue(
  chain: Chain,
  epoch: Epoch,
  commit: OrderedCommit,
): KindOf<"ConsensusCommitPrologueV1"> {
  return {
    kind: "ConsensusCommitPrologueV1",
    epoch: epoch.setting.number,
    round: BigInt(commit.round),
    sub_dag_index: BigInt(commit.index),
    commit_timestamp_ms: commit.timestampMs,
    consensus_commit_digest: commit.digest,
    additional_state_digest: additionalState(chain),
  };
}

// Hashes what the prologue's node remembers beside the commit, so that a difference between nodes
// shows in the next checkpoint and not much later.
function additionalState(chain: Chain): Digest {
  const { summary, digest } = chain.tip;
  const sequence = u64le(summary.sequence_number);
  return toDigest(blake2b256Hex(STATE_DOMAIN, sequence, fromHex(digest)));
}

function isExecutable(chain: Chain, { transaction, digest }: OrderedTransaction): boolean {
  const { data } = transaction;
  if (classify(chain, data) !== "Execute") return false;
  // What has executed has used up its gas coin, so only what needs none has to be looked up.
  return data.gas_payment.length > 0 || !chain.executed(digest);
}

type Message = Exclude<BlockPayload, { kind: "UserTransaction" }>;

function countMessage(epoch: Epoch, author: number, message: Message): void {
  if (message.kind === "EndOfPublish") epoch.countEndOfPublish(author);
  else epoch.countVersions(author, message.votes);
}

function changeOfEpoch(chain: Chain, epoch: Epoch, commit: OrderedCommit): KindOf<"ChangeEpoch"> {
  const { timestampMs, digest: lastCommit } = commit;
  const parameters = present(readContent(chain, "Parameters", PARAMETERS_ID), "the parameters");
  const { protocol_version: current, protocol } = parameters;
  const version = chooseVersion(current, epoch.ballots, protocol.upgrade_buffer_stake_bps);
  return buildChangeEpoch(chain, { timestampMs, fees: chain.epochFees, lastCommit, version });
}

/** What the last checkpoint of an epoch says about the next, once the change has executed. */
export function endOfEpoch(chain: Chain): EndOfEpochData {
  const parameters = readContent(chain, "Parameters", PARAMETERS_ID);
  return {
    next_epoch_validator_committee: committeeOf(chain),
    next_epoch_protocol_version: present(parameters, "the parameters").protocol_version,
    epoch_commitments: [],
  };
}
