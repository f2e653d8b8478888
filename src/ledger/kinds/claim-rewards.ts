/**
 * ClaimRewards: anybody may have a target paid out, once it is filled and its audit is over, or
 * once it has expired unfilled; a part of the reward is for the work.
 *
 * @module
 */
import type { ExecutionFault } from "../../types/fault.ts";
import type { KindOf } from "../../types/transaction-kind.ts";
import type { Call } from "../call.ts";
import { expireTarget, settleTarget } from "../economy/settlement.ts";
import { halfValueFee } from "../economy/value-fee.ts";
import { targetPhase } from "../target-phase.ts";

/** Executes ClaimRewards. */
export function claimRewards(
  call: Call,
  { target_id }: KindOf<"ClaimRewards">,
): ExecutionFault | undefined {
  const { view, sender, context, parameters } = call;
  const target = view.read("Target", target_id);
  if (target === undefined) return { kind: "TargetNotFound" };
  const rate = parameters.value_fee_ppm;
  switch (targetPhase({ state: view, id: target_id, target }, context.epoch)) {
    case "Open":
      return { kind: "TargetNotFilled" };
    case "Audit":
      // A target is filled in the epoch that made it or not at all.
      return {
        kind: "AuditWindowOpen",
        fill_epoch: target.generation_epoch,
        current_epoch: context.epoch,
      };
    case "Claimed":
      return { kind: "TargetAlreadyClaimed" };
    case "Claimable":
      call.valueFee += halfValueFee(settleTarget(view, target_id, sender), rate);
      return undefined;
    case "Expired":
      call.valueFee += halfValueFee(expireTarget(view, target_id, sender), rate);
      return undefined;
  }
}
