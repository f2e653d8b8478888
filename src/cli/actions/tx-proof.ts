/**
 * What `soma tx prove` and `soma tx verify` do.
 *
 * @module
 */
import {
  checkTransactionEvidence,
  collectTransaction,
  transactionEvidence,
} from "../../client/evidence.ts";
import type { Digest } from "../../types/address.ts";
import type { ExecutionStatus } from "../../types/effects.ts";
import { describeFault } from "../../types/fault.ts";
import { formatDigest } from "../../types/text.ts";
import { feeText } from "../amounts.ts";
import type { Context } from "../command.ts";
import { openClient } from "../network.ts";
import { checkProof, saveProof, shownDocument } from "../proof-file.ts";
import { timeText } from "../transaction-report.ts";

const CHECKING = { codec: transactionEvidence, check: checkTransactionEvidence };

/** `tx prove` */
export async function proveTransactionAction(
  context: Context,
  digest: Digest,
  output: string | undefined,
): Promise<void> {
  const name = formatDigest(digest);
  const client = openClient(context);
  await saveProof(context, output ?? `./${name}.proof`, transactionEvidence, {
    document: { digest: name },
    command: "soma tx verify",
    collect: (signal) => collectTransaction(client, digest, signal),
  });
}

/** `tx verify` */
export function verifyTransactionAction(context: Context, file: string, genesis: string): void {
  const checked = checkProof(context, file, genesis, CHECKING);
  const { status, transaction_digest, transaction_fee, executed_epoch } = checked.evidence.effects;
  const { checkpoint, epoch, timestampMs } = checked.shown;
  const digest = formatDigest(transaction_digest);
  const document = {
    ...shownDocument(checked),
    digest,
    status: statusDocument(status),
    executed_epoch: Number(executed_epoch),
    fee: transaction_fee,
  };
  context.output.result(document, () => {
    const rows = [
      ["Digest", digest],
      ["Status", status.kind === "Success" ? "success" : describeFault(status.error)],
      ["Fee", feeText(transaction_fee.total_fee)],
      ["Executed In", `checkpoint ${checkpoint}, epoch ${epoch}`],
      ["Timestamp", timeText(timestampMs)],
    ];
    context.output.table({ title: "Proved Transaction", rows });
    context.output.line(`A quorum of the chain ${checked.chain} certified this.`);
  });
}

function statusDocument(status: ExecutionStatus): unknown {
  return status.kind === "Success"
    ? status.kind
    : { Failure: { error: describeFault(status.error), code: status.error.kind } };
}
