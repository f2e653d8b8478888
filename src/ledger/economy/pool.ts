/**
 * Staking pools. A pool holds SOMA and has issued tokens; rewards raise what a token is worth and
 * slashing lowers it, for everybody alike. Rounding always favours the pool, so all tokens together
 * can never claim more than the pool holds; the last stake out takes what rounding left.
 *
 * While a pool is active its rate is fixed between epoch changes: deposits and withdrawals during
 * an epoch move the balance and show in the rate at the next change.
 *
 * @module
 */
import { assert } from "../../base/assert.ts";
import { addU64, minU64, mulDiv, subU64 } from "../../base/u64.ts";
import type { Pool, PoolOwner, PoolRate } from "../../types/stake-entry.ts";
import type { StakedSoma } from "../../types/stake.ts";

/** A pool after a withdrawal, and what the withdrawal paid. */
export type Withdrawal = { readonly pool: Pool; readonly payout: bigint };

type Rate = Pick<PoolRate, "soma_amount" | "pool_token_amount">;

const BPS = 10_000n;
/** Stake of a model takes no gain out before it has worked this many full epochs. */
const MODEL_GAIN_EPOCHS = 3n;
/** Epochs from which a pool may still have stakes; above it takes no more. */
const RATES_MAX = 32_768;

/** A pool without stake that is not active yet. */
export function emptyPool(owner: PoolOwner): Pool {
  return {
    owner,
    activation_epoch: undefined,
    deactivation_epoch: undefined,
    soma_balance: 0n,
    rewards_pool: 0n,
    pool_token_balance: 0n,
    rates: [],
    early_stakes: 0n,
    pending_stake: 0n,
    pending_stakes: 0n,
    pending_total_soma_withdraw: 0n,
    pending_pool_token_withdraw: 0n,
    founding_stake: undefined,
  };
}

/** Whether the pool has room for the records of one more stake. */
export function takesStake(pool: Pool): boolean {
  return pool.deactivation_epoch === undefined && pool.rates.length < RATES_MAX;
}

/** Adds stake: at once while the pool is not active yet, else from the next epoch change on. */
export function addStake(pool: Pool, amount: bigint): Pool {
  assert(amount > 0n && pool.deactivation_epoch === undefined, "the pool takes this stake");
  if (pool.activation_epoch !== undefined) {
    return {
      ...pool,
      pending_stake: addU64(pool.pending_stake, amount),
      pending_stakes: pool.pending_stakes + 1n,
    };
  }
  return {
    ...pool,
    soma_balance: addU64(pool.soma_balance, amount),
    pool_token_balance: addU64(pool.pool_token_balance, amount),
    early_stakes: pool.early_stakes + 1n,
  };
}

/** Stakes that earn, not counting those that wait for the next epoch change. */
export function workingStakes(pool: Pool): bigint {
  let count = pool.early_stakes;
  for (const rate of pool.rates) count += rate.stakes;
  return count;
}

/** What the pool holds for those who are still in it and earn. */
export function heldBalance(pool: Pool): bigint {
  return subU64(pool.soma_balance, pool.pending_total_soma_withdraw);
}

/** Takes a whole stake out, in `epoch`. */
export function withdrawStake(pool: Pool, stake: StakedSoma, epoch: bigint): Withdrawal {
  const started = startOf(pool, stake.stake_activation_epoch);
  if (started === "pending") return withdrawPending(pool, stake.principal);
  const isLast = workingStakes(pool) === 1n;
  const tokens = tokensOf(started, stake.principal);
  const payout = isLast ? heldBalance(pool) : valueOf(pool, stake, { tokens, epoch });
  const left = subU64(pool.pool_token_balance, pool.pending_pool_token_withdraw);
  const counted = uncount(pool, started);
  return { pool: takeOut(counted, payout, isLast ? left : minU64(tokens, left)), payout };
}

