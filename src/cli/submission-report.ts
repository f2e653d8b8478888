/**
 * How data does at a target, for people and as JSON: before it is sent, and once the target has it.
 *
 * @module
 */
import { claimerShare, submitterShare } from "../client/costs.ts";
import type { TargetVerdict } from "../scoring/judge.ts";
import type { ObjectId } from "../types/address.ts";
import { formatDigest, formatObjectId } from "../types/text.ts";
import type { InfoView } from "../wire/json/info.ts";
import type { ParametersView } from "../wire/json/parameters.ts";
import type { TargetView } from "../wire/json/target.ts";
import type { TransactionView } from "../wire/json/transaction.ts";
import { somaText } from "./amounts.ts";
import type { Context } from "./command.ts";
import { epochText } from "./epoch-times.ts";

/** How data does at a target. */
export type Placing = {
  readonly targetId: ObjectId;
  readonly modelIds: readonly ObjectId[];
  readonly winner: ObjectId | undefined;
  /** One a model, or that of the winner alone. */
  readonly losses: readonly number[];
  readonly distance: number;
  readonly threshold: number;
};

/** Where a reward goes. */
export type Shares = {
  readonly submitter: bigint;
  readonly model: bigint;
  readonly claimer: bigint;
};

const DECIMALS = 4;

/** The placing of a verdict of our own. */
export function placingOf({ target, winner, losses, distance }: TargetVerdict): Placing {
  const { id, modelIds, threshold } = target;
  return { targetId: id, modelIds, winner, losses, distance, threshold };
}

/** The placing of the data that filled a target. */
function placingOfTarget(target: TargetView): Placing {
  return {
    targetId: target.target_id,
    modelIds: target.model_ids,
    winner: target.winning_model_id,
    losses: [...(target.winning_losses ?? [])],
    distance: target.winning_distance ?? 0,
    threshold: target.distance_threshold,
  };
}

/** A placing for programs. */
export function placingDocument(placing: Placing): object {
  const { targetId, winner, distance, threshold } = placing;
  return {
    target_id: formatObjectId(targetId),
    losses: lossesOf(placing).map(([id, loss]) => ({ model_id: formatObjectId(id), loss })),
    winning_model_id: winner === undefined ? null : formatObjectId(winner),
    distance,
    distance_threshold: threshold,
  };
}

/** A placing for people. */
export function placingRows(placing: Placing): string[][] {
  const { targetId, winner, distance, threshold } = placing;
  const models = lossesOf(placing).map(([id, loss]) => [
    id === winner ? "Winning Model" : "Model",
    `${formatObjectId(id)}, loss ${loss.toFixed(DECIMALS)}`,
  ]);
  return [
    ["Target", formatObjectId(targetId)],
    ...models,
    ["Distance", `${distance.toFixed(DECIMALS)}, at most ${threshold.toFixed(DECIMALS)}`],
  ];
}

/** The parts of a reward. */
export function sharesOf(parameters: ParametersView, reward: bigint): Shares {
  const submitter = submitterShare(parameters, reward);
  const claimer = claimerShare(parameters, reward);
  return { submitter, claimer, model: reward - submitter - claimer };
}

/** An accepted submission for programs. */
export function acceptedDocument(target: TargetView, parameters: ParametersView): object {
  const { submitter, claimer, model } = sharesOf(parameters, target.reward_pool);
  return {
    ...placingDocument(placingOfTarget(target)),
    bond: target.bond_amount,
    reward: target.reward_pool,
    reward_shares: { submitter, model, claimer },
    claimable_epoch: Number(target.claimable_epoch ?? 0n),
    data_url: target.data_url,
    data_checksum: target.data_checksum && formatDigest(target.data_checksum),
  };
}

/** What is known about the network when a submission is reported. */
export type Occasion = {
  readonly parameters: ParametersView;
  readonly info: InfoView;
  /** Absent where an earlier call had sent it. */
  readonly transaction: TransactionView | undefined;
};

/** Prints an accepted submission: how it did, what it pledged, what it earns and when. */
export function printAccepted(
  { output, deps }: Context,
  target: TargetView,
  { parameters, info, transaction }: Occasion,
): void {
  const { reward_pool: reward, bond_amount: bond = 0n, claimable_epoch: claimable = 0n } = target;
  const { submitter, claimer, model } = sharesOf(parameters, reward);
  const rows = [
    ...placingRows(placingOfTarget(target)),
    ["Bond", `${somaText(bond)}, returned with the reward`],
    ["Reward", `${somaText(reward)}, of which`],
    ["  for you", somaText(submitter)],
    ["  for the model", somaText(model)],
    ["  for claiming", somaText(claimer)],
    ["Claimable", `from ${epochText(deps, info, claimable)}`],
    ...(transaction === undefined ? [] : [["Digest", formatDigest(transaction.digest)]]),
  ];
  output.table({ title: "Submission", rows });
  output.line(`Next: soma target claim ${formatObjectId(target.target_id)}`);
}

function lossesOf({ modelIds, losses, winner }: Placing): readonly (readonly [ObjectId, number])[] {
  if (losses.length === modelIds.length) return modelIds.map((id, place) => [id, losses[place]!]);
  const [loss] = losses;
  return winner === undefined || loss === undefined ? [] : [[winner, loss]];
}
