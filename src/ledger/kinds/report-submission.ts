/**
 * ReportSubmission and UndoReportSubmission: a validator says that a filled target is a fraud, and
 * takes it back. Reports are taken in the epoch after the fill, and in the next when the target is
 * disputed by then. If a quorum stands behind them in the end, the submitter loses everything.
 *
 * @module
 */
import type { ObjectId } from "../../types/address.ts";
import { COMMITTEE_MEMBERS_MAX } from "../../types/bounds.ts";
import type { ExecutionFault } from "../../types/fault.ts";
import type { KindOf } from "../../types/transaction-kind.ts";
import { type Call, invalidArguments } from "../call.ts";
import { closeDispute, countDispute, isDisputed, reportsOn, writeReports } from "../disputes.ts";
import { powerOf } from "../reports.ts";

/** Executes ReportSubmission. */
export function reportSubmission(
  call: Call,
  { target_id }: KindOf<"ReportSubmission">,
): ExecutionFault | undefined {
  const { view, sender, context, parameters } = call;
  const power = powerOf(view, sender);
  if (power === undefined) return { kind: "NotAValidator" };
  const fault = checkWindow(call, target_id);
  if (fault !== undefined) return fault;
  const reports = reportsOn(view, target_id);
  if (reports.size >= COMMITTEE_MEMBERS_MAX && !reports.has(sender)) {
    return invalidArguments("the target has as many reports as there can be");
  }
  const limit = { epoch: context.epoch, most: parameters.protocol.disputes_per_epoch_max };
  if (!isDisputed(view, target_id) && !countDispute(view, sender, limit)) {
    return invalidArguments("the validator has opened all the disputes of its epoch");
  }
  writeReports(view, target_id, new Map([...reports, [sender, power]]));
  return undefined;
}

/** Executes UndoReportSubmission. */
export function undoReportSubmission(
  call: Call,
  { target_id }: KindOf<"UndoReportSubmission">,
): ExecutionFault | undefined {
  const { view, sender } = call;
  if (powerOf(view, sender) === undefined) return { kind: "NotAValidator" };
  const fault = checkWindow(call, target_id);
  if (fault !== undefined) return fault;
  const reports = new Map(reportsOn(view, target_id));
  if (!reports.delete(sender)) return { kind: "ReportRecordNotFound" };
  writeReports(view, target_id, reports);
  const { status } = view.get("Target", target_id);
  // Once the second epoch has begun a dispute is not called off: others audit by then.
  const isEarly = status.kind === "Filled" && call.context.epoch === status.fill_epoch + 1n;
  if (isEarly && reports.size === 0) closeDispute(view, target_id);
  return undefined;
}

function checkWindow({ view, context }: Call, targetId: ObjectId): ExecutionFault | undefined {
  const target = view.read("Target", targetId);
  if (target === undefined) return { kind: "TargetNotFound" };
  if (target.status.kind === "Open") return { kind: "TargetNotFilled" };
  if (target.status.kind === "Claimed") return { kind: "TargetAlreadyClaimed" };
  const { fill_epoch } = target.status;
  const { epoch } = context;
  const last = fill_epoch + (isDisputed(view, targetId) ? 2n : 1n);
  if (epoch > fill_epoch && epoch <= last) return undefined;
  return { kind: "AuditWindowClosed", fill_epoch, current_epoch: epoch };
}
