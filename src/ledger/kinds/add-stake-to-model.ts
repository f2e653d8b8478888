/**
 * AddStakeToModel: puts a coin, or a part of it, into the pool of a model, whose owner need not be
 * asked.
 *
 * @module
 */
import { modelEntryId } from "../../types/entry.ts";
import type { ExecutionFault } from "../../types/fault.ts";
import type { KindOf } from "../../types/transaction-kind.ts";
import type { Call } from "../call.ts";
import { stakeCoin } from "../staking.ts";

/** Executes AddStakeToModel. */
export function addStakeToModel(
  call: Call,
  kind: KindOf<"AddStakeToModel">,
): ExecutionFault | undefined {
  const model = call.view.read("Model", modelEntryId(kind.model_id));
  if (model === undefined) return { kind: "ModelNotFound" };
  if (model.phase.kind === "Inactive") return { kind: "ModelAlreadyInactive" };
  const staked = stakeCoin(call, model.pool_id, kind.coin_ref.object_id, kind.amount);
  return staked.ok ? undefined : staked.error;
}
