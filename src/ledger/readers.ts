/**
 * Questions that interfaces ask of the state, answered from its entries alone.
 *
 * @module
 */
import type { ObjectId } from "../types/address.ts";
import { type ContentOf, EPOCH_STATE_ID, modelEntryId, PARAMETERS_ID } from "../types/entry.ts";
import type { Model } from "../types/model.ts";
import { composeModel } from "./model-view.ts";
import { MODEL_LIST, readIds, targetList } from "./pages.ts";
import { type TargetPhase, targetPhase } from "./target-phase.ts";
import { type ContentReader, readContent } from "./view.ts";

/** A target, its id and what can be done with it. */
export type TargetRow = {
  readonly id: ObjectId;
  readonly target: ContentOf<"Target">;
  readonly phase: TargetPhase;
};

/** Where the network is in time. */
export function currentEpoch(state: ContentReader): ContentOf<"EpochState"> | undefined {
  return readContent(state, "EpochState", EPOCH_STATE_ID);
}

/** The parameters in force. */
export function currentParameters(state: ContentReader): ContentOf<"Parameters"> | undefined {
  return readContent(state, "Parameters", PARAMETERS_ID);
}

/** The targets made in `epoch` that still exist, in the order in which they were made. */
export function targetsMadeIn(state: ContentReader, epoch: bigint): readonly TargetRow[] {
  const now = currentEpoch(state)?.epoch ?? 0n;
  const rows: TargetRow[] = [];
  for (const id of readIds(state, targetList(epoch))) {
    const target = readContent(state, "Target", id);
    if (target === undefined) continue;
    rows.push({ id, target, phase: targetPhase({ state, id, target }, now) });
  }
  return rows;
}

/** The targets that can be submitted to now. */
export function openTargets(state: ContentReader): readonly TargetRow[] {
  const epoch = currentEpoch(state)?.epoch ?? 0n;
  return targetsMadeIn(state, epoch).filter(({ phase }) => phase === "Open");
}

/** The ids of all models, the oldest first. */
export function modelIds(state: ContentReader): readonly ObjectId[] {
  return readIds(state, MODEL_LIST);
}

/** A model as clients read it. */
export function findModel(state: ContentReader, id: ObjectId): Model | undefined {
  const entry = readContent(state, "Model", modelEntryId(id));
  return entry === undefined ? undefined : composeModel(state, entry);
}
