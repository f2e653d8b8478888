/**
 * What transactions cost, known before they are sent: so that a coin which cannot pay is passed
 * over instead of failing on chain. Fees are an upper bound, the bond is exact.
 *
 * @module
 */
import { hasProof, type TransactionKind } from "../types/transaction-kind.ts";
import type { ParametersView } from "../wire/json/parameters.ts";
import type { SomaClient } from "./client.ts";
import type { CoinWish } from "./transact.ts";

/** Objects that one of our transactions writes at most: coins, receipts, targets, entries. */
const WRITES_MAX = 8n;
const PPM = 1_000_000n;
const BPS = 10_000n;

/** The most that a transaction which moves `moved` shannons costs in fees. */
export function feesAtMost(
  parameters: ParametersView,
  moved: bigint,
  kind?: TransactionKind,
): bigint {
  const { write_object_fee, value_fee_ppm } = parameters;
  const valueFee = (moved * value_fee_ppm + PPM - 1n) / PPM;
  return baseFee(parameters, kind) + WRITES_MAX * write_object_fee + valueFee;
}

// Every validator checks a proof of possession, whether it holds or not, and is paid for that.
function baseFee({ base_fee, proof_base_fees }: ParametersView, kind?: TransactionKind): bigint {
  return kind !== undefined && hasProof(kind) ? base_fee * proof_base_fees : base_fee;
}

/** Coins for a transaction that moves `moved` shannons to so many recipients, and for its fees. */
export async function wishToMove(
  client: SomaClient,
  moved: bigint,
  { recipients = 1, signal }: { recipients?: number; signal?: AbortSignal | undefined } = {},
): Promise<CoinWish> {
  const parameters = await client.parameters(signal);
  const forRecipients = BigInt(recipients) * parameters.write_object_fee;
  return { atLeast: moved, fees: feesAtMost(parameters, moved) + forRecipients };
}

/** What a submission of `size` bytes must pledge at a target that pays `reward`. */
export function bondOf(parameters: ParametersView, reward: bigint, size: bigint): bigint {
  const forSize = size * parameters.submission_bond_per_byte;
  const forReward = (reward * parameters.submission_bond_reward_bps) / BPS;
  return forSize > forReward ? forSize : forReward;
}

/** What a submitter gets of `reward`: all but the parts of the model and of the claimer. */
export function submitterShare(parameters: ParametersView, reward: bigint): bigint {
  const forModel = (reward * parameters.target_model_reward_share_bps) / BPS;
  return reward - forModel - claimerShare(parameters, reward);
}

/** What whoever claims gets of `reward`. */
export function claimerShare(parameters: ParametersView, reward: bigint): bigint {
  return (reward * parameters.target_claimer_incentive_bps) / BPS;
}
