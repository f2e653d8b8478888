/**
 * The money of the epoch that begins: emission from the fund and the fees of the epoch that ended.
 * With it come the fee rate and the size limit, which follow from the same figures.
 *
 * @module
 */
import { ECONOMY_ID, PARAMETERS_ID } from "../../types/entry.ts";
import { rewardDivisor, splitBudget, submissionLimit } from "../economy/budget.ts";
import { adjustRate } from "../economy/value-fee.ts";
import type { View } from "../view.ts";
import type { Edge } from "./edge.ts";

/** Sets what the new epoch may spend, `extra` included, and resets what it counts. */
export function openBudget(view: View, edge: Edge, extra: bigint): void {
  const economy = view.get("Economy", ECONOMY_ID);
  const budget = splitBudget(economy.emission_fund, edge.fees + extra, edge.protocol);
  const divisor = rewardDivisor(economy, edge.protocol);
  view.update("Economy", ECONOMY_ID, {
    emission_fund: economy.emission_fund - budget.emission,
    validator_budget: budget.validators,
    target_budget: budget.targets,
    target_budget_start: budget.targets,
    reward_divisor: divisor,
    targets_generated: 0n,
    hits: 0n,
    stopped_at_ms: undefined,
  });
  const { value_fee_ppm } = view.get("Parameters", PARAMETERS_ID);
  view.update("Parameters", PARAMETERS_ID, {
    value_fee_ppm: adjustRate(value_fee_ppm, edge, edge.protocol),
    max_submission_data_size: submissionLimit(edge.protocol, divisor),
  });
}
