/**
 * What `soma target` does: lists targets, shows one, has a reward paid out.
 *
 * @module
 */
import { usageError } from "../../base/errors.ts";
import type { ObjectId } from "../../types/address.ts";
import { formatAddress, formatObjectId, formatSoma } from "../../types/text.ts";
import { type Identity, resolveIdentity } from "../../wallet/identity.ts";
import { type TargetFilterName, type TargetView, targetView } from "../../wire/json/target.ts";
import { encodeView } from "../../wire/json/view.ts";
import type { Context } from "../command.ts";
import { openAccount, openClient } from "../network.ts";
import { openContextWallet } from "../open-wallet.ts";
import { reportTransaction, transact } from "../transact.ts";
import type { TransactionOptions } from "../transaction-options.ts";

type ListOptions = {
  readonly status: TargetFilterName | undefined;
  readonly claimable: boolean;
  readonly epoch: number | undefined;
  readonly submitter: Identity | undefined;
  readonly limit: number;
};

/** `target list` */
export async function listTargetsAction(context: Context, options: ListOptions): Promise<void> {
  const { output } = context;
  if (options.claimable && options.status !== undefined) {
    throw usageError("--claimable and --status exclude each other", "give one of them");
  }
  const { submitter, epoch } = options;
  const query = {
    status: options.claimable ? ("claimable" as const) : (options.status ?? "open"),
    ...(epoch === undefined ? {} : { epoch: BigInt(epoch) }),
    ...(submitter && {
      submitter: resolveIdentity(submitter, openContextWallet(context).accounts),
    }),
  };
  const targets: TargetView[] = [];
  for await (const target of openClient(context).targets(query)) {
    if (targets.push(target) >= options.limit) break;
  }
  output.result({ targets: targets.map(summaryOf) }, () => {
    const rows = targets.map((target) => [
      formatObjectId(target.target_id),
      target.status,
      `${formatSoma(target.reward_pool)} SOMA`,
      target.distance_threshold.toFixed(4),
    ]);
    output.table({ title: "Targets", head: ["Target", "Status", "Reward", "Threshold"], rows });
  });
}

/** `target info` */
export async function targetInfoAction(context: Context, id: ObjectId): Promise<void> {
  const { output } = context;
  const target = await openClient(context).target(id);
  output.result(encodeView(targetView, target), () => {
    const { submitter, winning_model_id: winner, claimable_epoch: claimable } = target;
    const rows = [
      ["Target", formatObjectId(id)],
      ["Status", target.status],
      ["Made in epoch", String(target.generation_epoch)],
      ["Reward", `${formatSoma(target.reward_pool)} SOMA`],
      ["Threshold", target.distance_threshold.toFixed(6)],
      ...target.model_ids.map((model) => ["Model", formatObjectId(model)]),
      ...(submitter === undefined ? [] : [["Submitter", formatAddress(submitter)]]),
      ...(winner === undefined ? [] : [["Winning model", formatObjectId(winner)]]),
      ...(claimable === undefined ? [] : [["Claimable from epoch", String(claimable)]]),
    ];
    output.table({ title: "Target", rows });
  });
}

/** `target claim` */
export async function claimTargetAction(
  context: Context,
  target_id: ObjectId,
  options: TransactionOptions,
): Promise<void> {
  const action = { build: () => ({ kind: "ClaimRewards", target_id }) as const };
  const view = await transact(context, openAccount(context), action, options);
  if (view !== undefined) reportTransaction(context, view);
}

function summaryOf(target: TargetView): object {
  const {
    embedding: _,
    model_ids: __,
    ...summary
  } = encodeView(targetView, target) as Record<string, unknown>;
  return summary;
}
