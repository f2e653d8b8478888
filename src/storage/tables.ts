/**
 * The tables of all databases. A u64 that sorts is 8 big-endian bytes, because SQLite's integers
 * are signed; ids, digests and addresses are 32 bytes. Rows that arrive in order are keyed by
 * sequence, with a narrow table beside them from digest to sequence: a third of the cost of keying
 * wide rows by a random digest.
 *
 * @module
 */

/** Steps that build the ledger's tables, oldest first; a step that has shipped never changes. */
export const LEDGER_MIGRATIONS: readonly string[] = [
  `
  create table versions (
    row integer primary key,
    id blob not null,
    version blob not null,
    digest blob, -- null, as the bytes: deleted at this version
    bytes blob
  ) strict;
  create unique index versions_by_id on versions (id, version);

  create table objects (
    id blob primary key,
    row integer not null, -- its live version
    type text not null,
    owner blob,
    listed text,
    rank blob not null
  ) strict, without rowid;
  create index objects_by_owner on objects (owner, type, rank, id) where owner is not null;
  create index objects_by_type on objects (type, listed, rank, id) where listed is not null;

  create table transactions (
    sequence integer primary key,
    digest blob not null,
    checkpoint integer not null,
    bytes blob not null,
    effects blob not null
  ) strict;
  create table transaction_digests (
    digest blob primary key,
    sequence integer not null
  ) strict, without rowid;
  create table transaction_addresses (
    address blob not null,
    sequence integer not null,
    primary key (address, sequence)
  ) strict, without rowid;

  create table checkpoints (
    sequence integer primary key,
    digest blob not null,
    first_transaction integer not null,
    transaction_count integer not null,
    summary blob not null,
    contents blob not null,
    certificate blob not null
  ) strict;
  create unique index checkpoints_by_digest on checkpoints (digest);

  create table epochs (epoch integer primary key, bytes blob not null) strict;
  create table meta (key text primary key, value blob not null) strict, without rowid;
  `,
  // Null in rows from before; the next version of the object fills it in.
  "alter table objects add column held integer",
];

/** Steps that build the tables of consensus. */
export const CONSENSUS_MIGRATIONS: readonly string[] = [
  `
  create table blocks (
    row integer primary key,
    epoch integer not null,
    round integer not null,
    author integer not null,
    digest blob not null,
    bytes blob not null
  ) strict;
  create unique index blocks_by_round on blocks (epoch, round, author, digest);
  create index blocks_by_author on blocks (epoch, author, round, digest);

  create table commits (
    epoch integer not null,
    sequence integer not null,
    bytes blob not null,
    primary key (epoch, sequence)
  ) strict;

  create table meta (key text primary key, value blob not null) strict, without rowid;
  `,
  // Programs that kept no memory left blocks: whether they are all own ones nobody can say.
  `
  insert into meta (key, value)
    select 'unremembered', x'01' where exists (select 1 from blocks)
      and not exists (select 1 from meta where key = 'memory');
  `,
];

/** Steps that build the table of pending transactions. */
export const PENDING_MIGRATIONS: readonly string[] = [
  `
  create table pending (
    row integer primary key,
    digest blob not null unique,
    bytes blob not null
  ) strict;
  `,
];
