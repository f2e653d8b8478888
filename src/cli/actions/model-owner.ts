/**
 * What `soma model deactivate` and `soma model set-commission-rate` do: an owner's decisions on a
 * model that is registered.
 *
 * @module
 */
import { SomaError } from "../../base/errors.ts";
import type { ObjectId } from "../../types/address.ts";
import { formatObjectId } from "../../types/text.ts";
import type { TransactionKind } from "../../types/transaction-kind.ts";
import type { Context } from "../command.ts";
import { warnOfHighCommission } from "../commission.ts";
import { checkOwner } from "../model-secrets.ts";
import { openAccount } from "../network.ts";
import { reportTransaction, transact } from "../transact.ts";
import type { TransactionOptions } from "../transaction-options.ts";

/** `model deactivate` */
export async function deactivateModelAction(
  context: Context,
  model_id: ObjectId,
  options: TransactionOptions,
): Promise<void> {
  const kind = { kind: "DeactivateModel", model_id } as const;
  await decide(context, kind, options);
}

/** `model set-commission-rate` */
export async function setModelCommissionAction(
  context: Context,
  model_id: ObjectId,
  options: TransactionOptions & { readonly commissionRate: number },
): Promise<void> {
  const { commissionRate } = options;
  warnOfHighCommission(context.output, commissionRate);
  const new_rate = BigInt(commissionRate);
  const kind = { kind: "SetModelCommissionRate", model_id, new_rate } as const;
  await decide(context, kind, options);
}

/** Sends what only the owner may, and for an active model only. */
async function decide(
  context: Context,
  kind: TransactionKind & { readonly model_id: ObjectId },
  options: TransactionOptions,
): Promise<void> {
  const account = openAccount(context);
  const model = await account.client.model(kind.model_id);
  checkOwner(model, account.keypair);
  if (model.status !== "active") {
    const message = `model ${formatObjectId(kind.model_id)} is ${model.status}, not active`;
    throw new SomaError("model_not_active", message, { hint: "see `soma model info`" });
  }
  const view = await transact(context, account, { build: () => kind }, options);
  if (view !== undefined) reportTransaction(context, view);
}
