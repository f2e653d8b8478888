/**
 * Staking pools of validators and models. A pool holds SOMA and has issued pool tokens; the rate
 * between the two, kept by epoch, says what a stake has earned.
 *
 * @module
 */
import { type Codec, map, option, struct, u64 } from "../bcs/schema.ts";
import { type ObjectId, objectId } from "./address.ts";
import { REGISTRY_MAX } from "./bounds.ts";

/** `soma_amount` shannons stand for `pool_token_amount` tokens; zeros mean one for one. */
export type ExchangeRate = { readonly soma_amount: bigint; readonly pool_token_amount: bigint };

/** A staking pool as the system state shows it. */
export type StakingPool = {
  readonly id: ObjectId;
  readonly activation_epoch: bigint | undefined;
  readonly deactivation_epoch: bigint | undefined;
  readonly soma_balance: bigint;
  readonly rewards_pool: bigint;
  readonly pool_token_balance: bigint;
  /** By epoch. */
  readonly exchange_rates: ReadonlyMap<bigint, ExchangeRate>;
  readonly pending_stake: bigint;
  readonly pending_total_soma_withdraw: bigint;
  readonly pending_pool_token_withdraw: bigint;
};

/** Layout of `ExchangeRate`. */
const exchangeRate: Codec<ExchangeRate> = struct<ExchangeRate>("ExchangeRate", {
  soma_amount: u64,
  pool_token_amount: u64,
});

/** Layout of `StakingPool`. */
export const stakingPool: Codec<StakingPool> = struct<StakingPool>("StakingPool", {
  id: objectId,
  activation_epoch: option(u64),
  deactivation_epoch: option(u64),
  soma_balance: u64,
  rewards_pool: u64,
  pool_token_balance: u64,
  exchange_rates: map(u64, exchangeRate, REGISTRY_MAX),
  pending_stake: u64,
  pending_total_soma_withdraw: u64,
  pending_pool_token_withdraw: u64,
});
