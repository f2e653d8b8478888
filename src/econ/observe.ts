/**
 * What is seen of an epoch, read from the ledger's entries alone.
 *
 * @module
 */
import { present } from "../base/assert.ts";
import { projectedHits } from "../ledger/float.ts";
import { currentEpoch, currentParameters, modelIds, targetsMadeIn } from "../ledger/readers.ts";
import { readContent } from "../ledger/view.ts";
import { feeGoal, hitsGoal } from "../protocol/parameters.ts";
import type { ObjectId } from "../types/address.ts";
import {
  type ContentOf,
  ECONOMY_ID,
  modelEntryId,
  poolEntryId,
  ROUTING_ID,
  VALIDATOR_INDEX_ID,
} from "../types/entry.ts";
import { scalarValue } from "../types/tensor.ts";
import type { Network } from "./network.ts";

/** What holds when an epoch begins. Amounts are shannons. */
export type Opening = {
  readonly epoch: number;
  readonly distance_threshold: number;
  /** The emission fund, without what this epoch may spend. */
  readonly fund: bigint;
  /** What the epoch took out of the fund. */
  readonly emission: bigint;
  readonly target_budget: bigint;
  readonly validator_budget: bigint;
  readonly value_fee_ppm: number;
  /** Stake in the pools of validators and of models. */
  readonly validator_stake: bigint;
  readonly model_stake: bigint;
};

/** What an epoch was when it ended. */
export type Ending = {
  readonly hits: number;
  /** Hits as if targets had been made until the end, by which difficulty goes. */
  readonly hits_projected: number;
  readonly hits_goal: number;
  readonly targets_made: number;
  /** The rewards of all targets made in the epoch, and those of them that nobody filled. */
  readonly target_rewards: bigint;
  readonly open_rewards: bigint;
  readonly fees: bigint;
  readonly fee_goal: bigint;
};

/** The part of an attacker, from 0 to 1. */
export type AttackerShare = { readonly stake: number; readonly slots: number };

/** Reads what holds now that the epoch has begun, after one in which `fees` were paid. */
export function observeOpening(network: Network, fees: bigint): Opening {
  const economy = economyOf(network);
  const parameters = present(currentParameters(network), "the parameters");
  return {
    epoch: Number(network.epochNumber),
    distance_threshold: present(scalarValue(economy.distance_threshold), "a threshold"),
    fund: economy.emission_fund,
    emission: economy.target_budget_start + economy.validator_budget - fees,
    target_budget: economy.target_budget_start,
    validator_budget: economy.validator_budget,
    value_fee_ppm: Number(parameters.value_fee_ppm),
    validator_stake: validatorStake(network),
    model_stake: sumPools(
      network,
      modelIds(network).map((id) => {
        return present(readContent(network, "Model", modelEntryId(id)), "a model").pool_id;
      }),
    ),
  };
}

/** Reads what the epoch was, at its end and before the change to the next. */
export function observeEnding(network: Network, endMs: bigint): Ending {
  const economy = economyOf(network);
  const { protocol } = present(currentParameters(network), "the parameters");
  const { start_timestamp_ms: startMs } = present(currentEpoch(network), "the epoch");
  const { stopped_at_ms: stopped } = economy;
  const made = targetsMadeIn(network, network.epochNumber);
  const rewardOf = (rows: typeof made): bigint =>
    rows.reduce((sum, { target }) => sum + target.reward_pool, 0n);
  return {
    hits: Number(economy.hits),
    hits_projected: projectedHits({
      hits: economy.hits,
      elapsedMs: endMs - startMs,
      stoppedAfterMs: stopped === undefined ? undefined : stopped - startMs,
    }),
    hits_goal: Number(hitsGoal(protocol)),
    targets_made: Number(economy.targets_generated),
    target_rewards: rewardOf(made),
    open_rewards: rewardOf(made.filter(({ phase }) => phase === "Open")),
    fees: network.fees,
    fee_goal: feeGoal(protocol, endMs - startMs),
  };
}

/** The stake in the pools of all validators. */
export function validatorStake(network: Network): bigint {
  const index = present(readContent(network, "ValidatorIndex", VALIDATOR_INDEX_ID), "validators");
  return sumPools(
    network,
    index.active.map(({ pool_id }) => pool_id),
  );
}

/** The part that these models have of the stake that draws go by, and of places in targets. */
export function observeShare(network: Network, models: ReadonlySet<ObjectId>): AttackerShare {
  const { rows } = present(readContent(network, "Routing", ROUTING_ID), "the draw table");
  let below = 0n;
  let own = 0n;
  for (const { model_id, cumulative_stake } of rows) {
    if (models.has(model_id)) own += cumulative_stake - below;
    below = cumulative_stake;
  }
  const places = targetsMadeIn(network, network.epochNumber).flatMap(
    ({ target }) => target.model_ids,
  );
  const taken = places.filter((model) => models.has(model)).length;
  return {
    stake: Number(own) / Math.max(1, Number(below)),
    slots: taken / Math.max(1, places.length),
  };
}

function economyOf(network: Network): ContentOf<"Economy"> {
  return present(readContent(network, "Economy", ECONOMY_ID), "the economy");
}

function sumPools(network: Network, pools: readonly ObjectId[]): bigint {
  return pools.reduce((sum, pool) => {
    return sum + present(readContent(network, "Pool", poolEntryId(pool)), "a pool").soma_balance;
  }, 0n);
}
