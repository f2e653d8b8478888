/**
 * Validators that left: their pools stay until the last stake is out.
 *
 * @module
 */
import type { ObjectId } from "../../types/address.ts";
import { poolEntryId, validatorEntryId } from "../../types/entry.ts";
import type { OtherValidator } from "../../types/stake-entry.ts";
import type { View } from "../view.ts";
import { isDesertedPool } from "./pool.ts";

/** Validators that left and are still listed; the pools of older ones go on without. */
const LISTED_MAX = 256;

/** The list of those that left, without the ones whose pool is gone, the latest at the end. */
export function retireValidators(
  view: View,
  left: readonly OtherValidator[],
): readonly OtherValidator[] {
  return left.filter(({ pool_id }) => !forgetDeserted(view, pool_id)).slice(-LISTED_MAX);
}

/** Deletes the pool of a validator that left, once nobody is in it; says whether it is gone. */
export function forgetDeserted(view: View, poolId: ObjectId): boolean {
  const entry = poolEntryId(poolId);
  const pool = view.read("Pool", entry);
  if (pool === undefined) return true;
  if (pool.deactivation_epoch === undefined || !isDesertedPool(pool)) return false;
  view.remove(entry);
  view.remove(validatorEntryId(poolId));
  return true;
}
