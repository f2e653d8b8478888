/**
 * What a transaction would do if it came next: executed on the certified state, and forgotten.
 *
 * @module
 */
import { SomaError } from "../base/errors.ts";
import type { Execution } from "../ledger/outcome.ts";
import { simulateTransaction } from "../ledger/simulate.ts";
import { isSystemKind } from "../types/transaction-kind.ts";
import { type TransactionData, transactionDigest } from "../types/transaction.ts";
import type { NodeStorage } from "./node-storage.ts";

/** Executes on the state after the last certified checkpoint, at `nowMs`. */
export function simulate(
  storage: NodeStorage,
  transaction: TransactionData,
  nowMs: number,
): Execution {
  if (isSystemKind(transaction.kind)) {
    throw new SomaError("transaction_invalid", "only the network itself sends this kind", {
      hint: "send a transaction of another kind",
    });
  }
  const { summary } = storage.latest;
  const isOver = summary.end_of_epoch_data !== undefined;
  const timeMs = BigInt(nowMs);
  return simulateTransaction(storage.objects, transaction, transactionDigest(transaction), {
    epoch: isOver ? summary.epoch + 1n : summary.epoch,
    commitTimestampMs: timeMs > summary.timestamp_ms ? timeMs : summary.timestamp_ms,
    // The commit that would order it does not exist; what is drawn by its digest may differ.
    commitDigest: summary.content_digest,
  });
}
