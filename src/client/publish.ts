/**
 * Publishing a model: created with a stake, committed to with encrypted weights in one epoch,
 * revealed in the next. What is committed to and not shown are the key and the embedding.
 *
 * @module
 */
import { encode } from "../bcs/schema.ts";
import { blake2b256Hex } from "../crypto/digest.ts";
import { deriveObjectId, type Digest, type ObjectId, toDigest } from "../types/address.ts";
import type { Manifest } from "../types/manifest.ts";
import type { WeightsCommitment } from "../types/model.ts";
import { tensor, vectorTensor } from "../types/tensor.ts";
import type { KindOf } from "../types/transaction-kind.ts";
import type { ModelView } from "../wire/json/model.ts";

/** What an owner keeps to himself between commitment and reveal. */
export type ModelSecret = { readonly key: Uint8Array; readonly embedding: Float32Array };

/** A commitment that waits for its reveal, as much as clients see of it. */
export type PendingCommitment = Pick<
  WeightsCommitment,
  "embedding_commitment" | "decryption_key_commitment"
> & { readonly epoch: bigint };

/** The id of the model that the CreateModel transaction of this digest made. */
export function createdModelId(transaction: Digest): ObjectId {
  return deriveObjectId(transaction, 0);
}

/** Commits to the encrypted weights of `manifest` and to what opens them. */
export function commitKind(
  model_id: ObjectId,
  manifest: Manifest,
  secret: ModelSecret,
): KindOf<"CommitModel"> {
  return {
    kind: "CommitModel",
    model_id,
    manifest,
    weights_commitment: manifest.metadata.checksum,
    ...secretCommitments(secret),
  };
}

/** Shows what was committed to. */
export function revealKind(
  model_id: ObjectId,
  { key, embedding }: ModelSecret,
): KindOf<"RevealModel"> {
  return {
    kind: "RevealModel",
    model_id,
    decryption_key: key,
    embedding: vectorTensor(embedding),
  };
}

/** The commitment of a model that waits for its reveal, if there is one. */
export function pendingCommitment(model: ModelView): PendingCommitment | undefined {
  const pending = model.status === "pending" ? model : model.pending_update;
  const { commit_epoch, embedding_commitment, decryption_key_commitment } = pending ?? {};
  if (commit_epoch === undefined || embedding_commitment === undefined) return undefined;
  if (decryption_key_commitment === undefined) return undefined;
  return { epoch: commit_epoch, embedding_commitment, decryption_key_commitment };
}

/** Which part of `secret` is not what was committed to, if one is not. */
export function mismatch(
  pending: PendingCommitment,
  secret: ModelSecret,
): "key" | "embedding" | undefined {
  const actual = secretCommitments(secret);
  if (actual.decryption_key_commitment !== pending.decryption_key_commitment) return "key";
  return actual.embedding_commitment === pending.embedding_commitment ? undefined : "embedding";
}

function secretCommitments({
  key,
  embedding,
}: ModelSecret): Pick<WeightsCommitment, "embedding_commitment" | "decryption_key_commitment"> {
  return {
    embedding_commitment: toDigest(blake2b256Hex(encode(tensor, vectorTensor(embedding)))),
    decryption_key_commitment: toDigest(blake2b256Hex(key)),
  };
}
