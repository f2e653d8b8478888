/**
 * RemoveValidator: a validator leaves at the end of the epoch, a candidate at once. The sender
 * decides who; the key in the transaction says nothing.
 *
 * @module
 */
import { poolEntryId, VALIDATOR_INDEX_ID } from "../../types/entry.ts";
import type { ExecutionFault } from "../../types/fault.ts";
import type { Call } from "../call.ts";
import { deactivatePool } from "../economy/pool.ts";
import { retireValidators } from "../economy/validators.ts";

/** Executes RemoveValidator. */
export function removeValidator(call: Call): ExecutionFault | undefined {
  const { view, sender, context } = call;
  const index = view.get("ValidatorIndex", VALIDATOR_INDEX_ID);
  if (index.active.some(({ address }) => address === sender)) {
    if (index.leaving.includes(sender)) return { kind: "ValidatorAlreadyRemoved" };
    view.update("ValidatorIndex", VALIDATOR_INDEX_ID, { leaving: [...index.leaving, sender] });
    return undefined;
  }
  const candidate = index.candidates.find(({ address }) => address === sender);
  if (candidate === undefined) return { kind: "NotAValidator" };
  const entry = poolEntryId(candidate.pool_id);
  view.write(entry, { kind: "Pool", ...deactivatePool(view.get("Pool", entry), context.epoch) });
  view.update("ValidatorIndex", VALIDATOR_INDEX_ID, {
    candidates: index.candidates.filter((other) => other !== candidate),
    inactive: retireValidators(view, [...index.inactive, candidate]),
  });
  return undefined;
}
