/**
 * The rows of the ledger's tables as SQLite returns them, and the values they stand for.
 *
 * @module
 */
import { toHex } from "../base/bytes.ts";
import { fromOrderedU64 } from "./columns.ts";
import type { CheckpointRow, ListedObject, TransactionRow } from "./store.ts";

/** Bytes in a column. */
export type Blob = Uint8Array;

/** A row of `objects` with its version. */
export type ObjectColumns = {
  readonly id: Blob;
  readonly version: Blob;
  readonly digest: Blob;
  readonly bytes: Blob;
  readonly type: string;
  readonly owner: Blob | null;
  readonly listed: string | null;
  readonly rank: Blob;
  readonly held: bigint | null;
};

/** A row of `versions`; nulls say deleted. */
export type VersionColumns = {
  readonly version: Blob;
  readonly digest: Blob | null;
  readonly bytes: Blob | null;
};

/** A row of `transactions`. */
export type TransactionColumns = {
  readonly sequence: bigint;
  readonly digest: Blob;
  readonly checkpoint: bigint;
  readonly bytes: Blob;
  readonly effects: Blob;
};

/** A row of `checkpoints`. */
export type CheckpointColumns = {
  readonly sequence: bigint;
  readonly digest: Blob;
  readonly first_transaction: bigint;
  readonly transaction_count: bigint;
  readonly summary: Blob;
  readonly contents: Blob;
  readonly certificate: Blob;
};

/** A live object. */
export function toObject(row: ObjectColumns): ListedObject {
  return {
    id: toHex(row.id),
    version: fromOrderedU64(row.version),
    digest: toHex(row.digest),
    bytes: row.bytes,
    type: row.type,
    owner: row.owner === null ? undefined : toHex(row.owner),
    group: row.listed ?? undefined,
    rank: fromOrderedU64(row.rank),
    held: row.held ?? 0n,
  };
}

/** A transaction. */
export function toTransaction(row: TransactionColumns): TransactionRow {
  return { ...row, digest: toHex(row.digest) };
}

/** A checkpoint. */
export function toCheckpoint(row: CheckpointColumns): CheckpointRow {
  return {
    sequence: row.sequence,
    digest: toHex(row.digest),
    firstTransaction: row.first_transaction,
    transactionCount: Number(row.transaction_count),
    summary: row.summary,
    contents: row.contents,
    certificate: row.certificate,
  };
}
