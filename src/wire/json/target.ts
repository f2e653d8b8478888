/**
 * Targets in JSON: what to look for, what it pays, and how far it is.
 *
 * @module
 */
import { z } from "zod";

import type { Address, Digest, ObjectId } from "../../types/address.ts";
import type { Target } from "../../types/target.ts";
import { address, count, digest, f32, f32s, objectId, u64 } from "./primitives.ts";
import { firstValue } from "./tensor.ts";
import type { View } from "./view.ts";

/**
 * What can be done with a target now: submit data; wait for the audit; claim the reward; clear it
 * away, because nobody filled it in time.
 */
export type TargetState = "open" | "filled" | "claimable" | "expired" | "claimed";

/** A target and, once it is filled, who won it with what. */
export type TargetView = {
  readonly target_id: ObjectId;
  readonly status: TargetState;
  readonly generation_epoch: bigint;
  readonly fill_epoch?: bigint | undefined;
  /** The first epoch in which it can be claimed; absent while it is open. */
  readonly claimable_epoch?: bigint | undefined;
  readonly model_count: bigint;
  readonly model_ids: readonly ObjectId[];
  readonly reward_pool: bigint;
  /** The largest cosine distance that fills it. */
  readonly distance_threshold: number;
  readonly embedding: Float32Array;
  readonly submitter?: Address | undefined;
  readonly winning_model_id?: ObjectId | undefined;
  readonly winning_model_owner?: Address | undefined;
  readonly winning_distance?: number | undefined;
  /** One loss a model, in the order of `model_ids`, or that of the winner alone. */
  readonly winning_losses?: Float32Array | undefined;
  readonly bond_amount?: bigint | undefined;
  readonly data_url?: string | undefined;
  readonly data_checksum?: Digest | undefined;
  readonly data_size?: bigint | undefined;
};

/** The states by which lists of targets can be asked for. */
export const TARGET_FILTERS = ["open", "filled", "claimable", "expired"] as const;

/** Targets in one of these states; `claimable` takes in the expired ones. */
export type TargetFilterName = (typeof TARGET_FILTERS)[number];

/** A target in JSON. */
export const targetView: View<TargetView> = z.object({
  target_id: objectId,
  status: z.enum([...TARGET_FILTERS, "claimed"]),
  generation_epoch: count,
  fill_epoch: count.optional(),
  claimable_epoch: count.optional(),
  model_count: count,
  model_ids: z.array(objectId),
  reward_pool: u64,
  distance_threshold: f32,
  embedding: f32s,
  submitter: address.optional(),
  winning_model_id: objectId.optional(),
  winning_model_owner: address.optional(),
  winning_distance: f32.optional(),
  winning_losses: f32s.optional(),
  bond_amount: u64.optional(),
  data_url: z.string().optional(),
  data_checksum: digest.optional(),
  data_size: u64.optional(),
});

/** Where a target stands now, which its own fields do not tell. */
export type TargetStanding = {
  readonly status: TargetState;
  readonly claimable_epoch: bigint | undefined;
};

/** What there is to say about a target. */
export function viewTarget(id: ObjectId, target: Target, standing: TargetStanding): TargetView {
  return {
    target_id: id,
    ...standing,
    generation_epoch: target.generation_epoch,
    model_count: BigInt(target.model_ids.length),
    model_ids: target.model_ids,
    reward_pool: target.reward_pool,
    distance_threshold: firstValue(target.distance_threshold),
    embedding: target.embedding.values,
    ...(target.status.kind === "Filled"
      ? viewSubmission(target, target.status.fill_epoch)
      : undefined),
  };
}

function viewSubmission(target: Target, fillEpoch: bigint): Partial<TargetView> {
  const data = target.winning_data_manifest;
  const distance = target.winning_distance_score;
  return {
    fill_epoch: fillEpoch,
    submitter: target.submitter,
    winning_model_id: target.winning_model_id,
    winning_model_owner: target.winning_model_owner,
    winning_distance: distance && firstValue(distance),
    winning_losses: target.winning_loss_score?.values,
    bond_amount: target.bond_amount,
    data_url: data?.url,
    data_checksum: data?.metadata.checksum,
    data_size: data?.metadata.size,
  };
}
