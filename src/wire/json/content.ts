/**
 * What objects hold, in JSON. A target is shown as it is stored; what can be done with it now is in
 * `target.ts`.
 *
 * @module
 */
import { z } from "zod";

import type { ObjectContent } from "../../types/object.ts";
import type { Target, TargetStatus } from "../../types/target.ts";
import { manifest } from "./manifest.ts";
import { address, count, objectId, u64 } from "./primitives.ts";
import { scalar, vector } from "./tensor.ts";
import { mappedView, type View } from "./view.ts";

const STATUSES = { Open: "open", Filled: "filled", Claimed: "claimed" } as const;

const coinJson = z.object({ type: z.literal("coin"), balance: u64 });

const stakeJson = z.object({
  type: z.literal("staked_soma"),
  pool_id: objectId,
  stake_activation_epoch: count,
  principal: u64,
});

const targetJson = z.object({
  type: z.literal("target"),
  status: z.enum(["open", "filled", "claimed"]),
  fill_epoch: count.optional(),
  embedding: vector,
  model_ids: z.array(objectId),
  distance_threshold: scalar,
  reward_pool: u64,
  generation_epoch: count,
  submitter: address.optional(),
  winning_model_id: objectId.optional(),
  winning_model_owner: address.optional(),
  bond_amount: u64,
  winning_data_manifest: manifest.optional(),
  winning_embedding: vector.optional(),
  winning_distance_score: scalar.optional(),
  winning_loss_score: vector.optional(),
  submission_reports: z.array(address),
});

// The state of the network is told in parts, by other routes.
const systemJson = z.object({ type: z.literal("system_state") });

type SystemJson = z.output<typeof systemJson>;
type CoinJson = z.output<typeof coinJson>;
type StakeJson = z.output<typeof stakeJson>;
type TargetJson = z.output<typeof targetJson>;
type ContentJson = CoinJson | StakeJson | TargetJson | SystemJson;

/** What an object that clients see holds; of the system state only that it is that. */
export type ShownContent = ObjectContent | { readonly kind: "SystemState" };

const contentJson: View<ContentJson> = z.discriminatedUnion("type", [
  coinJson,
  stakeJson,
  targetJson,
  systemJson,
]);

/** What an object holds. */
export const content: View<ShownContent> = mappedView(contentJson, readContent, writeContent);

function readContent(json: ContentJson): ShownContent {
  switch (json.type) {
    case "coin":
      return { kind: "Coin", balance: json.balance };
    case "staked_soma": {
      const { type: _, ...stake } = json;
      return { kind: "StakedSoma", ...stake };
    }
    case "target":
      return { kind: "Target", ...readTarget(json) };
    case "system_state":
      return { kind: "SystemState" };
  }
}

function writeContent(value: ShownContent): ContentJson {
  switch (value.kind) {
    case "Coin":
      return { type: "coin", balance: value.balance };
    case "StakedSoma": {
      const { kind: _, ...stake } = value;
      return { type: "staked_soma", ...stake };
    }
    case "Target":
      return writeTarget(value);
    case "SystemState":
      return { type: "system_state" };
  }
}

function readTarget({ type: _type, fill_epoch: fillEpoch, ...json }: TargetJson): Target {
  return {
    ...json,
    status: readStatus(json.status, fillEpoch),
    submitter: json.submitter,
    winning_model_id: json.winning_model_id,
    winning_model_owner: json.winning_model_owner,
    winning_data_manifest: json.winning_data_manifest,
    winning_embedding: json.winning_embedding,
    winning_distance_score: json.winning_distance_score,
    winning_loss_score: json.winning_loss_score,
    submission_reports: new Set(json.submission_reports),
  };
}

function readStatus(status: TargetJson["status"], fillEpoch: bigint = 0n): TargetStatus {
  switch (status) {
    case "open":
      return { kind: "Open" };
    case "filled":
      return { kind: "Filled", fill_epoch: fillEpoch };
    case "claimed":
      return { kind: "Claimed" };
  }
}

function writeTarget(value: Target): TargetJson {
  const { status, model_ids, submission_reports, ...fields } = value;
  return {
    ...fields,
    type: "target",
    status: STATUSES[status.kind],
    fill_epoch: status.kind === "Filled" ? status.fill_epoch : undefined,
    model_ids: [...model_ids],
    submission_reports: [...submission_reports],
  };
}
