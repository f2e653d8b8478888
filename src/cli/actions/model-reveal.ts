/**
 * What `soma model reveal` does: shows the key and the embedding that were committed to, in the one
 * epoch in which that counts. Whatever the chain would refuse is found before anything is sent.
 *
 * @module
 */
import { SomaError } from "../../base/errors.ts";
import {
  mismatch,
  type ModelSecret,
  type PendingCommitment,
  pendingCommitment,
  revealKind,
} from "../../client/publish.ts";
import type { ObjectId } from "../../types/address.ts";
import { formatObjectId } from "../../types/text.ts";
import type { InfoView } from "../../wire/json/info.ts";
import type { ModelView } from "../../wire/json/model.ts";
import type { Context } from "../command.ts";
import { epochText } from "../epoch-times.ts";
import { checkOwner, forgetSecrets, knownSecrets } from "../model-secrets.ts";
import { type EmbeddingText, readEmbedding } from "../model-values.ts";
import { openAccount } from "../network.ts";
import { transact } from "../transact.ts";
import type { TransactionOptions } from "../transaction-options.ts";
import { printTransaction, transactionDocument } from "../transaction-report.ts";

type Options = TransactionOptions & {
  readonly decryptionKey: Uint8Array | undefined;
  readonly embedding: EmbeddingText | undefined;
};

/** `model reveal` */
export async function revealModelAction(
  context: Context,
  id: ObjectId,
  options: Options,
): Promise<void> {
  const { output, deps } = context;
  const account = openAccount(context);
  const [model, info] = await Promise.all([account.client.model(id), account.client.info()]);
  checkOwner(model, account.keypair);
  const pending = commitmentOf(model);
  checkEpoch(context, info, pending.epoch + 1n);
  const secret = secretOf(context, id, pending, options);
  const kind = revealKind(id, secret);
  const view = await transact(context, account, { build: () => kind }, options);
  if (view === undefined) return;
  const isDone = view.status.kind === "Success";
  if (isDone) forgetSecrets(context, id);
  else output.failed();
  const from = view.executed_epoch + 1n;
  const document = {
    model_id: formatObjectId(id),
    ...transactionDocument(view),
    competes_from_epoch: Number(from),
  };
  output.result(document, () => {
    printTransaction(output, view);
    if (isDone) output.line(`The model competes from ${epochText(deps, info, from)}.`);
  });
}

function commitmentOf(model: ModelView): PendingCommitment {
  const pending = pendingCommitment(model);
  if (pending !== undefined) return pending;
  const id = formatObjectId(model.model_id);
  throw new SomaError("no_commitment", `model ${id} has no commitment that waits for a reveal`, {
    hint:
      model.status === "inactive"
        ? "it is inactive; create another with `soma model create`"
        : `commit to weights first: soma model commit ${id} --weights-file FILE`,
  });
}

function checkEpoch({ deps }: Context, info: InfoView, due: bigint): void {
  if (info.epoch === due) return;
  const at = `it is due in epoch ${due}, and this is epoch ${info.epoch}`;
  if (info.epoch > due) {
    throw new SomaError("reveal_too_late", `the reveal is too late: ${at}`, {
      hint: "commit again with `soma model commit`, and reveal in the epoch after that",
    });
  }
  throw new SomaError("reveal_too_early", `the reveal is too early: ${at}`, {
    hint:
      `wait for ${epochText(deps, info, due)}; ` +
      "on a local network `soma epoch advance` ends this one",
  });
}

/** What opens the commitment: the journal's, with what was given instead. */
function secretOf(
  context: Context,
  id: ObjectId,
  pending: PendingCommitment,
  { decryptionKey, embedding }: Options,
): ModelSecret {
  const known = knownSecrets(context, id);
  const given = embedding && readEmbedding(context.deps, embedding);
  const base = known.find((secret) => mismatch(pending, secret) === undefined) ?? known[0];
  const key = decryptionKey ?? base?.key;
  const values = given ?? base?.embedding;
  if (key === undefined || values === undefined) throw noSecret(id);
  const secret = { key, embedding: values };
  const wrong = mismatch(pending, secret);
  if (wrong === undefined) return secret;
  throw new SomaError("not_committed", `the ${wrong} is not the one that was committed to`, {
    hint: `give the right one with --${wrong === "key" ? "decryption-key" : "embedding"}`,
  });
}

function noSecret(id: ObjectId): SomaError {
  const message = `the journal has no key for model ${formatObjectId(id)}`;
  return new SomaError("secret_missing", message, {
    hint: "was it committed with another configuration? give --decryption-key and --embedding",
  });
}
