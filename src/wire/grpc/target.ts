/**
 * Targets in gRPC. Ids are whole: clients look for model ids in the list of a target.
 *
 * @module
 */
import { create } from "@bufbuild/protobuf";

import type { ObjectId } from "../../types/address.ts";
import type { Target } from "../../types/target.ts";
import { scalarValue } from "../../types/tensor.ts";
import { formatObjectId } from "../../types/text.ts";
import { type Target as TargetMessage, TargetSchema } from "../generated/soma_pb.js";
import { given } from "./kind-message.ts";

/** A target; `status` is what can be done with it. */
export function targetMessage(id: ObjectId, target: Target, status: string): TargetMessage {
  const { status: stored, winning_model_id: winner } = target;
  return create(TargetSchema, {
    id: formatObjectId(id),
    embedding: [...target.embedding.values],
    modelIds: target.model_ids.map(formatObjectId),
    rewardPool: target.reward_pool,
    generationEpoch: target.generation_epoch,
    status,
    bondAmount: target.bond_amount,
    ...given({
      distanceThreshold: scalarValue(target.distance_threshold),
      fillEpoch: stored.kind === "Filled" ? stored.fill_epoch : undefined,
      submitter: target.submitter,
      winningModelId: winner && formatObjectId(winner),
      winningModelOwner: target.winning_model_owner,
      dataUrl: target.winning_data_manifest?.url,
    }),
  });
}
