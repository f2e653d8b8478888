/**
 * What `soma tx` does.
 *
 * @module
 */
import type { Digest } from "../../types/address.ts";
import type { SignedTransaction, TransactionData } from "../../types/transaction.ts";
import type { Context } from "../command.ts";
import { openAccount, openClient, warnOfOtherVersion } from "../network.ts";
import { executeSigned, reportTransaction, transactData } from "../transact.ts";
import type { TransactionOptions } from "../transaction-options.ts";
import { printTransaction, timeText, transactionDocument } from "../transaction-report.ts";

/** `tx info` */
export async function transactionInfoAction(context: Context, digest: Digest): Promise<void> {
  const { output } = context;
  const view = await openClient(context).transaction(digest);
  const document = { ...transactionDocument(view), timestamp: timeText(view.timestamp_ms) };
  output.result(document, () => printTransaction(output, view));
}

/** `tx execute-serialized` */
export async function executeSerializedAction(
  context: Context,
  data: TransactionData,
  options: TransactionOptions,
): Promise<void> {
  const account = openAccount(context, data.sender);
  await warnOfOtherVersion(context, account.client);
  const view = await transactData(context, account, data, options);
  if (view !== undefined) reportTransaction(context, view);
}

/** `tx execute-signed` and `tx execute-combined-signed` */
export async function executeSignedAction(
  context: Context,
  transaction: SignedTransaction,
): Promise<void> {
  const client = openClient(context);
  await warnOfOtherVersion(context, client);
  reportTransaction(context, await executeSigned(context, client, transaction));
}
