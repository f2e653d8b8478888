/**
 * Paying out targets. The submitter and the model share the reward of a filled one, the claimer
 * gets a part for the work of claiming, and the bond goes back. An expired one returns to the fund,
 * as does one that a quorum of validators calls a fraud, and its bond too.
 *
 * @module
 */
import { present } from "../../base/assert.ts";
import { minU64, mulDiv } from "../../base/u64.ts";
import type { Address, ObjectId } from "../../types/address.ts";
import { type ContentOf, ECONOMY_ID, modelEntryId, poolEntryId } from "../../types/entry.ts";
import { readParameters } from "../call.ts";
import { createCoin } from "../coins.ts";
import { closeDispute, isForfeit } from "../disputes.ts";
import type { View } from "../view.ts";
import { BPS_MAX } from "./models.ts";
import { depositRewards, workingStakes } from "./pool.ts";

type Target = ContentOf<"Target">;

/**
 * Pays out a filled target whose audit is over and deletes it; returns what somebody got for it.
 * Without a claimer, at an epoch change, the claimer's part goes to the fund.
 */
export function settleTarget(view: View, id: ObjectId, claimer: Address | undefined): bigint {
  const target = view.get("Target", id);
  const paid = isForfeit(view, id)
    ? forfeitTarget(view, target, claimer)
    : rewardTarget(view, target, claimer);
  closeDispute(view, id);
  view.remove(id);
  return paid;
}

function rewardTarget(view: View, target: Target, claimer: Address | undefined): bigint {
  const { protocol } = readParameters(view);
  const forModel = mulDiv(target.reward_pool, protocol.target_model_reward_share_bps, BPS_MAX);
  const forClaimer = claimerPart(view, target);
  const submitter = present(target.submitter, "a submitter");
  payCoin(view, submitter, target.reward_pool - forModel - forClaimer);
  payModel(view, target, forModel);
  if (claimer === undefined) payFund(view, forClaimer);
  else payCoin(view, claimer, forClaimer);
  payCoin(view, submitter, target.bond_amount);
  return target.reward_pool;
}

// The bond pays for the claim, so that a fraud costs nobody but the one who tried it.
function forfeitTarget(view: View, target: Target, claimer: Address | undefined): bigint {
  const { reward_pool, bond_amount } = target;
  const part = minU64(claimerPart(view, target), bond_amount);
  const forClaimer = claimer === undefined ? 0n : part;
  if (claimer !== undefined) payCoin(view, claimer, forClaimer);
  payFund(view, reward_pool + bond_amount - forClaimer);
  return forClaimer;
}

function claimerPart(view: View, { reward_pool }: Target): bigint {
  return mulDiv(reward_pool, readParameters(view).protocol.target_claimer_incentive_bps, BPS_MAX);
}

/** Returns an expired target to the fund and deletes it; returns what the claimer got. */
export function expireTarget(view: View, id: ObjectId, claimer: Address | undefined): bigint {
  const target = view.get("Target", id);
  const { protocol } = readParameters(view);
  const part = claimerPart(view, target);
  const most = protocol.expired_claim_base_fees_max * protocol.base_fee;
  const forClaimer = claimer === undefined ? 0n : minU64(part, most);
  if (claimer !== undefined) payCoin(view, claimer, forClaimer);
  payFund(view, target.reward_pool - forClaimer);
  view.remove(id);
  return forClaimer;
}

/** Adds money to the emission fund. */
export function payFund(view: View, amount: bigint): void {
  if (amount === 0n) return;
  const { emission_fund } = view.get("Economy", ECONOMY_ID);
  view.update("Economy", ECONOMY_ID, { emission_fund: emission_fund + amount });
}

// The owner takes his commission and the pool the rest; a pool that nobody is in takes nothing.
function payModel(view: View, target: Target, amount: bigint): void {
  const owner = present(target.winning_model_owner, "the owner of the winner");
  const model = view.read("Model", modelEntryId(present(target.winning_model_id, "a winner")));
  const entry = model && poolEntryId(model.pool_id);
  const pool = entry && view.read("Pool", entry);
  if (entry === undefined || pool === undefined || !takesRewards(pool)) {
    return payCoin(view, owner, amount);
  }
  const commission = mulDiv(amount, model?.commission_rate ?? 0n, BPS_MAX);
  payCoin(view, owner, commission);
  view.write(entry, { kind: "Pool", ...depositRewards(pool, amount - commission) });
}

function takesRewards(pool: ContentOf<"Pool">): boolean {
  const isActive = pool.activation_epoch !== undefined && pool.deactivation_epoch === undefined;
  return isActive && workingStakes(pool) > 0n;
}

function payCoin(view: View, owner: Address, amount: bigint): void {
  if (amount > 0n) createCoin({ view }, owner, amount);
}
