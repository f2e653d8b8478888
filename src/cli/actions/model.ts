/**
 * What `soma model create|list|info` do: a model registered, and models as the network shows them.
 *
 * @module
 */
import { wishToMove } from "../../client/costs.ts";
import { createdModelId } from "../../client/publish.ts";
import type { ObjectId } from "../../types/address.ts";
import { formatAddress, formatDigest, formatObjectId } from "../../types/text.ts";
import { type ModelStatus, type ModelView, modelView } from "../../wire/json/model.ts";
import { encodeView } from "../../wire/json/view.ts";
import { bytesText, rateText, somaText } from "../amounts.ts";
import type { Colors } from "../colors.ts";
import type { Context } from "../command.ts";
import { warnOfHighCommission } from "../commission.ts";
import { nextEpochHint } from "../epoch-times.ts";
import { openAccount, openClient } from "../network.ts";
import { transact } from "../transact.ts";
import type { TransactionOptions } from "../transaction-options.ts";
import { printTransaction, transactionDocument } from "../transaction-report.ts";

type CreateOptions = TransactionOptions & {
  readonly stakeAmount: bigint | undefined;
  readonly commissionRate: number;
  readonly architectureVersion: bigint | undefined;
};

/** `model create` */
export async function createModelAction(context: Context, options: CreateOptions): Promise<void> {
  const { output, deps } = context;
  const { commissionRate } = options;
  warnOfHighCommission(output, commissionRate);
  const account = openAccount(context);
  const parameters = await account.client.parameters();
  const kind = {
    kind: "CreateModel",
    stake_amount: options.stakeAmount ?? parameters.model_min_stake,
    commission_rate: BigInt(commissionRate),
    architecture_version: options.architectureVersion ?? parameters.model_architecture_version,
  } as const;
  const wish = await wishToMove(account.client, kind.stake_amount);
  const view = await transact(context, account, { build: () => kind, wish }, options);
  if (view === undefined) return;
  const hint = nextEpochHint(deps, await account.client.info());
  const isDone = view.status.kind === "Success";
  if (!isDone) output.failed();
  const id = isDone ? formatObjectId(createdModelId(view.digest)) : null;
  const document = {
    model_id: id,
    inner: transactionDocument(view),
    next_epoch_hint: hint ?? null,
  };
  output.result(document, () => {
    printTransaction(output, view);
    if (id === null) return;
    output.line(`Model ID: ${output.colors.bold(id)}`);
    output.line(`Next: soma model commit ${id} --weights-file FILE`);
  });
}

/** `model list` */
export async function listModelsAction(context: Context): Promise<void> {
  const { output } = context;
  const models: ModelView[] = [];
  for await (const model of openClient(context).models()) models.push(model);
  output.result({ models: models.map(summaryOf) }, () => {
    output.line(`Models (${models.length} registered)`);
    for (const model of models) output.table({ rows: summaryRows(output.colors, model) });
  });
}

/** `model info` */
export async function modelInfoAction(context: Context, id: ObjectId): Promise<void> {
  const { output } = context;
  const model = await openClient(context).model(id);
  const document = {
    model_id: formatObjectId(id),
    status: model.status,
    summary: encodeView(modelView, model),
  };
  output.result(document, () => {
    const rows = [...summaryRows(output.colors, model), ...weightsRows(model)];
    output.table({ title: "Model Information", rows });
  });
}

function summaryOf(model: ModelView): object {
  return {
    model_id: formatObjectId(model.model_id),
    owner: formatAddress(model.owner),
    status: model.status,
    architecture_version: model.architecture_version,
    commission_rate: Number(model.commission_rate),
    stake_balance: model.stake_balance,
    has_pending_update: model.has_pending_update,
  };
}

function summaryRows(colors: Colors, model: ModelView): string[][] {
  return [
    ["Model ID", formatObjectId(model.model_id)],
    ["Owner", formatAddress(model.owner)],
    ["Status", statusText(colors, model.status)],
    ["Architecture", String(model.architecture_version)],
    ["Commission Rate", rateText(model.commission_rate)],
    ["Stake Balance", somaText(model.stake_balance)],
    ["Pending Update", pendingText(model)],
  ];
}

function weightsRows({ manifest, decryption_key: key }: ModelView): string[][] {
  if (manifest === undefined) return [];
  const { url, metadata } = manifest;
  return [
    ["Weights", url],
    ["Weights Size", bytesText(metadata.size)],
    ["Weights Checksum", formatDigest(metadata.checksum)],
    ["Decryption Key", key === undefined ? "not revealed" : "revealed"],
  ];
}

function pendingText({ has_pending_update: isPending, commit_epoch: epoch }: ModelView): string {
  if (!isPending) return "No";
  return epoch === undefined ? "Yes" : `Yes, to be revealed in epoch ${epoch + 1n}`;
}

function statusText(colors: Colors, status: ModelStatus): string {
  switch (status) {
    case "created":
      return colors.blue("Created");
    case "pending":
      return colors.yellow("Pending");
    case "active":
      return colors.green("Active");
    case "inactive":
      return colors.red("Inactive");
  }
}
