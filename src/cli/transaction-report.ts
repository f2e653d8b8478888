/**
 * What a transaction did or would do, for people and as JSON. A failed one is printed like any
 * other and makes the exit code 1.
 *
 * @module
 */
import { formatAddress, formatDigest, formatObjectId } from "../types/text.ts";
import {
  type ChangesView,
  type ChangeView,
  type SimulationView,
  simulationView,
  type StatusView,
  type TransactionView,
  transactionView,
} from "../wire/json/transaction.ts";
import { encodeView } from "../wire/json/view.ts";
import { changeText, feeText } from "./amounts.ts";
import { type Output, printable } from "./output.ts";
import { shortOwnerText } from "./owner-text.ts";

/** A transaction in JSON, without the bytes that were sent. */
export function transactionDocument(view: TransactionView): Readonly<Record<string, unknown>> {
  const document = encodeView(transactionView, view) as Readonly<Record<string, unknown>>;
  const { tx_bytes: _, signatures: __, ...rest } = document;
  return rest;
}

/** A simulation in JSON. */
export function simulationDocument(view: SimulationView): unknown {
  return encodeView(simulationView, view);
}

/** Prints what a transaction did. */
export function printTransaction(output: Output, view: TransactionView): void {
  printStatus(output, "Transaction", view.status);
  output.table({
    title: "Transaction Details",
    rows: [
      ["Digest", formatDigest(view.digest)],
      ["Epoch", view.executed_epoch.toString()],
      ["Checkpoint", view.checkpoint.toString()],
      ["Timestamp", timeText(view.timestamp_ms)],
    ],
  });
  printChanges(output, view);
  printFee(output, view);
  printBalances(output, view);
}

/** Prints what a transaction would do. */
export function printSimulation(output: Output, view: SimulationView): void {
  printStatus(output, "Simulation", view.status);
  printChanges(output, view);
  printFee(output, view);
  printBalances(output, view);
  output.line("Nothing was sent.");
}

/** A moment for people and programs: RFC 3339 in UTC. */
export function timeText(timestampMs: bigint): string {
  return new Date(Number(timestampMs)).toISOString();
}

function printStatus(output: Output, what: string, status: StatusView): void {
  const { bold, green, red, yellow } = output.colors;
  if (status.kind === "Success") {
    output.line(green(`✓ ${what} Succeeded`));
    return;
  }
  output.line(red(`✗ ${what} Failed`));
  output.line(`  ${bold(red("Error:"))} ${printable(status.error)}`);
  output.line(`  ${bold(yellow("Hint:"))}  ${printable(status.hint)}`);
}

function printChanges(output: Output, view: ChangesView): void {
  const { green, red, yellow } = output.colors;
  printObjects(output, green("● Created Objects"), view.created);
  printObjects(output, yellow("● Mutated Objects"), view.mutated);
  printObjects(output, red("● Deleted Objects"), view.deleted);
  const { omitted_changes: omitted = 0n } = view;
  if (omitted > 0n) output.line(`${omitted} more changed objects are not listed.`);
}

function printObjects(output: Output, title: string, changes: readonly ChangeView[]): void {
  if (changes.length === 0) return;
  const rows = changes.map(({ object_id, version, owner }) => [
    formatObjectId(object_id),
    version.toString(),
    shortOwnerText(owner),
  ]);
  output.line(`${title} (${changes.length})`);
  output.table({ head: ["Object ID", "Version", "Owner"], rows });
}

function printFee(output: Output, { fee }: Pick<TransactionView, "fee">): void {
  output.table({
    title: "Gas Summary",
    rows: [
      ["Base Fee", feeText(fee.base_fee)],
      ["Operation Fee", feeText(fee.operation_fee)],
      ["Value Fee", feeText(fee.value_fee)],
      ["Total", feeText(fee.total_fee)],
    ],
  });
}

function printBalances(output: Output, { balance_changes: changes = [] }: ChangesView): void {
  if (changes.length === 0) return;
  const { green, red } = output.colors;
  const rows = changes.map(({ address, amount }) => {
    const text = changeText(amount);
    return [formatAddress(address), amount < 0n ? red(text) : green(text)];
  });
  output.table({ title: "Balance Changes", rows });
}
