/**
 * Models at the epoch change: those that a quorum reports or that never showed what they committed
 * to lose stake and end; what was revealed comes into force; and the table from which targets draw
 * is made anew.
 *
 * @module
 */
import { compareText } from "../../base/bytes.ts";
import type { ObjectId } from "../../types/address.ts";
import { QUORUM_POWER } from "../../types/committee.ts";
import {
  type ContentOf,
  MODEL_INDEX_ID,
  modelEntryId,
  poolEntryId,
  ROUTING_ID,
} from "../../types/entry.ts";
import type { RoutingRow } from "../../types/network-entry.ts";
import { enforceNext, retireModel } from "../economy/models.ts";
import { activatePool, isDesertedPool, slashPool, turnPool } from "../economy/pool.ts";
import { payFund } from "../economy/settlement.ts";
import { keepIds, MODEL_LIST, readIds } from "../pages.ts";
import { reportingPower } from "../reports.ts";
import type { View } from "../view.ts";
import type { Edge } from "./edge.ts";

/** Epochs for which an ended model stays readable for audits. */
const RETIRED_EPOCHS_KEPT = 3n;

/** Turns all models over and writes the draw table of the epoch that begins. */
export function turnModels(view: View, edge: Edge): void {
  const ids = readIds(view, MODEL_LIST);
  const kept: ObjectId[] = [];
  for (const id of ids) {
    judgeModel(view, id, edge);
    turnModel(view, id, edge);
    if (isForgettable(view, id, edge)) forgetModel(view, id);
    else kept.push(id);
  }
  keepIds(view, MODEL_LIST, ids, kept);
  view.write(MODEL_INDEX_ID, { kind: "ModelIndex", listed: BigInt(kept.length), withdrawn: 0n });
  view.write(ROUTING_ID, { kind: "Routing", rows: drawTable(view, kept) });
}

/** The models in force with their stake, ascending by id. */
export function drawTable(view: View, models: readonly ObjectId[]): readonly RoutingRow[] {
  const rows: RoutingRow[] = [];
  let cumulative_stake = 0n;
  for (const model_id of models.toSorted(compareText)) {
    const model = view.get("Model", modelEntryId(model_id));
    if (model.phase.kind !== "Active" || model.current === undefined) continue;
    cumulative_stake += view.get("Pool", poolEntryId(model.pool_id)).soma_balance;
    rows.push({ model_id, cumulative_stake });
  }
  return rows;
}

// Ends a model that is reported by a quorum, or whose commitment or reveal is overdue.
function judgeModel(view: View, id: ObjectId, edge: Edge): void {
  const model = view.get("Model", modelEntryId(id));
  const { protocol } = edge;
  if (isReported(view, model)) endModel(view, id, protocol.model_tally_slash_rate_bps, edge.epoch);
  else if (isOverdue(model, edge.epoch)) {
    endModel(view, id, protocol.model_reveal_slash_rate_bps, edge.epoch);
  }
}

function isReported(view: View, { phase, reporters }: ContentOf<"Model">): boolean {
  return phase.kind === "Active" && reportingPower(view, reporters) >= QUORUM_POWER;
}

function isOverdue({ phase, pending }: ContentOf<"Model">, epoch: bigint): boolean {
  if (phase.kind === "Created") return phase.create_epoch + 1n < epoch;
  return phase.kind === "Pending" && pending !== undefined && pending.commit_epoch + 1n < epoch;
}

function endModel(view: View, id: ObjectId, slashBps: bigint, epoch: bigint): void {
  const entry = poolEntryId(view.get("Model", modelEntryId(id)).pool_id);
  const { pool, payout } = slashPool(view.get("Pool", entry), slashBps);
  view.write(entry, { kind: "Pool", ...pool });
  payFund(view, payout);
  retireModel(view, id, epoch);
}

function turnModel(view: View, id: ObjectId, edge: Edge): void {
  const entry = modelEntryId(id);
  const model = view.get("Model", entry);
  if (model.phase.kind === "Inactive") return;
  const isFirst = model.current === undefined && model.next !== undefined;
  const turned = turnTerms(enforceNext(model, edge.epoch), edge.epoch);
  if (turned !== model) view.write(entry, turned);
  const poolEntry = poolEntryId(model.pool_id);
  const pool = view.get("Pool", poolEntry);
  const ready = isFirst ? activatePool(pool, edge.epoch) : pool;
  const next = turnPool(ready, edge.epoch, edge.protocol.exchange_rate_epochs);
  if (next !== pool) view.write(poolEntry, { kind: "Pool", ...next });
}

// An update whose reveal is overdue is dropped; a new commission and a clean record begin.
function turnTerms(model: ContentOf<"Model">, epoch: bigint): ContentOf<"Model"> {
  const { pending, reporters, commission_rate, next_epoch_commission_rate } = model;
  const isLate = pending !== undefined && pending.commit_epoch + 1n < epoch;
  if (!isLate && reporters.size === 0 && commission_rate === next_epoch_commission_rate) {
    return model;
  }
  return {
    ...model,
    pending: isLate ? undefined : pending,
    reporters: new Set(),
    commission_rate: next_epoch_commission_rate,
  };
}

function isForgettable(view: View, id: ObjectId, { epoch }: Edge): boolean {
  const model = view.get("Model", modelEntryId(id));
  const pool = view.get("Pool", poolEntryId(model.pool_id));
  const { deactivation_epoch: ended } = pool;
  return ended !== undefined && ended + RETIRED_EPOCHS_KEPT < epoch && isDesertedPool(pool);
}

function forgetModel(view: View, id: ObjectId): void {
  view.remove(poolEntryId(view.get("Model", modelEntryId(id)).pool_id));
  view.remove(modelEntryId(id));
}
