/**
 * What opens the commitments of models, in the journal: written before a commitment is sent, so
 * that there is no moment at which the chain waits for a reveal that nobody could make.
 *
 * @module
 */
import { dirname } from "node:path";

import { present } from "../base/assert.ts";
import { fromHex, toHex } from "../base/bytes.ts";
import { SomaError } from "../base/errors.ts";
import type { Keypair } from "../client/keypair.ts";
import { mismatch, type ModelSecret, pendingCommitment } from "../client/publish.ts";
import { type ObjectId, toDigest } from "../types/address.ts";
import { formatAddress, formatDigest, formatObjectId, parseDigest } from "../types/text.ts";
import {
  type CommitSecret,
  journalDir,
  MODEL_ENTRY,
  readEntry,
  removeEntry,
  writeEntry,
} from "../wallet/journal.ts";
import type { ModelView } from "../wire/json/model.ts";
import type { Context } from "./command.ts";
import { walletPath } from "./open-wallet.ts";

/** The secrets that the journal has for a model, the newest first. */
export function knownSecrets(context: Context, id: ObjectId): readonly ModelSecret[] {
  return storedSecrets(context, id).map(readSecret).reverse();
}

/** Adds a secret to those of `model`; of the older ones only what opens its commitment stays. */
export function keepSecret(
  context: Context,
  model: ModelView,
  secret: ModelSecret,
  place: Pick<CommitSecret, "env" | "weights_url">,
): void {
  const pending = pendingCommitment(model);
  const older = storedSecrets(context, model.model_id).filter(
    (stored) => pending !== undefined && mismatch(pending, readSecret(stored)) === undefined,
  );
  const { key, embedding } = secret;
  const decryption_key = formatDigest(toDigest(toHex(key)));
  const newest = { ...place, decryption_key, embedding: [...embedding] };
  writeEntry(directoryOf(context), MODEL_ENTRY, {
    id: model.model_id,
    commits: [...older, newest],
  });
}

/** Forgets the secrets of a model: once they are revealed they are none. */
export function forgetSecrets(context: Context, id: ObjectId): void {
  removeEntry(directoryOf(context), MODEL_ENTRY, id);
}

/** Fails unless the model belongs to this key. */
export function checkOwner({ model_id, owner }: ModelView, { address }: Keypair): void {
  if (owner === address) return;
  const message = `model ${formatObjectId(model_id)} belongs to ${formatAddress(owner)}`;
  throw new SomaError("not_model_owner", `${message}, not to ${formatAddress(address)}`, {
    hint: "choose its owner with `soma wallet switch ALIAS`",
  });
}

function storedSecrets(context: Context, id: ObjectId): readonly CommitSecret[] {
  return readEntry(directoryOf(context), MODEL_ENTRY, id)?.commits ?? [];
}

function readSecret({ decryption_key, embedding }: CommitSecret): ModelSecret {
  const key = parseDigest(decryption_key);
  return {
    key: fromHex(present(key.ok ? key.value : undefined, "a key in the journal")),
    embedding: Float32Array.from(embedding),
  };
}

function directoryOf(context: Context): string {
  return journalDir(dirname(walletPath(context)));
}
