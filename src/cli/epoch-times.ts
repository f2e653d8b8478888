/**
 * When epochs begin, as far as that can be planned: an epoch may be ended earlier, and ends a
 * little later than its time is up.
 *
 * @module
 */
import type { InfoView } from "../wire/json/info.ts";
import type { CliDeps } from "./deps.ts";
import { duration } from "./progress.ts";

/** How long it is until `epoch` begins, in milliseconds; 0 once it is due. */
export function untilEpochMs(deps: CliDeps, info: InfoView, epoch: bigint): number {
  const ahead = epoch - info.epoch;
  if (ahead <= 0n) return 0;
  const startMs = info.epoch_start_timestamp_ms + ahead * info.epoch_duration_ms;
  return Math.max(0, Number(startMs) - Math.max(deps.clock.nowMs(), Number(info.timestamp_ms)));
}

/** When `epoch` begins: `epoch 7, in ~2h 15m`, and nothing but its number once it is due. */
export function epochText(deps: CliDeps, info: InfoView, epoch: bigint): string {
  const ms = untilEpochMs(deps, info, epoch);
  return ms === 0 ? `epoch ${epoch}` : `epoch ${epoch}, in ${duration(ms)}`;
}

/** `Next epoch in ~2h 15m`; `undefined` after the planned end of the epoch. */
export function nextEpochHint(deps: CliDeps, info: InfoView): string | undefined {
  const ms = untilEpochMs(deps, info, info.epoch + 1n);
  return ms === 0 ? undefined : `Next epoch in ${duration(ms)}`;
}
