/**
 * AddStake: puts a coin, or a part of it, into the pool of a validator or candidate.
 *
 * @module
 */
import type { Address, ObjectId } from "../../types/address.ts";
import { type ContentOf, VALIDATOR_INDEX_ID } from "../../types/entry.ts";
import type { ExecutionFault } from "../../types/fault.ts";
import type { KindOf } from "../../types/transaction-kind.ts";
import type { Call } from "../call.ts";
import { checkStake, stakeCoin } from "../staking.ts";

/** Executes AddStake. */
export function addStake(call: Call, kind: KindOf<"AddStake">): ExecutionFault | undefined {
  const fault = checkStake(call, kind.coin_ref.object_id, kind.amount);
  if (fault !== undefined) return fault;
  const validators = call.view.get("ValidatorIndex", VALIDATOR_INDEX_ID);
  const pool = poolOfValidator(validators, kind.address);
  if (pool === undefined) return { kind: "ValidatorNotFound" };
  const staked = stakeCoin(call, pool, kind.coin_ref.object_id, kind.amount);
  return staked.ok ? undefined : staked.error;
}

function poolOfValidator(
  { active, candidates }: ContentOf<"ValidatorIndex">,
  address: Address,
): ObjectId | undefined {
  return [...active, ...candidates].find((validator) => validator.address === address)?.pool_id;
}
