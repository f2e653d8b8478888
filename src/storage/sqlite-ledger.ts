/**
 * The ledger store on SQLite. Every version of every object is a row of `versions`; `objects`
 * points at the live ones and carries the columns that lists are sorted by.
 *
 * @module
 */
import { toHex } from "../base/bytes.ts";
import { fromOrderedU64, hexColumn, orderedU64, pageLimit } from "./columns.ts";
import { OpenDatabase, SMALL_PAGE_BYTES } from "./database.ts";
import { writeBatches } from "./ledger-batches.ts";
import {
  type Blob,
  type CheckpointColumns,
  type ObjectColumns,
  toCheckpoint,
  toObject,
  toTransaction,
  type TransactionColumns,
  type VersionColumns,
} from "./ledger-rows.ts";
import { readMeta } from "./meta.ts";
import type {
  CheckpointRow,
  LastVersion,
  LedgerBatch,
  LedgerStore,
  ListedObject,
  ObjectRow,
  OwnedCursor,
  Page,
  RankCursor,
  TransactionRow,
} from "./store.ts";
import { LEDGER_MIGRATIONS } from "./tables.ts";

/** What the ledger's file says it is. */
const KIND = { name: "ledger", applicationId: 0x536f_4c31, migrations: LEDGER_MIGRATIONS };
const CACHE_BYTES = 67_108_864;
const BEFORE_ALL = new Uint8Array(0);
const I64_MAX = 2n ** 63n - 1n;

type Columns = readonly (Blob | string | number | bigint)[];

// A live object: its place in lists and, by row, its current version.
const LIVE = `
  select o.id, v.version, v.digest, v.bytes, o.type, o.owner, o.listed, o.rank, o.held
  from objects o join versions v on v.row = o.row`;

// Every `order by` is the order of an index of `tables.ts`, so a page costs its own rows.
const SQL = {
  heldTotal: "select sum(held) as held, count(*) - count(held) as unknown from objects",
  object: `${LIVE} where o.id = ?`,
  version: "select version, digest, bytes from versions where id = ? and version = ?",
  lastVersion: `
    select version, digest, bytes from versions where id = ? order by version desc limit 1`,
  live: `${LIVE} where o.id > ? order by o.id limit ?`,
  owned: `${LIVE} where o.owner = ? and (o.type, o.rank, o.id) > (?, ?, ?)
    order by o.type, o.rank, o.id limit ?`,
  ownedOfType: `${LIVE} where o.owner = ? and o.type = ? and (o.rank, o.id) > (?, ?)
    order by o.rank, o.id limit ?`,
  ofType: `${LIVE} where o.type = ? and o.listed = ? and (o.rank, o.id) > (?, ?)
    order by o.rank, o.id limit ?`,
  transaction: `
    select t.* from transaction_digests d join transactions t on t.sequence = d.sequence
    where d.digest = ?`,
  transactions: "select * from transactions where sequence >= ? order by sequence limit ?",
  transactionsOf: `
    select t.* from transaction_addresses a join transactions t on t.sequence = a.sequence
    where a.address = ? and a.sequence < ? order by a.sequence desc limit ?`,
  checkpoint: "select * from checkpoints where sequence = ?",
  checkpointByDigest: "select * from checkpoints where digest = ?",
  latestCheckpoint: "select * from checkpoints order by sequence desc limit 1",
  epoch: "select bytes from epochs where epoch = ?",
} as const;

/** The ledger of one node in one file. */
export class SqliteLedger implements LedgerStore {
  private readonly database: OpenDatabase;

  /** Opens or creates the ledger at `path`. */
  constructor(path: string, cacheBytes: number = CACHE_BYTES) {
    this.database = new OpenDatabase(path, KIND, { cacheBytes, pageBytes: SMALL_PAGE_BYTES });
  }

  write(...batches: readonly LedgerBatch[]): void {
    this.database.write(() => writeBatches(this.database, batches));
  }

  flush(): void {}

  findObject(id: string): ListedObject | undefined {
    const row = this.database.get<ObjectColumns>(SQL.object, hexColumn(id));
    return row && toObject(row);
  }

