/**
 * Checkpoints in JSON: the certified summary, who signed it, and which transactions it contains.
 *
 * @module
 */
import { z } from "zod";

import type { Digest } from "../../types/address.ts";
import type { CheckpointBundle } from "../../types/bundle.ts";
import { type CheckpointCommitment, checkpointDigest } from "../../types/checkpoint.ts";
import type { CommitteeMember } from "../../types/committee.ts";
import type { TransactionFee } from "../../types/fee.ts";
import { committeeMember } from "./committee.ts";
import { bytes, count, digest, u64 } from "./primitives.ts";
import { feeView } from "./transaction.ts";
import type { View } from "./view.ts";

/** What the last checkpoint of an epoch says about the next. */
export type EndOfEpochView = {
  readonly next_protocol_version: bigint;
  readonly next_committee: readonly CommitteeMember[];
};

/** Who stands behind a checkpoint: one BLS signature of several members of the committee. */
export type CertificateView = {
  readonly epoch: bigint;
  readonly signature: Uint8Array;
  /** Places in the committee of the epoch. */
  readonly signers: readonly number[];
};

/** A certified checkpoint. */
export type CheckpointView = {
  readonly sequence_number: bigint;
  readonly digest: Digest;
  readonly epoch: bigint;
  readonly timestamp_ms: bigint;
  readonly previous_digest?: Digest | undefined;
  readonly content_digest: Digest;
  readonly network_total_transactions: bigint;
  /** What transactions cost in this epoch so far. */
  readonly epoch_rolling_transaction_fees: TransactionFee;
  readonly checkpoint_commitments: readonly CheckpointCommitment[];
  /** In the last checkpoint of an epoch. */
  readonly end_of_epoch?: EndOfEpochView | undefined;
  readonly certificate: CertificateView;
  /** In order of execution. */
  readonly transactions: readonly Digest[];
  /** The certified summary in BCS, when asked for. */
  readonly bcs_bytes?: Uint8Array | undefined;
};

/** A checkpoint in JSON. */
export const checkpointView: View<CheckpointView> = z.object({
  sequence_number: u64,
  digest,
  epoch: count,
  timestamp_ms: u64,
  previous_digest: digest.optional(),
  content_digest: digest,
  network_total_transactions: u64,
  epoch_rolling_transaction_fees: feeView,
  checkpoint_commitments: z.array(
    z.object({ kind: z.enum(["LiveObjectSet", "CheckpointArtifacts"]), digest }),
  ),
  end_of_epoch: z
    .object({ next_protocol_version: u64, next_committee: z.array(committeeMember) })
    .optional(),
  certificate: z.object({ epoch: count, signature: bytes, signers: z.array(z.int()) }),
  transactions: z.array(digest),
  bcs_bytes: bytes.optional(),
});

/** What there is to say about a checkpoint. */
export function viewCheckpoint(bundle: CheckpointBundle): CheckpointView {
  const { summary, certificate, contents } = bundle;
  const { end_of_epoch_data: end, version_specific_data: _, ...shown } = summary;
  return {
    ...shown,
    digest: checkpointDigest(summary),
    end_of_epoch: end && {
      next_protocol_version: end.next_epoch_protocol_version,
      next_committee: end.next_epoch_validator_committee.members,
    },
    certificate,
    transactions: contents.transactions.map(({ transaction }) => transaction),
  };
}
