/**
 * The statements of the ledger store and the rows they return. They read by index only: each `order
 * by` is the order of an index of `tables.ts`, so that a page costs its own rows.
 *
 * @module
 */

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

// A live object: its place in lists and, by row, its current version.
const LIVE = `
  select o.id, v.version, v.digest, v.bytes, o.type, o.owner, o.listed, o.rank
  from objects o join versions v on v.row = o.row`;

/** The statements. */
export const LEDGER_SQL = {
  putVersion: "insert into versions (id, version, digest, bytes) values (?, ?, ?, ?)",
  putObject: `
    insert into objects (id, row, type, owner, listed, rank) values (?, ?, ?, ?, ?, ?)
    on conflict (id) do update set row = excluded.row, type = excluded.type,
      owner = excluded.owner, listed = excluded.listed, rank = excluded.rank`,
  dropObject: "delete from objects where id = ?",
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
  putTransaction: `
    insert into transactions (sequence, digest, checkpoint, bytes, effects) values (?, ?, ?, ?, ?)`,
  putDigest: "insert into transaction_digests (digest, sequence) values (?, ?)",
  putAddress: `
    insert into transaction_addresses (address, sequence) values (?, ?) on conflict do nothing`,
  transaction: `
    select t.* from transaction_digests d join transactions t on t.sequence = d.sequence
    where d.digest = ?`,
  transactions: "select * from transactions where sequence >= ? order by sequence limit ?",
  transactionsOf: `
    select t.* from transaction_addresses a join transactions t on t.sequence = a.sequence
    where a.address = ? and a.sequence < ? order by a.sequence desc limit ?`,
  putCheckpoint: `
    insert into checkpoints (sequence, digest, first_transaction, transaction_count, summary,
      contents, certificate) values (?, ?, ?, ?, ?, ?, ?)`,
  checkpoint: "select * from checkpoints where sequence = ?",
  checkpointByDigest: "select * from checkpoints where digest = ?",
  latestCheckpoint: "select * from checkpoints order by sequence desc limit 1",
  putEpoch: `
    insert into epochs (epoch, bytes) values (?, ?)
    on conflict (epoch) do update set bytes = excluded.bytes`,
  epoch: "select bytes from epochs where epoch = ?",
} as const;
