/**
 * Making targets: a random point, the models that compete for it, and a reward out of what is left
 * of the epoch's budget.
 *
 * @module
 */
import { fromHex, readU64le, u64le, utf8 } from "../../base/bytes.ts";
import { blake2b256 } from "../../crypto/digest.ts";
import { normalArray } from "../../crypto/normal.ts";
import type { Digest, ObjectId } from "../../types/address.ts";
import { type ContentOf, ECONOMY_ID } from "../../types/entry.ts";
import type { ExecutionFault } from "../../types/fault.ts";
import { SHARED } from "../../types/owner.ts";
import { vectorTensor } from "../../types/tensor.ts";
import { readParameters } from "../call.ts";
import { appendId, targetList } from "../pages.ts";
import type { View } from "../view.ts";
import { nextReward } from "./budget.ts";
import { drawableModels, drawModels } from "./routing.ts";

/** Where the seed of a target comes from. */
export type SeedSource = {
  /** The digest of the commit, or the randomness of the epoch: nobody chooses it. */
  readonly entropy: Digest;
  readonly transaction: Digest;
  /** The creation number in the transaction. */
  readonly number: number;
};

/** When a target is made. */
export type Moment = { readonly epoch: bigint; readonly nowMs: bigint };

const DOMAIN = utf8("soma.target-seed.v1");

/** The seed of a target. */
export function targetSeed({ entropy, transaction, number }: SeedSource): bigint {
  const index = u64le(BigInt(number));
  return readU64le(blake2b256(DOMAIN, fromHex(entropy), fromHex(transaction), index));
}

/** Makes a target with this id, or says why there is none: no model, or too little money. */
export function makeTarget(
  view: View,
  seed: bigint,
  id: ObjectId,
  moment: Moment,
): ExecutionFault | undefined {
  if (drawableModels(view) === 0) return { kind: "NoActiveModels" };
  const economy = view.get("Economy", ECONOMY_ID);
  const { protocol } = readParameters(view);
  const reward = nextReward(economy, protocol.target_reward_floor_divisor);
  if (reward === 0n) {
    if (economy.stopped_at_ms === undefined) {
      view.update("Economy", ECONOMY_ID, { stopped_at_ms: moment.nowMs });
    }
    return { kind: "InsufficientEmissionBalance" };
  }
  const embedding = normalArray(seed, Number(protocol.target_embedding_dim));
  const models = drawModels(view, seed, embedding, Number(protocol.target_models_per_target));
  if (models.length === 0) return { kind: "NoActiveModels" };
  view.write(id, openTarget(embedding, models, { economy, reward, epoch: moment.epoch }), SHARED);
  appendId(view, targetList(moment.epoch), economy.targets_generated, id);
  view.update("Economy", ECONOMY_ID, {
    target_budget: economy.target_budget - reward,
    targets_generated: economy.targets_generated + 1n,
  });
  return undefined;
}

function openTarget(
  embedding: Float32Array,
  model_ids: readonly ObjectId[],
  terms: {
    readonly economy: ContentOf<"Economy">;
    readonly reward: bigint;
    readonly epoch: bigint;
  },
): ContentOf<"Target"> {
  return {
    kind: "Target",
    embedding: vectorTensor(embedding),
    model_ids,
    distance_threshold: terms.economy.distance_threshold,
    reward_pool: terms.reward,
    generation_epoch: terms.epoch,
    status: { kind: "Open" },
    submitter: undefined,
    winning_model_id: undefined,
    winning_model_owner: undefined,
    bond_amount: 0n,
    winning_data_manifest: undefined,
    winning_embedding: undefined,
    winning_distance_score: undefined,
    winning_loss_score: undefined,
    submission_reports: new Set(),
  };
}