  findObjectVersion(id: string, version: bigint): ObjectRow | undefined {
    const row = this.version(SQL.version, hexColumn(id), orderedU64(version));
    if (row === undefined || row.digest === null || row.bytes === null) return undefined;
    return { id, version, digest: toHex(row.digest), bytes: row.bytes };
  }

  findLastVersion(id: string): LastVersion | undefined {
    const row = this.version(SQL.lastVersion, hexColumn(id));
    return row && { version: fromOrderedU64(row.version), isDeleted: row.bytes === null };
  }

  liveObjects({ after, limit }: Page<string>): ListedObject[] {
    const from = after === undefined ? BEFORE_ALL : hexColumn(after);
    return this.objects(SQL.live, from, pageLimit(limit));
  }

  ownedObjects(owner: string, page: Page<OwnedCursor> & { type?: string }): ListedObject[] {
    const holder = hexColumn(owner);
    const from = cursorColumns(page.after);
    const limit = pageLimit(page.limit);
    if (page.type !== undefined) {
      return this.objects(SQL.ownedOfType, holder, page.type, ...from, limit);
    }
    return this.objects(SQL.owned, holder, page.after?.type ?? "", ...from, limit);
  }

  objectsOfType(type: string, group: string, page: Page<RankCursor>): ListedObject[] {
    const from = cursorColumns(page.after);
    return this.objects(SQL.ofType, type, group, ...from, pageLimit(page.limit));
  }

  findTransaction(digest: string): TransactionRow | undefined {
    const row = this.database.get<TransactionColumns>(SQL.transaction, hexColumn(digest));
    return row && toTransaction(row);
  }

  transactions(from: bigint, limit: number): TransactionRow[] {
    const rows = this.database.all<TransactionColumns>(SQL.transactions, from, pageLimit(limit));
    return rows.map(toTransaction);
  }

  transactionsOf(address: string, { after, limit }: Page<bigint>): TransactionRow[] {
    return this.database
      .all<TransactionColumns>(
        SQL.transactionsOf,
        hexColumn(address),
        after ?? I64_MAX,
        pageLimit(limit),
      )
      .map(toTransaction);
  }

  checkpoint(sequence: bigint): CheckpointRow | undefined {
    return this.oneCheckpoint(SQL.checkpoint, sequence);
  }

  findCheckpoint(digest: string): CheckpointRow | undefined {
    return this.oneCheckpoint(SQL.checkpointByDigest, hexColumn(digest));
  }

  latestCheckpoint(): CheckpointRow | undefined {
    return this.oneCheckpoint(SQL.latestCheckpoint);
  }

  epoch(epoch: bigint): Uint8Array | undefined {
    return this.database.get<{ bytes: Blob }>(SQL.epoch, epoch)?.bytes;
  }

  meta(key: string): Uint8Array | undefined {
    return readMeta(this.database, key);
  }

  heldTotal(): bigint | undefined {
    const row = this.database.get<{ held: bigint | null; unknown: bigint }>(SQL.heldTotal);
    return row?.unknown === 0n ? (row.held ?? 0n) : undefined;
  }

  tidy(): void {
    this.database.foldLog();
  }

  close(): void {
    this.database.close();
  }

  private objects(sql: string, ...parameters: Columns): ListedObject[] {
    return this.database.all<ObjectColumns>(sql, ...parameters).map(toObject);
  }

  private version(sql: string, ...parameters: Columns): VersionColumns | undefined {
    return this.database.get<VersionColumns>(sql, ...parameters);
  }

  private oneCheckpoint(sql: string, ...parameters: Columns): CheckpointRow | undefined {
    const row = this.database.get<CheckpointColumns>(sql, ...parameters);
    return row && toCheckpoint(row);
  }
}

function cursorColumns(cursor: RankCursor | undefined): [Blob, Blob] {
  if (cursor === undefined) return [BEFORE_ALL, BEFORE_ALL];
  return [orderedU64(cursor.rank), hexColumn(cursor.id)];
}
