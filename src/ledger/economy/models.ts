/**
 * What happens to models outside the transactions of their owners: how they end, and which weights
 * were in force when.
 *
 * @module
 */
import type { ObjectId } from "../../types/address.ts";
import { type ContentOf, MODEL_INDEX_ID, modelEntryId, poolEntryId } from "../../types/entry.ts";
import type { ModelEntry, PastWeights } from "../../types/model-entry.ts";
import type { View } from "../view.ts";
import { deactivatePool } from "./pool.ts";

/** All of something, in basis points. */
export const BPS_MAX: bigint = 10_000n;

/** Epochs before the running one whose weights in force are kept for audits. */
const PAST_EPOCHS_KEPT = 2n;

/** Ends a model for good: no target draws it, its pool takes nothing in any more. */
export function retireModel(view: View, modelId: ObjectId, epoch: bigint): void {
  const entry = modelEntryId(modelId);
  const model = view.get("Model", entry);
  view.write(entry, {
    ...model,
    phase: { kind: "Inactive" },
    // Of a model that never revealed anything its commitment is all there is to show.
    pending: model.current === undefined && model.next === undefined ? model.pending : undefined,
    reporters: new Set(),
  });
  const pool = poolEntryId(model.pool_id);
  view.write(pool, { kind: "Pool", ...deactivatePool(view.get("Pool", pool), epoch) });
  if (model.current === undefined) return;
  const { withdrawn } = view.get("ModelIndex", MODEL_INDEX_ID);
  view.update("ModelIndex", MODEL_INDEX_ID, { withdrawn: withdrawn + 1n });
}

/** The model with what was revealed put in force from `epoch` on. */
export function enforceNext(model: ContentOf<"Model">, epoch: bigint): ContentOf<"Model"> {
  const { next, current, current_from, past } = model;
  const kept = past.filter((weights) => weights.until_epoch + PAST_EPOCHS_KEPT > epoch);
  if (next === undefined) return kept.length === past.length ? model : { ...model, past: kept };
  if (current === undefined)
    return { ...model, current: next, current_from: epoch, next: undefined };
  const { manifest, weights_commitment, decryption_key } = current;
  const replaced: PastWeights = {
    from_epoch: current_from,
    until_epoch: epoch,
    manifest,
    weights_commitment,
    decryption_key,
  };
  return {
    ...model,
    current: next,
    current_from: epoch,
    next: undefined,
    past: [...kept, replaced],
  };
}

/** Weights as an audit needs them. */
export type WeightsInForce = Pick<
  PastWeights,
  "manifest" | "weights_commitment" | "decryption_key"
>;

/** The weights with which a model competed in `epoch`, the running one or one of the two before. */
export function weightsInForce(model: ModelEntry, epoch: bigint): WeightsInForce | undefined {
  if (model.current !== undefined && model.current_from <= epoch) return model.current;
  return model.past.find(
    ({ from_epoch, until_epoch }) => from_epoch <= epoch && epoch < until_epoch,
  );
}
