/**
 * Models as the system state shows them. An owner commits to encrypted weights in one epoch and
 * reveals the key and the embedding in the next; from then on the model competes.
 *
 * @module
 */
import { type Codec, option, struct, tagged, u64 } from "../bcs/schema.ts";
import { type Address, address, type Digest, digest } from "./address.ts";
import { firstVersion, sizedBytes } from "./encoding.ts";
import { type Manifest, manifest } from "./manifest.ts";
import { type StakingPool, stakingPool } from "./pool.ts";
import { type Tensor, tensor } from "./tensor.ts";

/** Bytes of the AES-256 key that opens a model's weights. */
export const DECRYPTION_KEY_BYTES: number = 32;

/** What a model has in every state. */
export type ModelBase = {
  readonly owner: Address;
  readonly architecture_version: bigint;
  readonly staking_pool: StakingPool;
  /** In basis points. */
  readonly commission_rate: bigint;
  readonly next_epoch_commission_rate: bigint;
};

/** What an owner commits to before the key is shown. */
export type WeightsCommitment = {
  readonly manifest: Manifest;
  readonly weights_commitment: Digest;
  readonly embedding_commitment: Digest;
  readonly decryption_key_commitment: Digest;
};

/** What a reveal adds to a commitment. */
export type RevealedWeights = WeightsCommitment & {
  readonly decryption_key: Uint8Array;
  readonly embedding: Tensor;
};

/** A commitment that waits for its reveal, which must come one epoch later. */
export type PendingModelUpdate = WeightsCommitment & { readonly commit_epoch: bigint };

/** A model in one of its four states. */
export type Model =
  | ({ readonly kind: "Created" } & ModelBase & { readonly create_epoch: bigint })
  | ({ readonly kind: "Pending" } & ModelBase & PendingModelUpdate)
  | ({ readonly kind: "Active" } & ModelBase &
      RevealedWeights & { readonly pending_update: PendingModelUpdate | undefined })
  | ({ readonly kind: "Inactive" } & ModelBase & RevealedWeights);

const base = {
  owner: address,
  architecture_version: u64,
  staking_pool: stakingPool,
  commission_rate: u64,
  next_epoch_commission_rate: u64,
};

const commitment = {
  manifest,
  weights_commitment: digest,
  embedding_commitment: digest,
  decryption_key_commitment: digest,
};

/** Layout of a decryption key: 32 bytes with their length in front. */
export const decryptionKey: Codec<Uint8Array> = sizedBytes(DECRYPTION_KEY_BYTES);

const revealed = { ...commitment, decryption_key: decryptionKey, embedding: tensor };

/** Layout of `PendingModelUpdate`. */
export const pendingModelUpdate: Codec<PendingModelUpdate> = struct<PendingModelUpdate>(
  "PendingModelUpdate",
  { ...commitment, commit_epoch: u64 },
);

/** Layout of `Model`. */
export const model: Codec<Model> = firstVersion(
  tagged<Model>("Model", {
    Created: { ...base, create_epoch: u64 },
    Pending: { ...base, ...commitment, commit_epoch: u64 },
    Active: { ...base, ...revealed, pending_update: option(pendingModelUpdate) },
    Inactive: { ...base, ...revealed },
  }),
);
