/**
 * DeactivateModel: the owner takes an active model out of the competition. No new target draws it;
 * targets that list it already still accept it as their winner.
 *
 * @module
 */
import { modelEntryId } from "../../types/entry.ts";
import type { ExecutionFault } from "../../types/fault.ts";
import type { KindOf } from "../../types/transaction-kind.ts";
import type { Call } from "../call.ts";
import { retireModel } from "../economy/models.ts";

/** Executes DeactivateModel. */
export function deactivateModel(
  call: Call,
  { model_id }: KindOf<"DeactivateModel">,
): ExecutionFault | undefined {
  const model = call.view.read("Model", modelEntryId(model_id));
  if (model === undefined) return { kind: "ModelNotFound" };
  if (model.phase.kind !== "Active") return { kind: "ModelNotActive" };
  if (model.owner !== call.sender) return { kind: "NotModelOwner" };
  retireModel(call.view, model_id, call.context.epoch);
  return undefined;
}
