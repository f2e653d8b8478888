/**
 * What can be done with a target now. A target is open in the epoch that made it. Filled, it is
 * under audit until the epoch after is over; unfilled, it has expired when its epoch is over.
 *
 * @module
 */
import type { Target } from "../types/target.ts";

/** What can be done with a target: submit, wait, claim, clear away, nothing. */
export type TargetPhase = "Open" | "Audit" | "Claimable" | "Expired" | "Claimed";

/** Epochs after the one of the fill that the audit takes. */
const AUDIT_EPOCHS = 1n;

/** The phase of a target in `epoch`. */
export function targetPhase(
  { status, generation_epoch }: Pick<Target, "status" | "generation_epoch">,
  epoch: bigint,
): TargetPhase {
  switch (status.kind) {
    case "Open":
      return epoch > generation_epoch ? "Expired" : "Open";
    case "Filled":
      return epoch >= claimableFrom(status.fill_epoch) ? "Claimable" : "Audit";
    case "Claimed":
      return "Claimed";
  }
}

/** The first epoch in which a target filled in `fillEpoch` can be claimed. */
export function claimableFrom(fillEpoch: bigint): bigint {
  return fillEpoch + AUDIT_EPOCHS + 1n;
}
