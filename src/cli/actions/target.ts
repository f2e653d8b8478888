/**
 * What `soma target` does: lists targets, shows one, has a reward paid out.
 *
 * @module
 */
import { usageError } from "../../base/errors.ts";
import type { ObjectId } from "../../types/address.ts";
import { formatObjectId } from "../../types/text.ts";
import { type Identity, resolveIdentity } from "../../wallet/identity.ts";
import {
  type TargetFilterName,
  type TargetState,
  type TargetView,
  targetView,
} from "../../wire/json/target.ts";
import { encodeView } from "../../wire/json/view.ts";
import { somaText } from "../amounts.ts";
import type { Colors } from "../colors.ts";
import type { Context } from "../command.ts";
import { openAccount, openClient } from "../network.ts";
import { openContextWallet } from "../open-wallet.ts";
import { submissionRows } from "../target-rows.ts";
import { reportTransaction, transact } from "../transact.ts";
import type { TransactionOptions } from "../transaction-options.ts";

type ListOptions = {
  readonly status: TargetFilterName | undefined;
  readonly claimable: boolean;
  readonly epoch: number | undefined;
  readonly submitter: Identity | undefined;
  readonly limit: number;
};

const DECIMALS = 4;

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
  let hasMore = false;
  for await (const target of openClient(context).targets(query)) {
    hasMore = targets.length >= options.limit;
    if (hasMore) break;
    targets.push(target);
  }
  output.result({ targets: targets.map(summaryOf) }, () => {
    const rows = targets.map((target) => [
      formatObjectId(target.target_id),
      statusText(output.colors, target.status),
      somaText(target.reward_pool),
      target.distance_threshold.toFixed(DECIMALS),
    ]);
    output.table({ title: "Targets", head: ["Target", "Status", "Reward", "Threshold"], rows });
    if (hasMore) output.line(`There are more than ${options.limit}; --limit shows them.`);
  });
}

/** `target info` */
export async function targetInfoAction(context: Context, id: ObjectId): Promise<void> {
  const { output } = context;
  const target = await openClient(context).target(id);
  output.result(encodeView(targetView, target), () => {
    const rows = [
      ["Target", formatObjectId(id)],
      ["Status", statusText(output.colors, target.status)],
      ["Made in Epoch", String(target.generation_epoch)],
      ["Reward", somaText(target.reward_pool)],
      ["Threshold", target.distance_threshold.toFixed(DECIMALS)],
      ...submissionRows(target),
    ];
    output.table({ title: "Target", rows });
    output.line("Assigned Models:");
    for (const model of target.model_ids) output.line(`  ${formatObjectId(model)}`);
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

function statusText({ green, yellow, red, cyan }: Colors, status: TargetState): string {
  switch (status) {
    case "open":
    case "claimed":
      return green(status);
    case "filled":
      return yellow(status);
    case "claimable":
      return cyan(status);
    case "expired":
      return red(status);
  }
}

function summaryOf(target: TargetView): object {
  const {
    embedding: _,
    model_ids: __,
    ...summary
  } = encodeView(targetView, target) as Record<string, unknown>;
  return summary;
}
