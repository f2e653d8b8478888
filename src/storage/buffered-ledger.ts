/**
 * A ledger whose writes under load wait in memory and reach the disk many at a time: what a
 * checkpoint changes is spread all over the indexes, and pages that several of them change are
 * written once. A little that is alone does not wait. Reads see everything written; a list has what
 * waits written first.
 *
 * A crash loses what waited. That is no loss to the chain: a validator's consensus is on disk and
 * executes it again, and a follower asks for the checkpoints again.
 *
 * @module
 */
import { MemoryLedger } from "./memory-ledger.ts";
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

/** When what waits is written, at the latest. */
export type BufferLimits = {
  readonly transactionsMax: number;
  readonly bytesMax: number;
  /** No more transactions than these do not wait at all. */
  readonly smallMax: number;
};

const LIMITS: BufferLimits = { transactionsMax: 4_096, bytesMax: 33_554_432, smallMax: 32 };

/** A ledger in front of a slower one. */
export class BufferedLedger implements LedgerStore {
  private readonly disk: LedgerStore;
  private readonly limits: BufferLimits;
  private waiting: LedgerBatch[] = [];
  private recent = new MemoryLedger();
  private transactionCount = 0;
  private bytes = 0;
  /** The last attempt to write failed. */
  private isBroken = false;

  constructor(disk: LedgerStore, limits: BufferLimits = LIMITS) {
    this.disk = disk;
    this.limits = limits;
  }

  write(...batches: readonly LedgerBatch[]): void {
    this.recent.write(...batches);
    this.waiting.push(...batches);
    for (const batch of batches) {
      this.transactionCount += batch.transactions?.length ?? 0;
      this.bytes += bytesOf(batch);
    }
    const { transactionsMax, bytesMax, smallMax } = this.limits;
    const isFull = this.transactionCount >= transactionsMax || this.bytes >= bytesMax;
    const isSmall = this.transactionCount <= smallMax;
    // A new epoch is begun from the disk: consensus forgets the one before.
    const isEdge = batches.some(({ epochs = [] }) => epochs.length > 0);
    if (isFull || isSmall || isEdge) this.flush();
  }

  flush(): void {
    if (this.waiting.length === 0) return;
    this.isBroken = true;
    this.disk.write(...this.waiting);
    this.isBroken = false;
    this.waiting = [];
    this.recent = new MemoryLedger();
    this.transactionCount = 0;
    this.bytes = 0;
  }

  findObject(id: string): ListedObject | undefined {
    // What is deleted is not on disk, or no more.
    if (this.recent.findLastVersion(id) !== undefined) return this.recent.findObject(id);
    return this.disk.findObject(id);
  }

  findObjectVersion(id: string, version: bigint): ObjectRow | undefined {
    return this.recent.findObjectVersion(id, version) ?? this.disk.findObjectVersion(id, version);
  }

  findLastVersion(id: string): LastVersion | undefined {
    return this.recent.findLastVersion(id) ?? this.disk.findLastVersion(id);
  }

  liveObjects(page: Page<string>): ListedObject[] {
    return this.flushed().liveObjects(page);
  }

  ownedObjects(owner: string, page: Page<OwnedCursor> & { type?: string }): ListedObject[] {
    return this.flushed().ownedObjects(owner, page);
  }

  objectsOfType(type: string, group: string, page: Page<RankCursor>): ListedObject[] {
    return this.flushed().objectsOfType(type, group, page);
  }

  findTransaction(digest: string): TransactionRow | undefined {
    return this.recent.findTransaction(digest) ?? this.disk.findTransaction(digest);
  }

  transactions(from: bigint, limit: number): TransactionRow[] {
    const first = this.recent.transactions(0n, 1)[0]?.sequence;
    if (first === undefined || from + BigInt(limit) <= first) {
      return this.disk.transactions(from, limit);
    }
    return (from < first ? this.flushed() : this.recent).transactions(from, limit);
  }

  transactionsOf(address: string, page: Page<bigint>): TransactionRow[] {
    return this.flushed().transactionsOf(address, page);
  }

  checkpoint(sequence: bigint): CheckpointRow | undefined {
    return this.recent.checkpoint(sequence) ?? this.disk.checkpoint(sequence);
  }

  findCheckpoint(digest: string): CheckpointRow | undefined {
    return this.recent.findCheckpoint(digest) ?? this.disk.findCheckpoint(digest);
  }

  latestCheckpoint(): CheckpointRow | undefined {
    return this.recent.latestCheckpoint() ?? this.disk.latestCheckpoint();
  }

  epoch(epoch: bigint): Uint8Array | undefined {
    return this.disk.epoch(epoch);
  }

  meta(key: string): Uint8Array | undefined {
    return this.flushed().meta(key);
  }

  heldTotal(): bigint | undefined {
    return this.flushed().heldTotal();
  }

  tidy(): void {
    this.flushed().tidy();
  }

  close(): void {
    if (!this.isBroken) this.flush();
    this.disk.close();
  }

  private flushed(): LedgerStore {
    this.flush();
    return this.disk;
  }
}

function bytesOf({ objects = [], transactions = [], checkpoint }: LedgerBatch): number {
  let bytes = checkpoint?.contents.length ?? 0;
  for (const object of objects) bytes += object.bytes.length;
  for (const transaction of transactions) {
    bytes += transaction.bytes.length + transaction.effects.length;
  }
  return bytes;
}
