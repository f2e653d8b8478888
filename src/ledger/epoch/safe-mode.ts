/**
 * Safe mode: an epoch change that the rules cannot carry out on the state they meet. The epoch
 * begins all the same, with the validators, models and parameters of the last one; its fees and its
 * emission are put aside, and the next change that succeeds spends them.
 *
 * @module
 */
import { minU64, RangeFault } from "../../base/u64.ts";
import { emissionPerEpoch } from "../../protocol/parameters.ts";
import { ECONOMY_ID, EPOCH_STATE_ID } from "../../types/entry.ts";
import type { View } from "../view.ts";
import type { Edge } from "./edge.ts";

/** Whether an error says that a rule met amounts it has no answer to; any other is a bug. */
export function isProtocolFault(error: unknown): boolean {
  return error instanceof RangeFault;
}

/** Begins the epoch of `edge` without turning anything over. */
export function enterSafeMode(view: View, edge: Edge): void {
  const held = view.get("EpochState", EPOCH_STATE_ID);
  const { emission_fund } = view.get("Economy", ECONOMY_ID);
  const emission = minU64(emissionPerEpoch(edge.protocol), emission_fund);
  view.update("Economy", ECONOMY_ID, { emission_fund: emission_fund - emission });
  view.update("EpochState", EPOCH_STATE_ID, {
    epoch: edge.epoch,
    start_timestamp_ms: edge.startMs,
    randomness: edge.randomness,
    safe_mode: true,
    safe_mode_accumulated_fees: held.safe_mode_accumulated_fees + edge.fees,
    safe_mode_accumulated_emissions: held.safe_mode_accumulated_emissions + emission,
  });
}

/** Leaves safe mode, if the network is in it; returns what was put aside. */
export function leaveSafeMode(view: View): bigint {
  const held = view.get("EpochState", EPOCH_STATE_ID);
  if (!held.safe_mode) return 0n;
  view.update("EpochState", EPOCH_STATE_ID, {
    safe_mode: false,
    safe_mode_accumulated_fees: 0n,
    safe_mode_accumulated_emissions: 0n,
  });
  return held.safe_mode_accumulated_fees + held.safe_mode_accumulated_emissions;
}
