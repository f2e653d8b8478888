/**
 * Disputes about filled targets. One report in the epoch after the fill opens a dispute, which
 * gives validators one more epoch to report and the submitter one more to wait. A report counts
 * with the power that its validator had when it was sent.
 *
 * @module
 */
import { present } from "../base/assert.ts";
import type { Address, ObjectId } from "../types/address.ts";
import { QUORUM_POWER } from "../types/committee.ts";
import { disputeEntryId, VALIDATOR_INDEX_ID, validatorEntryId } from "../types/entry.ts";
import { type ContentReader, readContent, type View } from "./view.ts";

type Reports = ReadonlyMap<Address, number>;

/** Whether a filled target is disputed. */
export function isDisputed(state: ContentReader, targetId: ObjectId): boolean {
  return readContent(state, "Dispute", disputeEntryId(targetId)) !== undefined;
}

/** Whether a quorum says that the submission to a target is a fraud. */
export function isForfeit(state: ContentReader, targetId: ObjectId): boolean {
  let power = 0;
  for (const counted of reportsOn(state, targetId).values()) power += counted;
  return power >= QUORUM_POWER;
}

/** Who reports a target, with what power. */
export function reportsOn(state: ContentReader, targetId: ObjectId): Reports {
  return readContent(state, "Dispute", disputeEntryId(targetId))?.reports ?? new Map();
}

/** Writes the reports on a target, for the ledger and for clients. */
export function writeReports(view: View, targetId: ObjectId, reports: Reports): void {
  view.write(disputeEntryId(targetId), { kind: "Dispute", reports });
  view.update("Target", targetId, { submission_reports: new Set(reports.keys()) });
}

/** Forgets a dispute, if there is one. */
export function closeDispute(view: View, targetId: ObjectId): void {
  if (isDisputed(view, targetId)) view.remove(disputeEntryId(targetId));
}

/** Counts one more dispute that `reporter` opens in `epoch`; whether that is within its limit. */
export function countDispute(
  view: View,
  reporter: Address,
  { epoch, most }: { readonly epoch: bigint; readonly most: bigint },
): boolean {
  const { active } = view.get("ValidatorIndex", VALIDATOR_INDEX_ID);
  const validator = active.find(({ address }) => address === reporter);
  const entry = validatorEntryId(present(validator, "an active validator").pool_id);
  const { disputes_epoch, disputes_opened } = view.get("Validator", entry);
  const opened = disputes_epoch === epoch ? disputes_opened : 0n;
  if (opened >= most) return false;
  view.update("Validator", entry, { disputes_epoch: epoch, disputes_opened: opened + 1n });
  return true;
}
