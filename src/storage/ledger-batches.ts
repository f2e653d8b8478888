/**
 * Writes what checkpoints changed into the ledger's tables. Rows go in by the order of the indexes
 * that they change, so that those of one page come one after another; of an object that changed
 * several times, only the last version gets a place in lists.
 *
 * @module
 */
import { compareText } from "../base/bytes.ts";
import { hexColumn, optionalHexColumn, orderedU64 } from "./columns.ts";
import type { OpenDatabase } from "./database.ts";
import { writeMeta } from "./meta.ts";
import type {
  CheckpointRow,
  LedgerBatch,
  ListedObject,
  ObjectRemoval,
  TransactionWrite,
} from "./store.ts";

const PUT_VERSION = "insert into versions (id, version, digest, bytes) values (?, ?, ?, ?)";
// An update of indexed columns rewrites the indexes even when nothing in them changes, so the
// common case, a new version in the same lists, moves in them by no more than its rank: a coin's
// follows what it holds.
const PUT_OBJECT = `
  insert into objects (id, row, type, owner, listed, rank, held) values (?, ?, ?, ?, ?, ?, ?)
  on conflict (id) do update
    set row = excluded.row, rank = excluded.rank, held = excluded.held
    where type = excluded.type and owner is excluded.owner and listed is excluded.listed`;
const MOVE_OBJECT = `
  update objects set row = ?2, type = ?3, owner = ?4, listed = ?5, rank = ?6, held = ?7
  where id = ?1`;
const DROP_OBJECT = "delete from objects where id = ?";
const PUT_TRANSACTION = `
  insert into transactions (sequence, digest, checkpoint, bytes, effects) values (?, ?, ?, ?, ?)`;
const PUT_DIGEST = "insert into transaction_digests (digest, sequence) values (?, ?)";
const PUT_ADDRESS = `
  insert into transaction_addresses (address, sequence) values (?, ?) on conflict do nothing`;
const PUT_CHECKPOINT = `
  insert into checkpoints (sequence, digest, first_transaction, transaction_count, summary,
    contents, certificate) values (?, ?, ?, ?, ?, ?, ?)`;
const PUT_EPOCH = `
  insert into epochs (epoch, bytes) values (?, ?)
  on conflict (epoch) do update set bytes = excluded.bytes`;

/** A new version of an object, or its end. */
type Change = ListedObject | ObjectRemoval;

/** Writes `batches`; the caller has a transaction open. */
export function writeBatches(database: OpenDatabase, batches: readonly LedgerBatch[]): void {
  putChanges(
    database,
    batches.flatMap(({ objects = [], removed = [] }) => [...objects, ...removed]),
  );
  putTransactions(
    database,
    batches.flatMap(({ transactions = [] }) => transactions),
  );
  for (const { checkpoint, epochs = [], meta = [] } of batches) {
    if (checkpoint !== undefined) putCheckpoint(database, checkpoint);
    for (const { epoch, bytes } of epochs) database.run(PUT_EPOCH, epoch, bytes);
    writeMeta(database, meta);
  }
}

function putChanges(database: OpenDatabase, changes: readonly Change[]): void {
  const sorted = changes.toSorted(compareChanges);
  for (const [place, change] of sorted.entries()) {
    const id = hexColumn(change.id);
    const row = putVersion(database, id, change);
    if (sorted[place + 1]?.id === change.id) continue;
    if (isRemoval(change)) database.run(DROP_OBJECT, id);
    else putLive(database, { id, row }, change);
  }
}

function putVersion(database: OpenDatabase, id: Uint8Array, change: Change): number | bigint {
  const { digest, bytes } = isRemoval(change) ? DELETED : change;
  const version = orderedU64(change.version);
  const columns = [id, version, optionalHexColumn(digest), bytes ?? null];
  return database.run(PUT_VERSION, ...columns).lastInsertRowid;
}

const DELETED = { digest: undefined, bytes: undefined };

function putLive(
  database: OpenDatabase,
  { id, row }: { readonly id: Uint8Array; readonly row: number | bigint },
  { type, owner, group, rank, held }: ListedObject,
): void {
  const columns = [id, row, type, optionalHexColumn(owner), group ?? null, orderedU64(rank), held];
  const { changes } = database.run(PUT_OBJECT, ...columns);
  if (changes === 0) database.run(MOVE_OBJECT, ...columns);
}

function putTransactions(database: OpenDatabase, rows: readonly TransactionWrite[]): void {
  for (const { sequence, digest, checkpoint, bytes, effects } of rows) {
    database.run(PUT_TRANSACTION, sequence, hexColumn(digest), checkpoint, bytes, effects);
  }
  const byDigest = rows.toSorted((left, right) => compareText(left.digest, right.digest));
  for (const { digest, sequence } of byDigest) {
    database.run(PUT_DIGEST, hexColumn(digest), sequence);
  }
  const places = rows.flatMap(({ addresses, sequence }) =>
    addresses.map((address) => ({ address, sequence })),
  );
  // The sort keeps the sequences of one address in order.
  places.sort((left, right) => compareText(left.address, right.address));
  for (const { address, sequence } of places) {
    database.run(PUT_ADDRESS, hexColumn(address), sequence);
  }
}

function putCheckpoint(database: OpenDatabase, row: CheckpointRow): void {
  database.run(
    PUT_CHECKPOINT,
    row.sequence,
    hexColumn(row.digest),
    row.firstTransaction,
    row.transactionCount,
    row.summary,
    row.contents,
    row.certificate,
  );
}

function isRemoval(change: Change): change is ObjectRemoval {
  return !("bytes" in change);
}

function compareChanges(left: Change, right: Change): number {
  const byId = compareText(left.id, right.id);
  return byId || (left.version < right.version ? -1 : 1);
}
