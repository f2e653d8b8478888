/**
 * Checkpoints: the executed transactions in order, with what they did to the state, signed by
 * 2f + 1 of the voting power. Each names the one before, so one certificate vouches for all of
 * history.
 *
 * @module
 */
import {
  boundedBytes,
  type Codec,
  fixedBytes,
  option,
  refine,
  struct,
  tagged,
  u16,
  u64,
  vector,
} from "../bcs/schema.ts";
import { typedDigest } from "../crypto/digest.ts";
import { type Digest, digest, toDigest } from "./address.ts";
import {
  CHECKPOINT_TRANSACTIONS_MAX,
  COMMITTEE_MEMBERS_MAX,
  SIGNATURE_BYTES_MAX,
} from "./bounds.ts";
import { type Committee, committee } from "./committee.ts";
import { firstVersion } from "./encoding.ts";
import { type TransactionFee, transactionFee } from "./fee.ts";
import { AUTHORITY_SIGNATURE_BYTES } from "./validator.ts";

const COMMITMENTS_MAX = 16;
const SIGNATURES_MAX = 16;
const VERSION_DATA_BYTES_MAX = 1_024;

/** What a checkpoint says about the state after it. */
export type CheckpointCommitment =
  /** The set of all live objects. */
  | { readonly kind: "LiveObjectSet"; readonly digest: Digest }
  /** The objects that this checkpoint wrote. */
  | { readonly kind: "CheckpointArtifacts"; readonly digest: Digest };

/** What the last checkpoint of an epoch says about the next epoch. */
export type EndOfEpochData = {
  readonly next_epoch_validator_committee: Committee;
  readonly next_epoch_protocol_version: bigint;
  readonly epoch_commitments: readonly CheckpointCommitment[];
};

/** The signed part of a checkpoint. */
export type CheckpointSummary = {
  readonly epoch: bigint;
  readonly sequence_number: bigint;
  readonly network_total_transactions: bigint;
  readonly content_digest: Digest;
  /** Absent in the genesis checkpoint only. */
  readonly previous_digest: Digest | undefined;
  /** What transactions cost in this epoch up to and with this checkpoint. */
  readonly epoch_rolling_transaction_fees: TransactionFee;
  readonly timestamp_ms: bigint;
  readonly checkpoint_commitments: readonly CheckpointCommitment[];
  /** Present in the last checkpoint of an epoch. */
  readonly end_of_epoch_data: EndOfEpochData | undefined;
  readonly version_specific_data: Uint8Array;
};

/** A transaction and what it did. */
export type ExecutionDigests = { readonly transaction: Digest; readonly effects: Digest };

/** The transactions of a checkpoint in execution order, and who signed them. */
export type CheckpointContents = {
  readonly transactions: readonly ExecutionDigests[];
  /** One list a transaction, in the same order. */
  readonly user_signatures: readonly (readonly Uint8Array[])[];
};

/** One BLS signature for many members of the committee of `epoch`. */
export type CheckpointCertificate = {
  readonly epoch: bigint;
  readonly signature: Uint8Array;
  /** Authority indices, ascending. */
  readonly signers: readonly number[];
};

/** A checkpoint that a quorum stands behind. */
export type CertifiedCheckpoint = {
  readonly summary: CheckpointSummary;
  readonly certificate: CheckpointCertificate;
};

/** Layout of `CheckpointCommitment`. */
const checkpointCommitment: Codec<CheckpointCommitment> = tagged<CheckpointCommitment>(
  "CheckpointCommitment",
  { LiveObjectSet: { digest }, CheckpointArtifacts: { digest } },
);

/** Layout of `EndOfEpochData`. */
const endOfEpochData: Codec<EndOfEpochData> = struct<EndOfEpochData>("EndOfEpochData", {
  next_epoch_validator_committee: committee,
  next_epoch_protocol_version: u64,
  epoch_commitments: vector(checkpointCommitment, COMMITMENTS_MAX),
});

/** Layout of `CheckpointSummary`. */
export const checkpointSummary: Codec<CheckpointSummary> = struct<CheckpointSummary>(
  "CheckpointSummary",
  {
    epoch: u64,
    sequence_number: u64,
    network_total_transactions: u64,
    content_digest: digest,
    previous_digest: option(digest),
    epoch_rolling_transaction_fees: transactionFee,
    timestamp_ms: u64,
    checkpoint_commitments: vector(checkpointCommitment, COMMITMENTS_MAX),
    end_of_epoch_data: option(endOfEpochData),
    version_specific_data: boundedBytes(VERSION_DATA_BYTES_MAX),
  },
);

const executionDigests: Codec<ExecutionDigests> = struct<ExecutionDigests>("ExecutionDigests", {
  transaction: digest,
  effects: digest,
});

/** Layout of `CheckpointContents`; refuses a number of signature lists that does not fit. */
export const checkpointContents: Codec<CheckpointContents> = firstVersion(
  refine(
    struct<CheckpointContents>("CheckpointContents", {
      transactions: vector(executionDigests, CHECKPOINT_TRANSACTIONS_MAX),
      user_signatures: vector(
        vector(boundedBytes(SIGNATURE_BYTES_MAX), SIGNATURES_MAX),
        CHECKPOINT_TRANSACTIONS_MAX,
      ),
    }),
    ({ transactions, user_signatures: lists }) =>
      transactions.length === lists.length
        ? undefined
        : `${transactions.length} transactions have ${lists.length} lists of signatures`,
  ),
);

const signers: Codec<readonly number[]> = refine(vector(u16, COMMITTEE_MEMBERS_MAX), (indices) =>
  indices.every((index, place) => place === 0 || index > indices[place - 1]!)
    ? undefined
    : "signers are not in ascending order",
);

/** Layout of `CheckpointCertificate`: signers as an ascending list of authority indices. */
export const checkpointCertificate: Codec<CheckpointCertificate> = struct<CheckpointCertificate>(
  "CheckpointCertificate",
  { epoch: u64, signature: fixedBytes(AUTHORITY_SIGNATURE_BYTES), signers },
);

/** Layout of `CertifiedCheckpoint`. */
export const certifiedCheckpoint: Codec<CertifiedCheckpoint> = struct<CertifiedCheckpoint>(
  "CertifiedCheckpoint",
  { summary: checkpointSummary, certificate: checkpointCertificate },
);

/** The digest of a checkpoint; that of the genesis checkpoint is the chain's id. */
export function checkpointDigest(summary: CheckpointSummary): Digest {
  return toDigest(typedDigest("CheckpointSummary", checkpointSummary, summary));
}

/** The digest of a checkpoint's contents, signatures included. */
export function contentsDigest(contents: CheckpointContents): Digest {
  return toDigest(typedDigest("CheckpointContents", checkpointContents, contents));
}
