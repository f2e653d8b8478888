/**
 * The targets with which an epoch begins.
 *
 * @module
 */
import { deriveObjectId, type Digest } from "../../types/address.ts";
import type { ExecutionFault } from "../../types/fault.ts";
import { readParameters } from "../call.ts";
import { makeTarget, targetSeed } from "../economy/targets.ts";
import type { View } from "../view.ts";

/** What opening targets are made from. */
export type Opening = {
  readonly epoch: bigint;
  readonly startMs: bigint;
  readonly randomness: Digest;
  readonly transaction: Digest;
};

/** Makes the opening targets of an epoch; says what stops it when they are not all made. */
export function openTargets(view: View, opening: Opening): ExecutionFault | undefined {
  const { randomness: entropy, transaction, epoch, startMs: nowMs } = opening;
  const count = readParameters(view).protocol.target_initial_targets_per_epoch;
  for (let made = 0n; made < count; made++) {
    const number = view.nextNumber();
    const seed = targetSeed({ entropy, transaction, number });
    const id = deriveObjectId(transaction, number);
    const fault = makeTarget(view, seed, id, { epoch, nowMs });
    if (fault !== undefined) return fault;
  }
  return undefined;
}