/**
 * Adds to a stake as if it were taken out at its present worth and put in again, larger, to earn
 * from the next epoch change on. Returns its new principal.
 */
export function growStake(
  pool: Pool,
  stake: StakedSoma,
  amount: bigint,
): { readonly pool: Pool; readonly principal: bigint } {
  const started = startOf(pool, stake.stake_activation_epoch);
  if (started === "pending") {
    const pending_stake = addU64(pool.pending_stake, amount);
    return { pool: { ...pool, pending_stake }, principal: stake.principal + amount };
  }
  const settled = settleWithdrawals(pool);
  const isLast = workingStakes(pool) === 1n;
  const all = settled.pool_token_balance;
  const tokens = isLast ? all : minU64(tokensOf(started, stake.principal), all);
  const worth =
    isLast || all === 0n ? settled.soma_balance : mulDiv(settled.soma_balance, tokens, all);
  const grown = {
    ...uncount(settled, started),
    soma_balance: subU64(settled.soma_balance, worth),
    pool_token_balance: subU64(all, tokens),
    pending_stake: addU64(settled.pending_stake, worth + amount),
    pending_stakes: settled.pending_stakes + 1n,
  };
  const rewards_pool = minU64(grown.rewards_pool, grown.soma_balance);
  return { pool: { ...grown, rewards_pool }, principal: worth + amount };
}

/** Adds rewards for those who are in the pool now. */
export function depositRewards(pool: Pool, amount: bigint): Pool {
  assert(workingStakes(pool) > 0n, "somebody is in the pool");
  return {
    ...pool,
    soma_balance: addU64(pool.soma_balance, amount),
    rewards_pool: addU64(pool.rewards_pool, amount),
  };
}

/** Takes a share from everybody who earns; returns the pool and what was taken. */
export function slashPool(pool: Pool, rateBps: bigint): Withdrawal {
  const payout = mulDiv(heldBalance(pool), rateBps, BPS);
  const soma_balance = subU64(pool.soma_balance, payout);
  const rewards_pool = minU64(pool.rewards_pool, soma_balance);
  return { pool: { ...pool, soma_balance, rewards_pool }, payout };
}

/**
 * The pool at the change into `epoch`: withdrawals leave, waiting stake begins to earn. Rates that
 * no stake needs are forgotten after `rateEpochs`.
 */
export function turnPool(pool: Pool, epoch: bigint, rateEpochs: bigint): Pool {
  const settled = settleWithdrawals(pool);
  if (pool.activation_epoch === undefined || pool.deactivation_epoch !== undefined) return settled;
  const { soma_balance: soma, pool_token_balance: tokens, pending_stake: pending } = settled;
  const total = addU64(soma, pending);
  const issued = soma === 0n || tokens === 0n ? total : mulDiv(tokens, total, soma);
  const rate = currentRate(settled);
  const sameRate = rate.soma_amount === soma && rate.pool_token_amount === tokens;
  if (pending === 0n && sameRate) return settled;
  const stakes = pool.pending_stakes;
  const isKept = (old: PoolRate): boolean => old.stakes > 0n || old.epoch + rateEpochs >= epoch;
  const newest = { epoch, soma_amount: total, pool_token_amount: issued, stakes };
  return {
    ...settled,
    soma_balance: total,
    pool_token_balance: issued,
    pending_stake: 0n,
    pending_stakes: 0n,
    rates: [...pool.rates.filter(isKept), newest],
  };
}

/** Makes the pool active from `epoch` on. */
export function activatePool(pool: Pool, epoch: bigint): Pool {
  assert(pool.activation_epoch === undefined, "a pool is activated once");
  const { soma_balance: soma_amount, pool_token_balance: pool_token_amount } = pool;
  const rate = { epoch, soma_amount, pool_token_amount, stakes: 0n };
  return { ...pool, activation_epoch: epoch, rates: [rate] };
}

/** Ends the pool: it takes no stake and no rewards from now on. */
export function deactivatePool(pool: Pool, epoch: bigint): Pool {
  return { ...settleWithdrawals(pool), deactivation_epoch: epoch };
}

