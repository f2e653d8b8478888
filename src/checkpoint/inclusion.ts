/**
 * Proofs that a client checks offline, with nothing but a committee it trusts: that a certified
 * checkpoint left an object in a state, or deleted it, and that one executed a transaction with
 * certain effects. Trust begins with the committee of the genesis and passes from epoch to epoch by
 * the certified last checkpoints.
 *
 * @module
 */
import { err, ok, type Result } from "../base/result.ts";
import { type Codec, option, struct, u32, u64, vector } from "../bcs/schema.ts";
import { blsVerifyAggregate } from "../crypto/bls.ts";
import { DELETED_DIGEST, type Digest, digest, type ObjectId, objectId } from "../types/address.ts";
import {
  type CertifiedCheckpoint,
  certifiedCheckpoint,
  type CheckpointContents,
  checkpointContents,
  contentsDigest,
} from "../types/checkpoint.ts";
import type { Committee } from "../types/committee.ts";
import { effectsDigest, type TransactionEffects } from "../types/effects.ts";
import { type CheckpointEntry, netChanges } from "./build.ts";
import { certificateCheck } from "./certify.ts";
import {
  proveWritten,
  verifyWritten,
  type WrittenLeaf,
  writtenLeaves,
  type WrittenProof,
} from "./written-set.ts";

/** That a checkpoint wrote an object last in the state of `leaf`, or deleted it. */
export type ObjectProof = {
  readonly checkpoint: CertifiedCheckpoint;
  readonly leaf: WrittenLeaf;
  readonly path: WrittenProof;
};

/** That a checkpoint executed a transaction: the one at `index` of its contents. */
export type TransactionProof = {
  readonly checkpoint: CertifiedCheckpoint;
  readonly contents: CheckpointContents;
  readonly index: number;
};

const PATH_MAX = 32;

/** Layout of `ObjectProof`. */
export const objectProof: Codec<ObjectProof> = struct<ObjectProof>("ObjectProof", {
  checkpoint: certifiedCheckpoint,
  leaf: struct<WrittenLeaf>("WrittenLeaf", { id: objectId, version: u64, digest }),
  path: struct<WrittenProof>("WrittenProof", {
    index: u32,
    count: u32,
    siblings: vector(option(digest), PATH_MAX),
  }),
});

/** Layout of `TransactionProof`. */
export const transactionProof: Codec<TransactionProof> = struct<TransactionProof>(
  "TransactionProof",
  { checkpoint: certifiedCheckpoint, contents: checkpointContents, index: u32 },
);

/** The proof for an object that the transactions of a checkpoint wrote or deleted, if they did. */
export function proveObject(
  checkpoint: CertifiedCheckpoint,
  entries: readonly CheckpointEntry[],
  id: ObjectId,
): ObjectProof | undefined {
  const leaves = writtenLeaves(netChanges(entries));
  const index = leaves.findIndex((leaf) => leaf.id === id);
  const leaf = leaves[index];
  return leaf && { checkpoint, leaf, path: proveWritten(leaves, index) };
}

/** The state that a proof shows an object in; `Deleted` when the checkpoint deleted it. */
export type ProvedState =
  | { readonly kind: "Written"; readonly version: bigint; readonly digest: Digest }
  | { readonly kind: "Deleted"; readonly version: bigint };

/** What a proof shows of the object `id`, or why it shows nothing. */
export function verifyObject(
  committee: Committee,
  proof: ObjectProof,
  id: ObjectId,
): Result<ProvedState, string> {
  const { checkpoint, leaf, path } = proof;
  const fault = checkCheckpoint(committee, checkpoint);
  if (fault !== undefined) return err(fault);
  if (leaf.id !== id) return err("the proof is of another object");
  const { checkpoint_commitments: commitments } = checkpoint.summary;
  const written = commitments.find(({ kind }) => kind === "CheckpointArtifacts");
  if (written === undefined) return err("the checkpoint does not commit to what it wrote");
  if (!verifyWritten(written.digest, leaf, path)) {
    return err("the object is not in what the checkpoint wrote");
  }
  const { version } = leaf;
  const isDeleted = leaf.digest === DELETED_DIGEST;
  return ok(
    isDeleted ? { kind: "Deleted", version } : { kind: "Written", version, digest: leaf.digest },
  );
}

/** Why a proof does not show that a transaction had these effects, if it does not. */
export function checkTransaction(
  committee: Committee,
  { checkpoint, contents, index }: TransactionProof,
  effects: TransactionEffects,
): string | undefined {
  const fault = checkCheckpoint(committee, checkpoint);
  if (fault !== undefined) return fault;
  if (contentsDigest(contents) !== checkpoint.summary.content_digest) {
    return "the contents are not those of the checkpoint";
  }
  const executed = contents.transactions[index];
  if (executed?.transaction !== effects.transaction_digest) {
    return "the checkpoint has another transaction at this place";
  }
  return executed.effects === effectsDigest(effects) ? undefined : "the effects are others";
}

/** The committee that follows `committee`, by the certified last checkpoint of its epoch. */
export function followCommittee(
  committee: Committee,
  last: CertifiedCheckpoint,
): Result<Committee, string> {
  const fault = checkCheckpoint(committee, last);
  if (fault !== undefined) return err(fault);
  const { end_of_epoch_data: end } = last.summary;
  if (end === undefined) return err("the checkpoint is not the last of its epoch");
  const next = end.next_epoch_validator_committee;
  return next.epoch === committee.epoch + 1n ? ok(next) : err("the committee is of another epoch");
}

/** Why `committee` did not certify a checkpoint, if it did not. */
function checkCheckpoint(
  committee: Committee,
  { summary, certificate }: CertifiedCheckpoint,
): string | undefined {
  const check = certificateCheck(summary, certificate, committee);
  if (typeof check === "string") return check;
  const { publicKeys, message, signature } = check;
  return blsVerifyAggregate(publicKeys, message, signature)
    ? undefined
    : "the signature does not hold";
}
