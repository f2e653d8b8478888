/**
 * SetCommissionRate: what part of its pay a validator keeps before it shares, from the next epoch
 * on.
 *
 * @module
 */
import { VALIDATOR_INDEX_ID, validatorEntryId } from "../../types/entry.ts";
import type { ExecutionFault } from "../../types/fault.ts";
import type { KindOf } from "../../types/transaction-kind.ts";
import type { Call } from "../call.ts";
import { BPS_MAX } from "../economy/models.ts";

/** Executes SetCommissionRate. */
export function setCommissionRate(
  { view, sender }: Call,
  { new_rate }: KindOf<"SetCommissionRate">,
): ExecutionFault | undefined {
  const { active } = view.get("ValidatorIndex", VALIDATOR_INDEX_ID);
  const validator = active.find(({ address }) => address === sender);
  if (validator === undefined) return { kind: "NotAValidator" };
  if (new_rate > BPS_MAX) return { kind: "SomaError", reason: "Commission rate too high" };
  const entry = validatorEntryId(validator.pool_id);
  view.update("Validator", entry, { next_epoch_commission_rate: new_rate });
  return undefined;
}
