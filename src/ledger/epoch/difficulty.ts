/**
 * Difficulty at the epoch change. An epoch that was cut short, or that made no target, says nothing
 * about how hard targets should be. One without a hit says that they are too hard, unless every
 * second random direction is near enough: then nobody tried.
 *
 * @module
 */
import { present } from "../../base/assert.ts";
import { maxU64 } from "../../base/u64.ts";
import { ECONOMY_ID } from "../../types/entry.ts";
import { scalarTensor, scalarValue } from "../../types/tensor.ts";
import { adjustThreshold, averageHits, type EpochHits, projectedHits } from "../float.ts";
import type { View } from "../view.ts";
import type { Edge } from "./edge.ts";

/** The distance within which half of all random directions are. */
const HALF_FIT = 1;

/** Moves the threshold towards the wanted number of hits. */
export function adjustDifficulty(view: View, edge: Edge): void {
  const economy = view.get("Economy", ECONOMY_ID);
  const { epoch_duration_ms, target_hits_ema_decay_bps } = edge.protocol;
  if (2n * edge.elapsedMs < epoch_duration_ms || economy.targets_generated === 0n) return;
  const threshold = present(scalarValue(economy.distance_threshold), "a threshold");
  if (economy.hits === 0n && threshold >= HALF_FIT) return;
  const { stopped_at_ms: stopped } = economy;
  const epoch: EpochHits = {
    hits: economy.hits,
    elapsedMs: maxU64(edge.elapsedMs, 1n),
    stoppedAfterMs:
      stopped === undefined ? undefined : maxU64(stopped, edge.endedStartMs) - edge.endedStartMs,
  };
  view.update("Economy", ECONOMY_ID, {
    distance_threshold: scalarTensor(adjustThreshold(threshold, epoch, edge.protocol)),
    hits_average: averageHits(
      economy.hits_average,
      projectedHits(epoch),
      target_hits_ema_decay_bps,
    ),
  });
}
