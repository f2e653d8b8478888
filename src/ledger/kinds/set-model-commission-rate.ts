/**
 * SetModelCommissionRate: what part of the model's rewards the owner keeps, from the next epoch on.
 *
 * @module
 */
import { modelEntryId } from "../../types/entry.ts";
import type { ExecutionFault } from "../../types/fault.ts";
import type { KindOf } from "../../types/transaction-kind.ts";
import type { Call } from "../call.ts";
import { BPS_MAX } from "../economy/models.ts";

/** Executes SetModelCommissionRate. */
export function setModelCommissionRate(
  call: Call,
  kind: KindOf<"SetModelCommissionRate">,
): ExecutionFault | undefined {
  if (kind.new_rate > BPS_MAX) return { kind: "ModelCommissionRateTooHigh" };
  const entry = modelEntryId(kind.model_id);
  const model = call.view.read("Model", entry);
  if (model === undefined) return { kind: "ModelNotFound" };
  if (model.phase.kind !== "Active") return { kind: "ModelNotActive" };
  if (model.owner !== call.sender) return { kind: "NotModelOwner" };
  call.view.update("Model", entry, { next_epoch_commission_rate: kind.new_rate });
  return undefined;
}
