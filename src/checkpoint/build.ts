/**
 * Builds a checkpoint from what was executed since the last one. Every honest validator executes
 * the same transactions in the same order, so each builds the same summary and signs the same
 * bytes; a follower builds it again from the transactions alone and compares.
 *
 * @module
 */
import { addU64 } from "../base/u64.ts";
import { DELETED_DIGEST, type Digest, type ObjectId } from "../types/address.ts";
import {
  type CheckpointContents,
  type CheckpointSummary,
  contentsDigest,
  type EndOfEpochData,
} from "../types/checkpoint.ts";
import { effectsDigest, type TransactionEffects } from "../types/effects.ts";
import { addFees, NO_FEE, type TransactionFee } from "../types/fee.ts";
import type { SignedTransaction } from "../types/transaction.ts";
import type { LiveSet, NetChange } from "./live-set.ts";
import { writtenLeaves, writtenRoot } from "./written-set.ts";

/** The end of the chain that the next checkpoint continues. */
export type ChainTip = {
  readonly summary: CheckpointSummary;
  readonly digest: Digest;
  readonly liveSet: LiveSet;
};

/** An executed transaction, as a checkpoint lists it. */
export type CheckpointEntry = {
  readonly digest: Digest;
  readonly transaction: SignedTransaction;
  readonly effects: TransactionEffects;
};

/** What closes a checkpoint. */
export type CheckpointClose = {
  /** The commit time of the last commit in it. */
  readonly timestampMs: bigint;
  readonly endOfEpoch: EndOfEpochData | undefined;
};

/** A summary with its contents, what they changed, and the live set after it. */
export type BuiltCheckpoint = {
  readonly summary: CheckpointSummary;
  readonly contents: CheckpointContents;
  readonly liveSet: LiveSet;
  readonly changes: readonly NetChange[];
};

/** The checkpoint after `tip` that holds `entries`. */
export function buildCheckpoint(
  tip: ChainTip,
  entries: readonly CheckpointEntry[],
  close: CheckpointClose,
): BuiltCheckpoint {
  const changes = netChanges(entries);
  const liveSet = tip.liveSet.with(changes);
  const contents = contentsOf(entries);
  const continues = tip.summary.end_of_epoch_data === undefined;
  const summary: CheckpointSummary = {
    epoch: continues ? tip.summary.epoch : addU64(tip.summary.epoch, 1n),
    sequence_number: addU64(tip.summary.sequence_number, 1n),
    network_total_transactions: addU64(
      tip.summary.network_total_transactions,
      BigInt(entries.length),
    ),
    content_digest: contentsDigest(contents),
    previous_digest: tip.digest,
    epoch_rolling_transaction_fees: rollingFees(
      continues ? tip.summary.epoch_rolling_transaction_fees : NO_FEE,
      entries,
    ),
    timestamp_ms: close.timestampMs,
    checkpoint_commitments: [
      { kind: "LiveObjectSet", digest: liveSet.digest() },
      { kind: "CheckpointArtifacts", digest: writtenRoot(writtenLeaves(changes)) },
    ],
    end_of_epoch_data: close.endOfEpoch,
    version_specific_data: new Uint8Array(0),
  };
  return { summary, contents, liveSet, changes };
}

/** What `entries` changed between the first and the last of them, one row an object. */
export function netChanges(entries: readonly CheckpointEntry[]): readonly NetChange[] {
  const changes = new Map<ObjectId, NetChange>();
  for (const { effects } of entries) {
    for (const change of effects.changed_objects) {
      const id = change.object_id;
      const { input_state: input, output_state: output } = change;
      const before = input.kind === "Exist" ? input : undefined;
      const digest = output.kind === "ObjectWrite" ? output.digest : DELETED_DIGEST;
      const first = changes.get(id);
      changes.set(id, {
        id,
        before: first === undefined ? before : first.before,
        after: { version: effects.version, digest },
      });
    }
  }
  return [...changes.values()];
}

function contentsOf(entries: readonly CheckpointEntry[]): CheckpointContents {
  return {
    transactions: entries.map(({ digest, effects }) => ({
      transaction: digest,
      effects: effectsDigest(effects),
    })),
    user_signatures: entries.map(({ transaction }) => transaction.signatures),
  };
}

function rollingFees(start: TransactionFee, entries: readonly CheckpointEntry[]): TransactionFee {
  return entries.reduce((sum, { effects }) => addFees(sum, effects.transaction_fee), start);
}
