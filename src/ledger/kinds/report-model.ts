/**
 * ReportModel and UndoReportModel: validators say that a model's weights are not what they should
 * be. A model that a quorum reports when the epoch ends loses nearly all of its stake.
 *
 * @module
 */
import type { Address } from "../../types/address.ts";
import { type ContentOf, modelEntryId } from "../../types/entry.ts";
import type { ExecutionFault } from "../../types/fault.ts";
import type { KindOf } from "../../types/transaction-kind.ts";
import type { Call } from "../call.ts";
import { isValidator } from "../reports.ts";

/** Executes ReportModel. */
export function reportModel(
  call: Call,
  { model_id }: KindOf<"ReportModel">,
): ExecutionFault | undefined {
  const model = call.view.read("Model", modelEntryId(model_id));
  const fault = checkReport(call, model);
  if (fault !== undefined || model === undefined) return fault;
  const reporters = new Set<Address>([...model.reporters, call.sender]);
  call.view.update("Model", modelEntryId(model_id), { reporters });
  return undefined;
}

/** Executes UndoReportModel. */
export function undoReportModel(
  call: Call,
  { model_id }: KindOf<"UndoReportModel">,
): ExecutionFault | undefined {
  const model = call.view.read("Model", modelEntryId(model_id));
  const fault = checkReport(call, model);
  if (fault !== undefined || model === undefined) return fault;
  if (!model.reporters.has(call.sender)) return { kind: "ReportRecordNotFound" };
  const reporters = new Set([...model.reporters].filter((other) => other !== call.sender));
  call.view.update("Model", modelEntryId(model_id), { reporters });
  return undefined;
}

function checkReport(
  { view, sender }: Call,
  model: ContentOf<"Model"> | undefined,
): ExecutionFault | undefined {
  if (!isValidator(view, sender)) return { kind: "NotAValidator" };
  if (model === undefined) return { kind: "ModelNotFound" };
  return model.phase.kind === "Active" ? undefined : { kind: "ModelNotActive" };
}
