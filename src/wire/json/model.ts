/**
 * Models in JSON. What a commitment hides is absent until the reveal: the key and the embedding.
 *
 * @module
 */
import { z } from "zod";

import { type Address, type Digest, type ObjectId, ZERO_DIGEST } from "../../types/address.ts";
import type { Manifest } from "../../types/manifest.ts";
import type {
  Model,
  PendingModelUpdate,
  RevealedWeights,
  WeightsCommitment,
} from "../../types/model.ts";
import { manifest } from "./manifest.ts";
import { address, bytes, count, digest, f32s, objectId, u64 } from "./primitives.ts";
import type { View } from "./view.ts";

/** How far a model is. */
export type ModelStatus = "created" | "pending" | "active" | "inactive";

/** A model. */
export type ModelView = {
  readonly model_id: ObjectId;
  readonly owner: Address;
  readonly status: ModelStatus;
  readonly architecture_version: bigint;
  /** In basis points. */
  readonly commission_rate: bigint;
  readonly next_epoch_commission_rate: bigint;
  readonly pool_id: ObjectId;
  readonly stake_balance: bigint;
  /** Stake that counts from the next epoch on. */
  readonly pending_stake: bigint;
  readonly has_pending_update: boolean;
  readonly create_epoch?: bigint | undefined;
  /** When the commitment was made that waits for its reveal. */
  readonly commit_epoch?: bigint | undefined;
  readonly manifest?: Manifest | undefined;
  readonly weights_commitment?: Digest | undefined;
  readonly embedding_commitment?: Digest | undefined;
  readonly decryption_key_commitment?: Digest | undefined;
  readonly decryption_key?: Uint8Array | undefined;
  readonly embedding?: Float32Array | undefined;
  /** Of an active model: the commitment that waits for its reveal. */
  readonly pending_update?: CommitmentView | undefined;
};

/** A commitment to weights. */
export type CommitmentView = WeightsCommitment & { readonly commit_epoch: bigint };

const commitment = {
  manifest,
  weights_commitment: digest,
  embedding_commitment: digest,
  decryption_key_commitment: digest,
};

/** A model in JSON. */
export const modelView: View<ModelView> = z.object({
  model_id: objectId,
  owner: address,
  status: z.enum(["created", "pending", "active", "inactive"]),
  architecture_version: u64,
  commission_rate: count,
  next_epoch_commission_rate: count,
  pool_id: objectId,
  stake_balance: u64,
  pending_stake: u64,
  has_pending_update: z.boolean(),
  create_epoch: count.optional(),
  commit_epoch: count.optional(),
  manifest: manifest.optional(),
  weights_commitment: digest.optional(),
  embedding_commitment: digest.optional(),
  decryption_key_commitment: digest.optional(),
  decryption_key: bytes.optional(),
  embedding: f32s.optional(),
  pending_update: z.object({ ...commitment, commit_epoch: count }).optional(),
});

/** What there is to say about a model. */
export function viewModel(id: ObjectId, model: Model): ModelView {
  return {
    model_id: id,
    owner: model.owner,
    architecture_version: model.architecture_version,
    commission_rate: model.commission_rate,
    next_epoch_commission_rate: model.next_epoch_commission_rate,
    pool_id: model.staking_pool.id,
    stake_balance: model.staking_pool.soma_balance,
    pending_stake: model.staking_pool.pending_stake,
    ...viewPhase(model),
  };
}

type Phase = Partial<ModelView> & Pick<ModelView, "status" | "has_pending_update">;

function viewPhase(model: Model): Phase {
  switch (model.kind) {
    case "Created":
      return { status: "created", has_pending_update: false, create_epoch: model.create_epoch };
    case "Pending":
      return { status: "pending", has_pending_update: true, ...viewCommitment(model) };
    case "Active": {
      const update = model.pending_update;
      return {
        status: "active",
        has_pending_update: update !== undefined,
        commit_epoch: update?.commit_epoch,
        ...viewWeights(model),
        pending_update: update && viewCommitment(update),
      };
    }
    case "Inactive":
      return { status: "inactive", has_pending_update: false, ...viewWeights(model) };
  }
}

function viewCommitment(pending: PendingModelUpdate): CommitmentView {
  const { manifest: file, weights_commitment, embedding_commitment } = pending;
  const { decryption_key_commitment, commit_epoch } = pending;
  return {
    manifest: file,
    weights_commitment,
    embedding_commitment,
    decryption_key_commitment,
    commit_epoch,
  };
}

// A model that became inactive before its first commitment, or reveal, has nothing to show.
function viewWeights(weights: RevealedWeights): Partial<ModelView> {
  if (weights.weights_commitment === ZERO_DIGEST) return {};
  const { manifest: file, weights_commitment, embedding_commitment } = weights;
  const { decryption_key_commitment, decryption_key, embedding } = weights;
  const shown = { manifest: file, weights_commitment, embedding_commitment };
  if (embedding.values.length === 0) return { ...shown, decryption_key_commitment };
  return { ...shown, decryption_key_commitment, decryption_key, embedding: embedding.values };
}
