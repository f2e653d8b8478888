/**
 * ReportValidator and UndoReportValidator: validators say of each other who does not do its work.
 * Whom a quorum reports at the end of an epoch loses part of its pay; records stand until undone.
 *
 * @module
 */
import type { Address } from "../../types/address.ts";
import { VALIDATOR_INDEX_ID } from "../../types/entry.ts";
import type { ExecutionFault } from "../../types/fault.ts";
import type { KindOf } from "../../types/transaction-kind.ts";
import type { Call } from "../call.ts";
import { isValidator } from "../reports.ts";

/** Executes ReportValidator. */
export function reportValidator(
  call: Call,
  { reportee }: KindOf<"ReportValidator">,
): ExecutionFault | undefined {
  const { view, sender } = call;
  if (!isValidator(view, sender)) return { kind: "NotAValidator" };
  if (reportee === sender) return { kind: "CannotReportOneself" };
  if (!isValidator(view, reportee)) return { kind: "NotAValidator" };
  writeReporters(call, reportee, new Set([...reportersOf(call, reportee), sender]));
  return undefined;
}

/** Executes UndoReportValidator. */
export function undoReportValidator(
  call: Call,
  { reportee }: KindOf<"UndoReportValidator">,
): ExecutionFault | undefined {
  if (!isValidator(call.view, call.sender)) return { kind: "NotAValidator" };
  const reporters = reportersOf(call, reportee);
  if (!reporters.has(call.sender)) return { kind: "ReportRecordNotFound" };
  writeReporters(call, reportee, new Set([...reporters].filter((other) => other !== call.sender)));
  return undefined;
}

function reportersOf({ view }: Call, reportee: Address): ReadonlySet<Address> {
  return view.get("ValidatorIndex", VALIDATOR_INDEX_ID).reports.get(reportee) ?? new Set();
}

function writeReporters({ view }: Call, reportee: Address, reporters: ReadonlySet<Address>): void {
  const reports = new Map(view.get("ValidatorIndex", VALIDATOR_INDEX_ID).reports);
  if (reporters.size === 0) reports.delete(reportee);
  else reports.set(reportee, reporters);
  view.update("ValidatorIndex", VALIDATOR_INDEX_ID, { reports });
}
