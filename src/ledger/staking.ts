/**
 * Putting money into a pool: what AddStake, AddStakeToModel and CreateModel have in common.
 *
 * @module
 */
import { err, ok, type Result } from "../base/result.ts";
import type { ObjectId } from "../types/address.ts";
import { poolEntryId } from "../types/entry.ts";
import type { ExecutionFault } from "../types/fault.ts";
import { type Call, invalidArguments } from "./call.ts";
import { coinBalance, takeFromCoin } from "./coins.ts";
import { addStake, takesStake } from "./economy/pool.ts";
import { halfValueFee } from "./economy/value-fee.ts";

// The stake, the coin that pays, and the entries.
const WRITES = 3;

/** Why nothing of a coin can be staked, whatever the pool, if so. */
export function checkStake(
  call: Call,
  coin: ObjectId,
  amount: bigint | undefined,
): ExecutionFault | undefined {
  const balance = coinBalance(call, coin);
  if (!balance.ok) return balance.error;
  return amount === 0n ? invalidArguments("the amount to stake is 0") : undefined;
}

/**
 * Takes `amount` of a coin, or all that fees leave of it, and stakes it for the sender, who gets a
 * receipt; returns the id of that.
 */
export function stakeCoin(
  call: Call,
  poolId: ObjectId,
  coin: ObjectId,
  amount: bigint | undefined,
): Result<ObjectId, ExecutionFault> {
  const fault = checkStake(call, coin, amount);
  if (fault !== undefined) return err(fault);
  if (!takesStake(call.view.get("Pool", poolEntryId(poolId)))) {
    return err(invalidArguments("the pool takes no more stake"));
  }
  const feeOn = (moved: bigint): bigint => halfValueFee(moved, call.parameters.value_fee_ppm);
  const taken = takeFromCoin(call, coin, amount, { feeOn, writes: WRITES });
  if (!taken.ok) return taken;
  if (taken.value === 0n) return err({ kind: "InsufficientCoinBalance" });
  return ok(createStake(call, poolId, taken.value));
}

function createStake(call: Call, poolId: ObjectId, amount: bigint): ObjectId {
  const { view, sender, context } = call;
  const entry = poolEntryId(poolId);
  view.write(entry, { kind: "Pool", ...addStake(view.get("Pool", entry), amount) });
  const stake = {
    kind: "StakedSoma",
    pool_id: poolId,
    stake_activation_epoch: context.epoch + 1n,
    principal: amount,
  } as const;
  return view.create(stake, { kind: "AddressOwner", address: sender });
}
