/**
 * Checkpoints in gRPC: what was signed, and what it was signed over. Transactions with their
 * effects are added by who can read them.
 *
 * @module
 */
import type { MessageInitShape } from "@bufbuild/protobuf";

import type {
  CheckpointCommitment,
  CheckpointContents,
  CheckpointSummary,
  EndOfEpochData,
} from "../../types/checkpoint.ts";
import { checkpointDigest } from "../../types/checkpoint.ts";
import { formatDigest } from "../../types/text.ts";
import {
  CheckpointCommitment_CheckpointCommitmentKind as CommitmentKind,
  type CheckpointCommitmentSchema,
  type CheckpointContentsSchema,
  type CheckpointSummarySchema,
  type EndOfEpochDataSchema,
} from "../generated/soma_pb.js";
import { committeeMessage } from "./committee.ts";
import { feeMessage } from "./effects.ts";
import { signatureMessage } from "./signature.ts";
import { timestamp } from "./time.ts";

const CONTENTS_VERSION = 1;

/** The signed part of a checkpoint. */
export function summaryMessage(
  summary: CheckpointSummary,
): MessageInitShape<typeof CheckpointSummarySchema> {
  const { previous_digest: previous, end_of_epoch_data: end } = summary;
  return {
    digest: formatDigest(checkpointDigest(summary)),
    epoch: summary.epoch,
    sequenceNumber: summary.sequence_number,
    totalNetworkTransactions: summary.network_total_transactions,
    contentDigest: formatDigest(summary.content_digest),
    ...(previous !== undefined && { previousDigest: formatDigest(previous) }),
    epochRollingTransactionFees: feeMessage(summary.epoch_rolling_transaction_fees),
    timestamp: timestamp(summary.timestamp_ms),
    commitments: summary.checkpoint_commitments.map(commitmentMessage),
    ...(end !== undefined && { endOfEpochData: endMessage(end) }),
  };
}

/** The digests of a checkpoint's transactions and effects, and who signed. */
export function contentsMessage(
  { transactions, user_signatures }: CheckpointContents,
  contentDigest: string,
): MessageInitShape<typeof CheckpointContentsSchema> {
  return {
    digest: contentDigest,
    version: CONTENTS_VERSION,
    transactions: transactions.map(({ transaction, effects }, index) => ({
      transaction: formatDigest(transaction),
      effects: formatDigest(effects),
      signatures: (user_signatures[index] ?? []).map(signatureMessage),
    })),
  };
}

function endMessage(end: EndOfEpochData): MessageInitShape<typeof EndOfEpochDataSchema> {
  return {
    nextEpochValidatorCommittee: committeeMessage(end.next_epoch_validator_committee),
    nextEpochProtocolVersion: end.next_epoch_protocol_version,
    epochCommitments: end.epoch_commitments.map(commitmentMessage),
  };
}

function commitmentMessage({
  kind,
  digest,
}: CheckpointCommitment): MessageInitShape<typeof CheckpointCommitmentSchema> {
  const isSet = kind === "LiveObjectSet";
  return {
    kind: isSet ? CommitmentKind.ECMH_LIVE_OBJECT_SET : CommitmentKind.CHECKPOINT_ARTIFACTS,
    digest: formatDigest(digest),
  };
}
