/**
 * Transactions of commands: executed and reported, or with one of the options only shown. A failed
 * transaction is printed like any other and makes the command fail.
 *
 * @module
 */
import { encode } from "../bcs/schema.ts";
import type { SomaClient } from "../client/client.ts";
import type { Account, BuildKind, CoinWish } from "../client/transact.ts";
import { formatDigest } from "../types/text.ts";
import {
  type SignedTransaction,
  signedTransaction,
  type TransactionData,
  transactionData,
  transactionDigest,
} from "../types/transaction.ts";
import type { TransactionView } from "../wire/json/transaction.ts";
import type { Context } from "./command.ts";
import { interruptible } from "./interrupt.ts";
import { startProgress } from "./progress.ts";
import { transactionMode, type TransactionOptions } from "./transaction-options.ts";
import {
  printSimulation,
  printTransaction,
  simulationDocument,
  transactionDocument,
} from "./transaction-report.ts";

/** What to do, with which coin. */
export type Action = { readonly build: BuildKind; readonly wish?: CoinWish };

const UNCERTAIN = "the transaction may still execute; see `soma balance`";

/** Executes, or does what the options say instead and returns nothing. */
export async function transact(
  context: Context,
  account: Account,
  { build, wish = {} }: Action,
  options: TransactionOptions,
): Promise<TransactionView | undefined> {
  const mode = transactionMode(options);
  if (mode === "execute") {
    return awaitFinality(context, (signal) => account.transact(build, wish, signal));
  }
  await show(context, account, await account.prepare(build, wish), mode);
  return undefined;
}

/** As `transact`, for a transaction whose coins are chosen already. */
export async function transactData(
  context: Context,
  account: Account,
  data: TransactionData,
  options: TransactionOptions,
): Promise<TransactionView | undefined> {
  const mode = transactionMode(options);
  if (mode === "execute") return executeSigned(context, account.client, account.sign(data));
  await show(context, account, data, mode);
  return undefined;
}

/** Executes a signed transaction. */
export function executeSigned(
  context: Context,
  client: SomaClient,
  transaction: SignedTransaction,
): Promise<TransactionView> {
  return awaitFinality(context, (signal) => client.execute(transaction, signal));
}

/** Shows that it waits for what `execute` does, which an interrupt ends. */
export async function awaitFinality<T>(
  context: Context,
  execute: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const progress = startProgress(context, "Waiting for finality");
  return interruptible(context.deps, UNCERTAIN, execute).finally(() => progress.finish());
}

/** Prints a transaction's outcome, as JSON or for people; a failure fails the command. */
export function reportTransaction({ output }: Context, view: TransactionView): void {
  if (view.status.kind === "Failure") output.failed();
  output.result(transactionDocument(view), () => printTransaction(output, view));
}

async function show(
  context: Context,
  account: Account,
  data: TransactionData,
  mode: "digest" | "simulate" | "unsigned" | "signed",
): Promise<void> {
  const { output } = context;
  if (mode === "digest") {
    const digest = formatDigest(transactionDigest(data));
    return output.result(digest, () => output.line(`Transaction Digest: ${digest}`));
  }
  if (mode !== "simulate") {
    const bytes =
      mode === "signed"
        ? encode(signedTransaction, account.sign(data))
        : encode(transactionData, data);
    return output.result(bytes.toBase64(), () => output.line(bytes.toBase64()));
  }
  const view = await account.client.simulate(data);
  if (view.status.kind === "Failure") output.failed();
  output.result(simulationDocument(view), () => printSimulation(output, view));
}
