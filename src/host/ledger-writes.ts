/**
 * One certified checkpoint as one atomic write: the objects it left behind with their places in
 * lists, its transactions with the addresses they concern, and the few values that say where the
 * chain is. A crash finds all of it or nothing.
 *
 * @module
 */
import { present } from "../base/assert.ts";
import { fromHex } from "../base/bytes.ts";
import { encode } from "../bcs/schema.ts";
import { netChanges } from "../checkpoint/build.ts";
import type { CheckpointRecord, ExecutedTransaction } from "../node/io.ts";
import type { EpochRecord } from "../rpc/reader.ts";
import type {
  LedgerBatch,
  ListedObject,
  ObjectRemoval,
  TransactionWrite,
} from "../storage/store.ts";
import type { Address, Digest } from "../types/address.ts";
import {
  checkpointCertificate,
  checkpointContents,
  checkpointSummary,
} from "../types/checkpoint.ts";
import { transactionEffects } from "../types/effects.ts";
import { stateDigest, type StateObject, stateObject } from "../types/entry.ts";
import type { Owner } from "../types/owner.ts";
import { isSystemKind } from "../types/transaction-kind.ts";
import { signedTransaction } from "../types/transaction.ts";
import { listingOf } from "./listing.ts";
import { consensusProgress, epochRecord, META } from "./stored.ts";

/** What a checkpoint writes; `epochs` are the records of epochs that it changes. */
export function ledgerBatch(
  record: CheckpointRecord,
  epochs: readonly EpochRecord[],
): Required<LedgerBatch> {
  const { bundle, digest, executed } = record;
  const { summary, contents, certificate } = bundle;
  const firstTransaction = summary.network_total_transactions - BigInt(executed.length);
  return {
    objects: [...record.superseded, ...record.written].map(listObject),
    removed: removals(record),
    transactions: executed.map((one, place) => ({
      ...writeTransaction(one),
      sequence: firstTransaction + BigInt(place),
      checkpoint: summary.sequence_number,
    })),
    checkpoint: {
      sequence: summary.sequence_number,
      digest,
      firstTransaction,
      transactionCount: executed.length,
      summary: encode(checkpointSummary, summary),
      contents: encode(checkpointContents, contents),
      certificate: encode(checkpointCertificate, certificate),
    },
    epochs: epochs.map((epoch) => ({ epoch: epoch.epoch, bytes: encode(epochRecord, epoch) })),
    meta: [
      { key: META.liveSet, value: record.liveSet },
      { key: META.progress, value: encode(consensusProgress, record.progress) },
    ],
  };
}

/** What the genesis checkpoint writes: a checkpoint like any other, and the name of the chain. */
export function genesisBatch(genesis: CheckpointRecord, first: EpochRecord): LedgerBatch {
  const batch = ledgerBatch(genesis, [first]);
  const chainId = { key: META.chainId, value: fromHex(genesis.digest) };
  return { ...batch, meta: [...batch.meta, chainId] };
}

/** An object with its places in lists. */
export function listObject(object: StateObject): ListedObject {
  return {
    id: object.id,
    version: object.version,
    digest: stateDigest(object),
    bytes: encode(stateObject, object),
    ...listingOf(object),
  };
}

function removals({ executed, deleted }: CheckpointRecord): ObjectRemoval[] {
  if (deleted.length === 0) return [];
  const changes = new Map(netChanges(executed).map(({ id, after }) => [id, after]));
  return deleted.map((id) => {
    const { version } = present(changes.get(id), "the change that deleted an object");
    return { id, version };
  });
}

function writeTransaction(
  executed: ExecutedTransaction,
): Pick<TransactionWrite, "digest" | "bytes" | "effects" | "addresses"> {
  const { transaction, effects } = executed;
  const digest: Digest = executed.digest;
  return {
    digest,
    bytes: encode(signedTransaction, transaction),
    effects: encode(transactionEffects, effects),
    addresses: [...addressesOf(executed)],
  };
}

/** Whose history a transaction belongs to: its sender's, and whoever had or got an object. */
function addressesOf({ transaction, effects }: ExecutedTransaction): ReadonlySet<Address> {
  const { kind, sender } = transaction.data;
  const addresses = new Set<Address>(isSystemKind(kind) ? [] : [sender]);
  const add = (owner: Owner): void => {
    if (owner.kind === "AddressOwner") addresses.add(owner.address);
  };
  for (const { input_state: before, output_state: after } of effects.changed_objects) {
    if (before.kind === "Exist") add(before.owner);
    if (after.kind === "ObjectWrite") add(after.owner);
  }
  return addresses;
}
