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
import type { ExecutionStatus, TransactionEffects } from "../../types/effects.ts";
import { describeFault } from "../../types/fault.ts";
import { formatDigest, formatObjectId } from "../../types/text.ts";
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
  const { effects } = checked.evidence;
  const { status, transaction_digest, transaction_fee, executed_epoch } = effects;
  const deleted = deletedObjects(effects);
  const { checkpoint, epoch, timestampMs } = checked.shown;
  const digest = formatDigest(transaction_digest);
  const document = {
    ...shownDocument(checked),
    digest,
    status: statusDocument(status),
    executed_epoch: Number(executed_epoch),
    fee: transaction_fee,
    deleted,
  };
  context.output.result(document, () => {
    const rows = [
      ["Digest", digest],
      ["Status", status.kind === "Success" ? "success" : describeFault(status.error)],
      ["Fee", feeText(transaction_fee.total_fee)],
      ["Executed In", `checkpoint ${checkpoint}, epoch ${epoch}`],
      ["Timestamp", timeText(timestampMs)],
      ...deleted.map((id) => ["Deleted", id]),
    ];
    context.output.table({ title: "Proved Transaction", rows });
    context.output.line(`A quorum of the chain ${checked.chain} certified this.`);
  });
}

// What is gone has no proof of its own: that of the transaction which deleted it shows so.
function deletedObjects({ changed_objects }: TransactionEffects): readonly string[] {
  const gone = changed_objects.filter(({ id_operation: operation }) => operation === "Deleted");
  return gone.map(({ object_id }) => formatObjectId(object_id));
}

function statusDocument(status: ExecutionStatus): unknown {
  return status.kind === "Success"
    ? status.kind
    : { Failure: { error: describeFault(status.error), code: status.error.kind } };
}
