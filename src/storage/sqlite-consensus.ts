/**
 * The consensus store on SQLite. A write is one transaction and is on disk when it returns: an own
 * block before it is broadcast, a commit before it is executed.
 *
 * @module
 */
import { assert } from "../base/assert.ts";
import { equalBytes, toHex } from "../base/bytes.ts";
import { takeBlocks } from "./block-page.ts";
import { hexColumn, pageLimit } from "./columns.ts";
import { LARGE_PAGE_BYTES, OpenDatabase } from "./database.ts";
import { readMeta, writeMeta } from "./meta.ts";
import {
  type BlockKey,
  type BlockRow,
  type CommitRow,
  type ConsensusBatch,
  type ConsensusStore,
  type Page,
  PAGE_ROWS_MAX,
  type ReadLimits,
} from "./store.ts";
import { CONSENSUS_MIGRATIONS } from "./tables.ts";

type BlockColumns = {
  readonly round: bigint;
  readonly author: bigint;
  readonly digest: Uint8Array;
  readonly bytes: Uint8Array;
};
type CommitColumns = { readonly sequence: bigint; readonly bytes: Uint8Array };

const KIND = { name: "consensus", applicationId: 0x536f_4331, migrations: CONSENSUS_MIGRATIONS };
const CACHE_BYTES = 16_777_216;
const COLUMNS = "select round, author, digest, bytes from blocks";
const SQL = {
  putBlock: `
    insert into blocks (epoch, round, author, digest, bytes) values (?, ?, ?, ?, ?)
    on conflict (epoch, round, author, digest) do nothing`,
  blocks: `${COLUMNS} where epoch = ? and (round, author, digest) > (?, ?, ?)
    order by round, author, digest limit ?`,
  block: `${COLUMNS} where epoch = ? and round = ? and author = ? and digest = ?`,
  keysAbove: `
    select round, author, digest from blocks where epoch = ? and author = ? and round > ?
    order by round limit ?`,
  lastBlockBy: `${COLUMNS} where epoch = ? and author = ? order by round desc limit 1`,
  putCommit: `
    insert into commits (epoch, sequence, bytes) values (?, ?, ?)
    on conflict (epoch, sequence) do nothing`,
  commit: "select sequence, bytes from commits where epoch = ? and sequence = ?",
  commits: `
    select sequence, bytes from commits where epoch = ? and sequence > ? order by sequence limit ?`,
  lastCommit: `
    select sequence, bytes from commits where epoch = ? order by sequence desc limit 1`,
  dropBlocks: `
    delete from blocks where row in (select row from blocks where epoch < ? limit ?)`,
  dropCommits: `
    delete from commits where rowid in (select rowid from commits where epoch < ? limit ?)`,
} as const;

/** The blocks and commits of one node in one file. */
export class SqliteConsensus implements ConsensusStore {
  private readonly database: OpenDatabase;

  /** Opens or creates the store at `path`. */
  constructor(path: string, cacheBytes: number = CACHE_BYTES) {
    this.database = new OpenDatabase(path, KIND, { cacheBytes, pageBytes: LARGE_PAGE_BYTES });
  }

  write(batch: ConsensusBatch): void {
    const { epoch, blocks = [], commits = [], meta = [] } = batch;
    const database = this.database;
    database.write(() => {
      for (const { round, author, digest, bytes } of blocks) {
        database.run(SQL.putBlock, epoch, round, author, hexColumn(digest), bytes);
      }
      for (const commit of commits) this.putCommit(epoch, commit);
      writeMeta(database, meta);
    });
  }

  private putCommit(epoch: bigint, { index, bytes }: CommitRow): void {
    if (this.database.run(SQL.putCommit, epoch, index, bytes).changes > 0) return;
    const known = this.database.get<CommitColumns>(SQL.commit, epoch, index);
    assert(known !== undefined && equalBytes(known.bytes, bytes), "an index is written once");
  }

  blocks(epoch: bigint, round: number, { after, limit }: Page<BlockKey>): BlockRow[] {
    // Before the first author's first digest of `round`, unless a page has been read already.
    const from = after ?? { round: round - 1, author: AUTHORS_END, digest: "" };
    return this.database
      .all<BlockColumns>(
        SQL.blocks,
        epoch,
        from.round,
        from.author,
        hexColumn(from.digest),
        pageLimit(limit),
      )
      .map(toBlock);
  }

  blocksAbove(epoch: bigint, above: readonly number[], limits: ReadLimits): BlockRow[] {
    // One more than fits shows where the page ends.
    const limit = Math.min(limits.blocksMax, PAGE_ROWS_MAX) + 1;
    const keys = above.flatMap((round, author) =>
      this.database
        .all<Omit<BlockColumns, "bytes">>(SQL.keysAbove, epoch, author, round, limit)
        .map(toKey),
    );
    return takeBlocks(keys, limits, (key) => this.findBlock(epoch, key));
  }

  findBlock(epoch: bigint, key: BlockKey): Uint8Array | undefined {
    const { round, author, digest } = key;
    return this.database.get<BlockColumns>(SQL.block, epoch, round, author, hexColumn(digest))
      ?.bytes;
  }

  lastBlockBy(epoch: bigint, author: number): BlockRow | undefined {
    const row = this.database.get<BlockColumns>(SQL.lastBlockBy, epoch, author);
    return row && toBlock(row);
  }

  commits(epoch: bigint, { after = 0, limit }: Page<number>): CommitRow[] {
    return this.database
      .all<CommitColumns>(SQL.commits, epoch, after, pageLimit(limit))
      .map(toCommit);
  }

  lastCommit(epoch: bigint): CommitRow | undefined {
    const row = this.database.get<CommitColumns>(SQL.lastCommit, epoch);
    return row && toCommit(row);
  }

  meta(key: string): Uint8Array | undefined {
    return readMeta(this.database, key);
  }

  dropEpochsBefore(epoch: bigint, limit: number): number {
    const blocks = this.database.run(SQL.dropBlocks, epoch, pageLimit(limit)).changes;
    if (blocks > 0) return blocks;
    return this.database.run(SQL.dropCommits, epoch, limit).changes;
  }

  tidy(): void {
    this.database.foldLog();
  }

  close(): void {
    this.database.close();
  }
}

const AUTHORS_END = 0xffff_ffff;

function toKey(row: Omit<BlockColumns, "bytes">): BlockKey {
  return { round: Number(row.round), author: Number(row.author), digest: toHex(row.digest) };
}

function toBlock(row: BlockColumns): BlockRow {
  return { ...toKey(row), bytes: row.bytes };
}

function toCommit(row: CommitColumns): CommitRow {
  return { index: Number(row.sequence), bytes: row.bytes };
}
