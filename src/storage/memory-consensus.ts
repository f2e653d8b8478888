/**
 * The consensus store in memory: the reference for the one on disk, and what simulations use.
 *
 * @module
 */
import { assert } from "../base/assert.ts";
import { equalBytes } from "../base/bytes.ts";
import { compareBlocks, takeBlocks } from "./block-page.ts";
import { pageLimit } from "./columns.ts";
import type {
  BlockKey,
  BlockRow,
  CommitRow,
  ConsensusBatch,
  ConsensusStore,
  Page,
  ReadLimits,
} from "./store.ts";

type Epoch = {
  readonly blocks: Map<string, BlockRow>;
  readonly commits: Map<number, CommitRow>;
};

/** The blocks and commits of one node, gone when the process is. */
export class MemoryConsensus implements ConsensusStore {
  private readonly epochs = new Map<bigint, Epoch>();
  private readonly values = new Map<string, Uint8Array>();

  write({ epoch, blocks = [], commits = [], meta = [] }: ConsensusBatch): void {
    const rows = this.epochs.get(epoch) ?? { blocks: new Map(), commits: new Map() };
    for (const { index, bytes } of commits) {
      const known = rows.commits.get(index);
      assert(known === undefined || equalBytes(known.bytes, bytes), "an index is written once");
    }
    this.epochs.set(epoch, rows);
    for (const block of blocks) {
      if (!rows.blocks.has(name(block))) rows.blocks.set(name(block), block);
    }
    for (const commit of commits) rows.commits.set(commit.index, commit);
    for (const { key, value } of meta) {
      if (value === undefined) this.values.delete(key);
      else this.values.set(key, value);
    }
  }

  blocks(epoch: bigint, round: number, { after, limit }: Page<BlockKey>): BlockRow[] {
    return this.sorted(epoch)
      .filter((row) => (after === undefined ? row.round >= round : compareBlocks(row, after) > 0))
      .slice(0, pageLimit(limit));
  }

  blocksAbove(epoch: bigint, above: readonly number[], limits: ReadLimits): BlockRow[] {
    const keys = this.sorted(epoch).filter((row) => row.round > (above[row.author] ?? Infinity));
    return takeBlocks(keys, limits, (key) => this.findBlock(epoch, key));
  }

  findBlock(epoch: bigint, key: BlockKey): Uint8Array | undefined {
    return this.epochs.get(epoch)?.blocks.get(name(key))?.bytes;
  }

  lastBlockBy(epoch: bigint, author: number): BlockRow | undefined {
    return this.sorted(epoch).findLast((row) => row.author === author);
  }

  commits(epoch: bigint, { after = 0, limit }: Page<number>): CommitRow[] {
    return [...(this.epochs.get(epoch)?.commits.values() ?? [])]
      .filter((row) => row.index > after)
      .sort((left, right) => left.index - right.index)
      .slice(0, pageLimit(limit));
  }

  lastCommit(epoch: bigint): CommitRow | undefined {
    const commits = this.epochs.get(epoch)?.commits ?? new Map<number, CommitRow>();
    return commits.get(Math.max(0, ...commits.keys()));
  }

  meta(key: string): Uint8Array | undefined {
    return this.values.get(key);
  }

  dropEpochsBefore(epoch: bigint, limit: number): number {
    let dropped = 0;
    for (const [number, rows] of this.epochs) {
      if (number >= epoch) continue;
      dropped += dropFirst(rows.blocks, limit - dropped);
      dropped += dropFirst(rows.commits, limit - dropped);
      if (rows.blocks.size + rows.commits.size === 0) this.epochs.delete(number);
    }
    return dropped;
  }

  tidy(): void {}

  close(): void {}

  private sorted(epoch: bigint): BlockRow[] {
    return [...(this.epochs.get(epoch)?.blocks.values() ?? [])].sort(compareBlocks);
  }
}

function name({ round, author, digest }: BlockKey): string {
  return `${round}/${author}/${digest}`;
}

function dropFirst<Key>(rows: Map<Key, unknown>, limit: number): number {
  const keys = [...rows.keys()].slice(0, limit);
  for (const key of keys) rows.delete(key);
  return keys.length;
}
