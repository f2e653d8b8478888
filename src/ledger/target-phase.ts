/**
 * What can be done with a target now. A target is open in the epoch that made it. Filled, it is
 * under audit until the epoch after is over, or the one after that if it is disputed; unfilled, it
 * has expired when its epoch is over.
 *
 * @module
 */
import type { ObjectId } from "../types/address.ts";
import type { Target } from "../types/target.ts";
import { isDisputed } from "./disputes.ts";
import type { ContentReader } from "./view.ts";

/** What can be done with a target: submit, wait, claim, clear away, nothing. */
export type TargetPhase = "Open" | "Audit" | "Claimable" | "Expired" | "Claimed";

/** Epochs after the one of the fill that the audit takes, without a dispute and with one. */
const AUDIT_EPOCHS = { undisputed: 1n, disputed: 2n };

/** A target, where it is, and the state that knows whether it is disputed. */
export type TargetPlace = {
  readonly state: ContentReader;
  readonly id: ObjectId;
  readonly target: Pick<Target, "status" | "generation_epoch">;
};

/** The phase of a target in `epoch`. */
export function targetPhase(place: TargetPlace, epoch: bigint): TargetPhase {
  const { status, generation_epoch } = place.target;
  switch (status.kind) {
    case "Open":
      return epoch > generation_epoch ? "Expired" : "Open";
    case "Filled":
      return epoch >= claimableFrom(place, status.fill_epoch) ? "Claimable" : "Audit";
    case "Claimed":
      return "Claimed";
  }
}

/** The first epoch in which a target filled in `fillEpoch` can be claimed. */
export function claimableFrom(
  { state, id }: Pick<TargetPlace, "state" | "id">,
  fillEpoch: bigint,
): bigint {
  const epochs = isDisputed(state, id) ? AUDIT_EPOCHS.disputed : AUDIT_EPOCHS.undisputed;
  return fillEpoch + epochs + 1n;
}