// The rate at which the pool pays out in this epoch.
function currentRate(pool: Pool): Rate {
  const newest = pool.deactivation_epoch === undefined ? pool.rates.at(-1) : undefined;
  if (newest !== undefined) return newest;
  return { soma_amount: pool.soma_balance, pool_token_amount: pool.pool_token_balance };
}

/** Whether no stake is left in the pool. */
export function isDesertedPool(pool: Pool): boolean {
  return workingStakes(pool) === 0n && pool.pending_stakes === 0n;
}

/** The rate with which a stake began to earn; "early", before the pool did, is one for one. */
type Start = PoolRate | "early" | "pending";

function startOf(pool: Pool, activationEpoch: bigint): Start {
  const { activation_epoch: active } = pool;
  if (active === undefined || activationEpoch <= active) return "early";
  // The first rate set in or after the stake's epoch: an epoch change may have been put off.
  return pool.rates.find((rate) => rate.epoch >= activationEpoch) ?? "pending";
}

function withdrawPending(pool: Pool, principal: bigint): Withdrawal {
  const left = {
    ...pool,
    pending_stake: subU64(pool.pending_stake, principal),
    pending_stakes: subU64(pool.pending_stakes, 1n),
  };
  return { pool: left, payout: principal };
}

function tokensOf(start: Exclude<Start, "pending">, principal: bigint): bigint {
  if (start === "early" || start.soma_amount === 0n) return principal;
  return mulDiv(start.pool_token_amount, principal, start.soma_amount);
}

function valueOf(
  pool: Pool,
  stake: StakedSoma,
  { tokens, epoch }: { readonly tokens: bigint; readonly epoch: bigint },
): bigint {
  const rate = currentRate(pool);
  const left = subU64(pool.pool_token_balance, pool.pending_pool_token_withdraw);
  if (left === 0n || rate.pool_token_amount === 0n) return 0n;
  const atRate = mulDiv(rate.soma_amount, tokens, rate.pool_token_amount);
  // Deposits show in the rate at the next epoch change; a slash counts at once.
  const value = minU64(atRate, mulDiv(heldBalance(pool), tokens, left));
  const isYoung = epoch < stake.stake_activation_epoch + MODEL_GAIN_EPOCHS;
  return pool.owner.kind === "Model" && isYoung ? minU64(value, stake.principal) : value;
}

function uncount(pool: Pool, start: Exclude<Start, "pending">): Pool {
  if (start === "early") return { ...pool, early_stakes: subU64(pool.early_stakes, 1n) };
  const counted = { ...start, stakes: subU64(start.stakes, 1n) };
  return { ...pool, rates: pool.rates.map((rate) => (rate === start ? counted : rate)) };
}

// While the pool is active, power and balance leave at the epoch change; the coin is paid at once.
function takeOut(pool: Pool, payout: bigint, tokens: bigint): Pool {
  const pending = {
    ...pool,
    pending_total_soma_withdraw: addU64(pool.pending_total_soma_withdraw, payout),
    pending_pool_token_withdraw: addU64(pool.pending_pool_token_withdraw, tokens),
  };
  const isActive = pool.activation_epoch !== undefined && pool.deactivation_epoch === undefined;
  return isActive ? pending : settleWithdrawals(pending);
}

function settleWithdrawals(pool: Pool): Pool {
  const { pending_total_soma_withdraw: soma, pending_pool_token_withdraw: tokens } = pool;
  if (soma === 0n && tokens === 0n) return pool;
  const soma_balance = heldBalance(pool);
  return {
    ...pool,
    soma_balance,
    rewards_pool: minU64(pool.rewards_pool, soma_balance),
    pool_token_balance: subU64(pool.pool_token_balance, tokens),
    pending_total_soma_withdraw: 0n,
    pending_pool_token_withdraw: 0n,
  };
}
