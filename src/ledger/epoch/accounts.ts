/**
 * Closing the accounts of an epoch: validators are paid for the time it ran, by the powers they
 * had, and whatever nobody earned goes back to the fund. A validator that a quorum reports loses
 * part of its pay to the others.
 *
 * @module
 */
import { compareText } from "../../base/bytes.ts";
import { mulDiv } from "../../base/u64.ts";
import type { ObjectId } from "../../types/address.ts";
import { QUORUM_POWER, TOTAL_VOTING_POWER } from "../../types/committee.ts";
import {
  type ContentOf,
  ECONOMY_ID,
  poolEntryId,
  VALIDATOR_INDEX_ID,
  validatorEntryId,
} from "../../types/entry.ts";
import type { ActiveValidator, Pool } from "../../types/stake-entry.ts";
import { earnedBudget } from "../economy/budget.ts";
import { BPS_MAX } from "../economy/models.ts";
import { addStake, depositRewards, growStake, workingStakes } from "../economy/pool.ts";
import { reportingPower } from "../reports.ts";
import type { View } from "../view.ts";
import type { Edge } from "./edge.ts";

type Reward = { readonly validator: ActiveValidator; readonly amount: bigint };

const ALL_POWER = BigInt(TOTAL_VOTING_POWER);

/** Pays validators and returns the rest of the epoch's budgets to the fund. */
export function closeAccounts(view: View, edge: Edge): void {
  const economy = view.get("Economy", ECONOMY_ID);
  const { epoch_duration_ms } = edge.protocol;
  const earned = earnedBudget(economy.validator_budget, edge.elapsedMs, epoch_duration_ms);
  let paid = 0n;
  for (const reward of shareRewards(view, earned, edge)) {
    payValidator(view, reward, edge.epoch);
    paid += reward.amount;
  }
  const rest = economy.validator_budget - paid + economy.target_budget;
  view.update("Economy", ECONOMY_ID, {
    emission_fund: economy.emission_fund + rest,
    validator_budget: 0n,
    target_budget: 0n,
  });
}

/** What each validator gets of `earned`, in order of addresses. */
function shareRewards(view: View, earned: bigint, edge: Edge): readonly Reward[] {
  const { active, reports } = view.get("ValidatorIndex", VALIDATOR_INDEX_ID);
  const isReported = ({ address }: ActiveValidator): boolean =>
    reportingPower(view, reports.get(address) ?? new Set()) >= QUORUM_POWER;
  const shares = active.map((validator) => {
    const full = mulDiv(earned, BigInt(validator.voting_power), ALL_POWER);
    const rate = isReported(validator) ? edge.protocol.reward_slashing_rate_bps : 0n;
    return { validator, lost: mulDiv(full, rate, BPS_MAX), full, honest: rate === 0n };
  });
  const lost = shares.reduce((sum, share) => sum + share.lost, 0n);
  const honestPower = shares.reduce(
    (sum, { honest, validator }) => sum + (honest ? BigInt(validator.voting_power) : 0n),
    0n,
  );
  return shares
    .map(({ validator, full, lost: own, honest }) => {
      const power = honest ? BigInt(validator.voting_power) : 0n;
      const bonus = honestPower === 0n ? 0n : mulDiv(lost, power, honestPower);
      return { validator, amount: full - own + bonus };
    })
    .toSorted((left, right) => compareText(left.validator.address, right.validator.address));
}

// The commission becomes stake of the validator itself; the rest raises what all stakes are worth.
function payValidator(view: View, { validator, amount }: Reward, epoch: bigint): void {
  if (amount === 0n) return;
  const entry = poolEntryId(validator.pool_id);
  const pool = view.get("Pool", entry);
  const { commission_rate } = view.get("Validator", validatorEntryId(validator.pool_id));
  const isShared = workingStakes(pool) > 0n;
  const commission = isShared ? mulDiv(amount, commission_rate, BPS_MAX) : amount;
  const shared = isShared ? depositRewards(pool, amount - commission) : pool;
  view.write(entry, { kind: "Pool", ...shared });
  if (commission > 0n) stakeCommission(view, validator, commission, epoch);
}

// One receipt grows from epoch to epoch; when the validator has given it away, a new one begins.
function stakeCommission(
  view: View,
  validator: ActiveValidator,
  amount: bigint,
  epoch: bigint,
): void {
  const { address, pool_id } = validator;
  const entry = poolEntryId(pool_id);
  const pool = view.get("Pool", entry);
  const { commission_stake: id } = view.get("Validator", validatorEntryId(pool_id));
  const old = id && findStake(view, id, validator);
  const { pool: grown, principal } =
    old === undefined ? newStake(pool, amount) : growStake(pool, old, amount);
  const receipt = {
    kind: "StakedSoma",
    pool_id,
    stake_activation_epoch: epoch,
    principal,
  } as const;
  view.write(entry, { kind: "Pool", ...grown });
  if (id !== undefined && old !== undefined) return view.write(id, receipt);
  const commission_stake = view.create(receipt, { kind: "AddressOwner", address });
  view.update("Validator", validatorEntryId(pool_id), { commission_stake });
}

function newStake(pool: Pool, amount: bigint): ReturnType<typeof growStake> {
  return { pool: addStake(pool, amount), principal: amount };
}

function findStake(
  view: View,
  id: ObjectId,
  { address, pool_id }: ActiveValidator,
): ContentOf<"StakedSoma"> | undefined {
  const { content, owner } = view.find(id) ?? {};
  if (content?.kind !== "StakedSoma" || owner?.kind !== "AddressOwner") return undefined;
  return owner.address === address && content.pool_id === pool_id ? content : undefined;
}
