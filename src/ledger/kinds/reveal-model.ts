/**
 * RevealModel: one epoch after the commitment the owner shows the key and the embedding. They are
 * in force from the next epoch change on, so that all targets of an epoch meet the same models.
 *
 * @module
 */
import { encode } from "../../bcs/schema.ts";
import { blake2b256Hex } from "../../crypto/digest.ts";
import { modelEntryId } from "../../types/entry.ts";
import type { ExecutionFault } from "../../types/fault.ts";
import type { PendingModelUpdate } from "../../types/model.ts";
import { type Tensor, tensor } from "../../types/tensor.ts";
import type { KindOf } from "../../types/transaction-kind.ts";
import { type Call, invalidArguments } from "../call.ts";
import { cosineDistance } from "../float.ts";

/** Executes RevealModel. */
export function revealModel(call: Call, kind: KindOf<"RevealModel">): ExecutionFault | undefined {
  const entry = modelEntryId(kind.model_id);
  const model = call.view.read("Model", entry);
  if (model === undefined) return { kind: "ModelNotFound" };
  if (model.owner !== call.sender) return { kind: "NotModelOwner" };
  const { phase, pending } = model;
  if (phase.kind !== "Pending" && phase.kind !== "Active") return { kind: "ModelInvalidState" };
  if (pending === undefined) return { kind: "ModelNoPendingUpdate" };
  const fault =
    checkCommitment(call, kind, pending) ??
    checkEmbedding(kind.embedding, call.parameters.protocol.target_embedding_dim);
  if (fault !== undefined) return fault;
  const { commit_epoch: _, ...weights } = pending;
  const { decryption_key, embedding } = kind;
  call.view.update("Model", entry, {
    phase: { kind: "Active" },
    pending: undefined,
    next: { ...weights, decryption_key, embedding },
  });
  return undefined;
}

function checkCommitment(
  call: Call,
  { decryption_key, embedding }: KindOf<"RevealModel">,
  pending: PendingModelUpdate,
): ExecutionFault | undefined {
  if (call.context.epoch !== pending.commit_epoch + 1n) return { kind: "ModelRevealEpochMismatch" };
  if (blake2b256Hex(decryption_key) !== pending.decryption_key_commitment) {
    return { kind: "ModelDecryptionKeyCommitmentMismatch" };
  }
  if (blake2b256Hex(encode(tensor, embedding)) !== pending.embedding_commitment) {
    return { kind: "ModelEmbeddingCommitmentMismatch" };
  }
  return undefined;
}

function checkEmbedding(embedding: Tensor, expected: bigint): ExecutionFault | undefined {
  const { values, shape } = embedding;
  const actual = BigInt(values.length);
  if (actual !== expected) return { kind: "EmbeddingDimensionMismatch", expected, actual };
  if (shape.length !== 1) return invalidArguments("the embedding has more than one dimension");
  if (!values.every(Number.isFinite)) return invalidArguments("the embedding is not finite");
  if (cosineDistance(values, values) === undefined) {
    return invalidArguments("the embedding has length zero");
  }
  return undefined;
}
