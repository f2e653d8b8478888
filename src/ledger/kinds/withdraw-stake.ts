/**
 * WithdrawStake: takes a whole stake out of its pool. The coin is paid at once; the stake's power
 * leaves at the epoch change.
 *
 * @module
 */
import type { ObjectId } from "../../types/address.ts";
import { VALIDITY_POWER } from "../../types/committee.ts";
import { type ContentOf, modelEntryId, poolEntryId } from "../../types/entry.ts";
import type { ExecutionFault } from "../../types/fault.ts";
import { OBJECT_KINDS } from "../../types/object.ts";
import type { KindOf } from "../../types/transaction-kind.ts";
import { type Call, invalidArguments } from "../call.ts";
import { createCoin, tagOf } from "../coins.ts";
import { withdrawStake as takeOut } from "../economy/pool.ts";
import { forgetDeserted } from "../economy/validators.ts";
import { halfValueFee } from "../economy/value-fee.ts";
import { reportingPower } from "../reports.ts";

/** Executes WithdrawStake. */
export function withdrawStake(
  call: Call,
  { staked_soma }: KindOf<"WithdrawStake">,
): ExecutionFault | undefined {
  const { view, context } = call;
  const id = staked_soma.object_id;
  const content = view.find(id)?.content;
  if (content === undefined) return { kind: "ObjectNotFound", object_id: id };
  if (content.kind !== "StakedSoma") {
    const expected = OBJECT_KINDS.StakedSoma.tag;
    return { kind: "InvalidObjectType", object_id: id, expected, actual: tagOf(content) };
  }
  const entry = poolEntryId(content.pool_id);
  const pool = view.read("Pool", entry);
  if (pool === undefined) return { kind: "StakingPoolNotFound" };
  const locked = checkLock(call, pool, id);
  if (locked !== undefined) return locked;
  const { pool: left, payout } = takeOut(pool, content, context.epoch);
  view.write(entry, { kind: "Pool", ...left });
  view.remove(id);
  if (pool.owner.kind === "Validator") forgetDeserted(view, content.pool_id);
  if (payout > 0n) createCoin(call, call.sender, payout);
  call.valueFee += halfValueFee(payout, call.parameters.value_fee_ppm);
  return undefined;
}

// A model answers for its conduct with what is staked on it.
function checkLock(
  call: Call,
  { owner, founding_stake }: ContentOf<"Pool">,
  stake: ObjectId,
): ExecutionFault | undefined {
  if (owner.kind !== "Model") return undefined;
  const model = call.view.get("Model", modelEntryId(owner.model_id));
  if (founding_stake === stake && model.phase.kind !== "Inactive") {
    return invalidArguments("the stake a model was created with stays until it is inactive");
  }
  if (reportingPower(call.view, model.reporters) >= VALIDITY_POWER) {
    return invalidArguments("the model is reported; its stake stays until the epoch ends");
  }
  return undefined;
}
