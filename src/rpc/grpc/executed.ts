/**
 * Executed transactions in gRPC: only what the mask selects is read and written.
 *
 * @module
 */
import { create } from "@bufbuild/protobuf";

import type { FinalExecution } from "../../node/io.ts";
import type { ObjectId } from "../../types/address.ts";
import type { TransactionEffects } from "../../types/effects.ts";
import { isEntryContent, stateDigest, type StateObject } from "../../types/entry.ts";
import { formatDigest } from "../../types/text.ts";
import type { SignedTransaction } from "../../types/transaction.ts";
import {
  type ExecutedTransaction,
  ExecutedTransactionSchema,
  type Object$ as ObjectMessage,
} from "../../wire/generated/soma_pb.js";
import { effectsMessage } from "../../wire/grpc/effects.ts";
import { applyMask, type Mask, selects } from "../../wire/grpc/mask.ts";
import { objectMessage } from "../../wire/grpc/object.ts";
import { signatureMessage } from "../../wire/grpc/signature.ts";
import { timestamp } from "../../wire/grpc/time.ts";
import { transactionMessage } from "../../wire/grpc/transaction.ts";
import { balanceChanges, concernsClients, finalStates, type States } from "../changes.ts";
import { isVisible } from "../http/objects.ts";
import type { LedgerReader } from "../reader.ts";

/** A transaction with what executing it did. */
export type Executed = {
  readonly transaction: SignedTransaction;
  readonly effects: TransactionEffects;
  readonly states: States;
  /** Absent when it was only tried. */
  readonly final?: Pick<FinalExecution, "sequence" | "timestampMs">;
};

/** Changed objects whose states are shown: epoch changes touch far more. */
const STATES_MAX = 1_024;

/** A final transaction, with states as long as they are kept. */
export function finalExecution(reader: LedgerReader, final: FinalExecution): Executed {
  const { transaction, effects } = final.executed;
  return { transaction, effects, states: finalStates(reader, effects), final };
}

/** What `mask` selects of a transaction. */
export function executedMessage(executed: Executed, mask: Mask): ExecutedTransaction {
  const { transaction, effects, states, final } = executed;
  const digest = effects.transaction_digest;
  const message = create(ExecutedTransactionSchema, {
    digest: formatDigest(digest),
    ...(selects(mask, "transaction") && {
      transaction: transactionMessage(transaction.data, digest),
    }),
    ...(selects(mask, "signatures") && {
      signatures: transaction.signatures.map(signatureMessage),
    }),
    ...(selects(mask, "effects") && {
      effects: effectsMessage(effects, (id) => typeOf(states, id)),
    }),
    ...(final !== undefined && {
      checkpoint: final.sequence,
      timestamp: timestamp(final.timestampMs),
    }),
    ...(selects(mask, "balance_changes") && { balanceChanges: changesOf(executed) }),
    ...(selects(mask, "objects") && { objects: { objects: objectsOf(executed) } }),
  });
  return applyMask(ExecutedTransactionSchema, mask, message);
}

/** The objects that a transaction wrote, as it left them, and those it read, as it found them. */
export function objectsOf({ effects, states }: Executed): ObjectMessage[] {
  const changes = effects.changed_objects.slice(0, STATES_MAX);
  const before = changes.map(({ object_id: id, input_state: input }) =>
    input.kind === "Exist" ? states.before(id, input.version) : undefined,
  );
  const after = changes.map(({ object_id: id, output_state: output }) =>
    output.kind === "ObjectWrite" ? states.after(id) : undefined,
  );
  return [...before, ...after]
    .filter((object): object is StateObject => object !== undefined)
    .filter(isVisible)
    .map((object) => objectMessage(object, stateDigest(object)));
}

function changesOf({ effects, states }: Executed): { address: string; amount: string }[] {
  if (effects.changed_objects.length > STATES_MAX) return [];
  const visible = effects.changed_objects.filter((change) => concernsClients(change, states));
  const changes = balanceChanges(visible, states) ?? [];
  return changes.map(({ address, amount }) => ({ address, amount: String(amount) }));
}

function typeOf(states: States, id: ObjectId): string | undefined {
  const content = (states.after(id) ?? states.any(id))?.content;
  return content === undefined || isEntryContent(content) ? undefined : content.kind;
}
