/**
 * Targets: points of embedding space at which the network wants data. A target is open in the epoch
 * that made it, filled by the first valid submission, and deleted when it is claimed.
 *
 * @module
 */
import { type Codec, option, set, struct, tagged, u64, vector } from "../bcs/schema.ts";
import { type Address, address, type ObjectId, objectId } from "./address.ts";
import { COMMITTEE_MEMBERS_MAX, TARGET_MODELS_MAX } from "./bounds.ts";
import { type Manifest, manifest } from "./manifest.ts";
import { type Tensor, tensor } from "./tensor.ts";

/** How far a target is. */
export type TargetStatus =
  | { readonly kind: "Open" }
  | { readonly kind: "Filled"; readonly fill_epoch: bigint }
  | { readonly kind: "Claimed" };

/** A target and, once it is filled, the submission that won it. */
export type Target = {
  readonly embedding: Tensor;
  /** The models that compete, by activation epoch, then id. */
  readonly model_ids: readonly ObjectId[];
  /** The largest cosine distance that fills it; one value. */
  readonly distance_threshold: Tensor;
  readonly reward_pool: bigint;
  readonly generation_epoch: bigint;
  readonly status: TargetStatus;
  readonly submitter: Address | undefined;
  readonly winning_model_id: ObjectId | undefined;
  readonly winning_model_owner: Address | undefined;
  readonly bond_amount: bigint;
  readonly winning_data_manifest: Manifest | undefined;
  readonly winning_embedding: Tensor | undefined;
  readonly winning_distance_score: Tensor | undefined;
  /** One loss a model of `model_ids`, in that order. */
  readonly winning_loss_score: Tensor | undefined;
  readonly submission_reports: ReadonlySet<Address>;
};

/** Layout of `TargetStatus`. */
const targetStatus: Codec<TargetStatus> = tagged<TargetStatus>("TargetStatus", {
  Open: {},
  Filled: { fill_epoch: u64 },
  Claimed: {},
});

/** Layout of `Target`. */
export const target: Codec<Target> = struct<Target>("Target", {
  embedding: tensor,
  model_ids: vector(objectId, TARGET_MODELS_MAX),
  distance_threshold: tensor,
  reward_pool: u64,
  generation_epoch: u64,
  status: targetStatus,
  submitter: option(address),
  winning_model_id: option(objectId),
  winning_model_owner: option(address),
  bond_amount: u64,
  winning_data_manifest: option(manifest),
  winning_embedding: option(tensor),
  winning_distance_score: option(tensor),
  winning_loss_score: option(tensor),
  submission_reports: set(address, COMMITTEE_MEMBERS_MAX),
});
