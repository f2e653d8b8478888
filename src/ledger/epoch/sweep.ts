/**
 * Clearing away targets that nobody claimed: unfilled ones go back to the fund one epoch after they
 * expired, filled ones are paid out after many, oldest first and so many at a time.
 *
 * @module
 */
import { maxU64 } from "../../base/u64.ts";
import type { ObjectId } from "../../types/address.ts";
import { ECONOMY_ID } from "../../types/entry.ts";
import { expireTarget, settleTarget } from "../economy/settlement.ts";
import { keepIds, readIds, targetList } from "../pages.ts";
import { targetPhase } from "../target-phase.ts";
import type { View } from "../view.ts";
import type { Edge } from "./edge.ts";

/** Epochs after the one that made it in which an unfilled target is cleared away. */
const EXPIRED_AFTER = 2n;

/** Clears away what is overdue at this epoch change, or at those that safe mode left out. */
export function sweepTargets(view: View, edge: Edge, wasSafe: boolean = false): void {
  const last = edge.epoch - EXPIRED_AFTER;
  const first = wasSafe ? view.get("Economy", ECONOMY_ID).unsettled_from : last;
  for (let made = maxU64(first, 0n); made <= last; made++) sweepExpired(view, made, edge);
  settleOverdue(view, edge);
}

// What stays on the list is filled and not claimed.
function sweepExpired(view: View, made: bigint, { epoch }: Edge): void {
  const list = targetList(made);
  const ids = readIds(view, list);
  const kept: ObjectId[] = [];
  for (const id of ids) {
    const target = view.read("Target", id);
    if (target === undefined) continue;
    const phase = targetPhase({ state: view, id, target }, epoch);
    if (phase === "Expired") expireTarget(view, id, undefined);
    else kept.push(id);
  }
  keepIds(view, list, ids, kept);
}

function settleOverdue(view: View, { epoch, protocol }: Edge): void {
  let left = Number(protocol.settlements_per_epoch_max);
  let { unsettled_from: made } = view.get("Economy", ECONOMY_ID);
  for (; made + protocol.unclaimed_epochs_max < epoch && left > 0; made++) {
    const list = targetList(made);
    const ids = readIds(view, list);
    let walked = 0;
    for (; walked < ids.length && left > 0; walked++) {
      if (payOut(view, ids[walked]!)) left--;
    }
    keepIds(view, list, ids, ids.slice(walked));
    if (walked < ids.length) break;
  }
  view.update("Economy", ECONOMY_ID, { unsettled_from: made });
}

function payOut(view: View, id: ObjectId): boolean {
  const target = view.read("Target", id);
  if (target === undefined) return false;
  if (target.status.kind === "Open") expireTarget(view, id, undefined);
  else settleTarget(view, id, undefined);
  return true;
}
