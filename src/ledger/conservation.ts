/**
 * Where money is. All there is exists from genesis on; a transaction only moves it, and what it
 * takes as a fee comes back with the next epoch change. So the sum over everything a transaction
 * touched is the same before and after, fee included, and the sum over the whole state together
 * with the fees of the running epoch is always the total supply. The first is checked of every
 * transaction, that all it changed adds up of every checkpoint, the whole sum at every epoch end.
 *
 * @module
 */
import { assert } from "../base/assert.ts";
import type { StateContent, StateObject } from "../types/entry.ts";

/** The money that one object holds, in shannons. */
export function heldValue(content: StateContent): bigint {
  switch (content.kind) {
    case "Coin":
      return content.balance;
    case "Target":
      return content.status.kind === "Claimed" ? 0n : content.reward_pool + content.bond_amount;
    case "Economy":
      return content.emission_fund + content.validator_budget + content.target_budget;
    case "EpochState":
      return content.safe_mode_accumulated_fees + content.safe_mode_accumulated_emissions;
    case "Pool":
      return content.soma_balance + content.pending_stake - content.pending_total_soma_withdraw;
    default:
      return 0n;
  }
}

/** The money that all of `objects` hold. */
export function sumValue(objects: Iterable<StateObject>): bigint {
  let sum = 0n;
  for (const { content } of objects) sum += heldValue(content);
  return sum;
}

/** Stops the node when a transaction would make or destroy money. */
export function assertConserved(before: bigint, after: bigint, fee: bigint): void {
  assert(before === after + fee, `money is conserved: ${before} = ${after} + ${fee}`);
}
