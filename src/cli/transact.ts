/**
 * Transactions of commands: executed and reported, or with one of the options only shown. A failed
 * transaction is printed like any other and makes the command fail.
 *
 * @module
 */
import { encode } from "../bcs/schema.ts";
import type { Account, BuildKind, CoinWish } from "../client/transact.ts";
import type { TransactionFee } from "../types/fee.ts";
import { formatAddress, formatDigest, formatSoma } from "../types/text.ts";
import {
  signedTransaction,
  type TransactionData,
  transactionData,
  transactionDigest,
} from "../types/transaction.ts";
import {
  type BalanceChange,
  simulationView,
  type StatusView,
  type TransactionView,
  transactionView,
} from "../wire/json/transaction.ts";
import { encodeView } from "../wire/json/view.ts";
import type { Context } from "./command.ts";
import { interruptible } from "./interrupt.ts";
import { startProgress } from "./progress.ts";
import { transactionMode, type TransactionOptions } from "./transaction-options.ts";

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
    const progress = startProgress(context, "Waiting for finality");
    return interruptible(context.deps, UNCERTAIN, (signal) =>
      account.transact(build, wish, signal),
    ).finally(() => progress.finish());
  }
  await show(context, account, await account.prepare(build, wish), mode);
  return undefined;
}

/** The JSON of a transaction, with more fields if given. */
export function transactionDocument(view: TransactionView, extra: object = {}): object {
  return { ...(encodeView(transactionView, view) as object), ...extra };
}

/** Prints a transaction's outcome; a failure fails the command. */
export function reportTransaction(context: Context, view: TransactionView): void {
  const { output } = context;
  if (view.status.kind === "Failure") output.failed();
  output.line(statusLine(context, view.status));
  const rows = [
    ["Digest", formatDigest(view.digest)],
    ["Epoch", String(view.executed_epoch)],
    ["Checkpoint", String(view.checkpoint)],
    ...feeRows(view.fee),
    ...balanceRows(view.balance_changes ?? []),
  ];
  output.table({ title: "Transaction", rows });
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
  output.result(encodeView(simulationView, view), () => {
    output.line(statusLine(context, view.status));
    const rows = [...feeRows(view.fee), ...balanceRows(view.balance_changes ?? [])];
    output.table({ title: "Simulation", rows });
  });
}

function statusLine({ output }: Context, status: StatusView): string {
  const { green, red } = output.colors;
  if (status.kind === "Success") return green("✓ Transaction Succeeded");
  return `${red("✗ Transaction Failed")}\n  Error: ${status.error}\n  Hint: ${status.hint}`;
}

function feeRows(fee: TransactionFee): string[][] {
  return [["Fee", `${formatSoma(fee.total_fee)} SOMA`]];
}

function balanceRows(changes: readonly BalanceChange[]): string[][] {
  return changes.map(({ address, amount }) => {
    const sign = amount < 0n ? "-" : "+";
    const soma = formatSoma(amount < 0n ? -amount : amount);
    return [formatAddress(address), `${sign}${soma} SOMA`];
  });
}
