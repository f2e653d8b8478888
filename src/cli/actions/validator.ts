/**
 * What validators do by transactions: leave, set their commission, report.
 *
 * @module
 */
import { usageError } from "../../base/errors.ts";
import { feesAtMost } from "../../client/costs.ts";
import type { Account } from "../../client/transact.ts";
import type { ObjectId } from "../../types/address.ts";
import type { TransactionKind } from "../../types/transaction-kind.ts";
import { type Identity, resolveIdentity } from "../../wallet/identity.ts";
import type { ValidatorStatus } from "../../wire/json/validator.ts";
import type { Context } from "../command.ts";
import { warnOfHighCommission } from "../commission.ts";
import { openAccount, warnOfOtherVersion } from "../network.ts";
import { openContextWallet } from "../open-wallet.ts";
import { reportTransaction, transact } from "../transact.ts";
import type { TransactionOptions } from "../transaction-options.ts";
import { checkValidator, SEATED } from "../validator-status.ts";

type ReportOptions = TransactionOptions & { readonly undoReport: boolean };

const PRESENT: readonly ValidatorStatus[] = ["active", "pending"];
const NO_KEY = new Uint8Array();

/** `validator leave-committee` */
export async function leaveCommitteeAction(
  context: Context,
  options: TransactionOptions,
): Promise<void> {
  const account = await openValidator(context, PRESENT);
  await send(context, account, { kind: "RemoveValidator", pubkey_bytes: NO_KEY }, options);
}

/** `validator set-commission-rate` */
export async function setCommissionRateAction(
  context: Context,
  rate: number,
  options: TransactionOptions,
): Promise<void> {
  warnOfHighCommission(context.output, rate);
  const account = await openValidator(context, SEATED);
  await send(context, account, { kind: "SetCommissionRate", new_rate: BigInt(rate) }, options);
}

/** `validator report-validator` */
export async function reportValidatorAction(
  context: Context,
  whom: Identity,
  options: ReportOptions,
): Promise<void> {
  const { undoReport } = options;
  const reportee = resolveIdentity(whom, openContextWallet(context).accounts);
  const account = await openValidator(context, SEATED);
  if (reportee === account.keypair.address) {
    throw usageError("a validator cannot report itself", "name another validator");
  }
  // A report of a validator that has left stands until it is undone.
  if (!undoReport) await checkValidator(account.client, reportee, SEATED);
  const kind = undoReport ? "UndoReportValidator" : "ReportValidator";
  await send(context, account, { kind, reportee }, options);
}

/** `validator report-model` */
export async function reportModelAction(
  context: Context,
  model_id: ObjectId,
  options: ReportOptions,
): Promise<void> {
  const account = await openValidator(context, SEATED);
  await account.client.model(model_id);
  const kind = options.undoReport ? "UndoReportModel" : "ReportModel";
  await send(context, account, { kind, model_id }, options);
}

/** The active account, which must be a validator in one of these states. */
export async function openValidator(
  context: Context,
  allowed: readonly ValidatorStatus[],
): Promise<Account> {
  const account = openAccount(context);
  await warnOfOtherVersion(context, account.client);
  await checkValidator(account.client, account.keypair.address, allowed);
  return account;
}

/** Sends a transaction and reports it; whether it was executed with success. */
export async function send(
  context: Context,
  account: Account,
  kind: TransactionKind,
  options: TransactionOptions,
): Promise<boolean> {
  const parameters = await account.client.parameters();
  const wish = { atLeast: feesAtMost(parameters, 0n, kind) };
  const view = await transact(context, account, { build: () => kind, wish }, options);
  if (view !== undefined) reportTransaction(context, view);
  return view?.status.kind === "Success";
}
