/**
 * The ledger store in memory: the reference for the one on disk, and what simulations use. Writes
 * and reads by key are fast; lists sort everything there is.
 *
 * @module
 */
import { assert } from "../base/assert.ts";
import { compareText } from "../base/bytes.ts";
import { pageLimit } from "./columns.ts";
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
  TransactionWrite,
} from "./store.ts";

/** The ledger of one node, gone when the process is. */
export class MemoryLedger implements LedgerStore {
  private readonly live = new Map<string, ListedObject>();
  private readonly versions = new Map<string, ObjectRow>();
  private readonly lastVersions = new Map<string, LastVersion>();
  private readonly rows: TransactionWrite[] = [];
  private readonly digests = new Map<string, TransactionRow>();
  private readonly checkpoints = new Map<bigint, CheckpointRow>();
  private readonly epochs = new Map<bigint, Uint8Array>();
  private readonly values = new Map<string, Uint8Array>();
  private last: CheckpointRow | undefined;

  write(...batches: readonly LedgerBatch[]): void {
    for (const batch of batches) this.writeOne(batch);
  }

  flush(): void {}

  private writeOne(batch: LedgerBatch): void {
    this.assertNew(batch);
    for (const object of batch.objects ?? []) this.putObject(object);
    for (const { id, version } of batch.removed ?? []) {
      this.live.delete(id);
      this.lastVersions.set(id, { version, isDeleted: true });
    }
    for (const row of batch.transactions ?? []) {
      this.rows.push(row);
      this.digests.set(row.digest, row);
    }
    if (batch.checkpoint !== undefined) this.putCheckpoint(batch.checkpoint);
    for (const { epoch, bytes } of batch.epochs ?? []) this.epochs.set(epoch, bytes);
    for (const { key, value } of batch.meta ?? []) {
      if (value === undefined) this.values.delete(key);
      else this.values.set(key, value);
    }
  }

  findObject(id: string): ListedObject | undefined {
    return this.live.get(id);
  }

  findObjectVersion(id: string, version: bigint): ObjectRow | undefined {
    return this.versions.get(versionName(id, version));
  }

  findLastVersion(id: string): LastVersion | undefined {
    return this.lastVersions.get(id);
  }

  liveObjects({ after = "", limit }: Page<string>): ListedObject[] {
    return [...this.live.values()]
      .filter((object) => object.id > after)
      .sort((left, right) => compareText(left.id, right.id))
      .slice(0, pageLimit(limit));
  }

  ownedObjects(owner: string, page: Page<OwnedCursor> & { type?: string }): ListedObject[] {
    const { after, limit, type } = page;
    return [...this.live.values()]
      .filter((object) => object.owner === owner && (type ?? object.type) === object.type)
      .filter((object) => after === undefined || compareOwned(object, after, type) > 0)
      .sort((left, right) => compareOwned(left, right, undefined))
      .slice(0, pageLimit(limit));
  }

  objectsOfType(type: string, group: string, { after, limit }: Page<RankCursor>): ListedObject[] {
    return [...this.live.values()]
      .filter((object) => object.type === type && object.group === group)
      .filter((object) => after === undefined || compareRank(object, after) > 0)
      .sort(compareRank)
      .slice(0, pageLimit(limit));
  }

  findTransaction(digest: string): TransactionRow | undefined {
    return this.digests.get(digest);
  }

  transactions(from: bigint, limit: number): TransactionRow[] {
    const first = Number(from - (this.rows[0]?.sequence ?? 0n));
    return this.rows.slice(Math.max(0, first), Math.max(0, first) + pageLimit(limit));
  }

  transactionsOf(address: string, { after, limit }: Page<bigint>): TransactionRow[] {
    return this.rows
      .filter((row) => row.addresses.includes(address))
      .filter((row) => after === undefined || row.sequence < after)
      .reverse()
      .slice(0, pageLimit(limit));
  }

  checkpoint(sequence: bigint): CheckpointRow | undefined {
    return this.checkpoints.get(sequence);
  }

  findCheckpoint(digest: string): CheckpointRow | undefined {
    return this.checkpoints.values().find((row) => row.digest === digest);
  }

  latestCheckpoint(): CheckpointRow | undefined {
    return this.last;
  }

  epoch(epoch: bigint): Uint8Array | undefined {
    return this.epochs.get(epoch);
  }

  meta(key: string): Uint8Array | undefined {
    return this.values.get(key);
  }

  heldTotal(): bigint {
    return this.live.values().reduce((sum, { held }) => sum + held, 0n);
  }

  tidy(): void {}

  close(): void {}

  // Checked before anything changes, so that a batch that fails leaves no trace, as on disk.
  private assertNew(batch: LedgerBatch): void {
    for (const { id, version } of [...(batch.objects ?? []), ...(batch.removed ?? [])]) {
      const last = this.lastVersions.get(id)?.version ?? -1n;
      assert(version > last, "a version is written once and versions grow");
    }
    for (const row of batch.transactions ?? []) {
      assert(!this.digests.has(row.digest), "a transaction is written once");
    }
    const sequence = batch.checkpoint?.sequence;
    assert(
      sequence === undefined || !this.checkpoints.has(sequence),
      "a checkpoint is written once",
    );
  }

  private putObject(object: ListedObject): void {
    this.live.set(object.id, object);
    this.versions.set(versionName(object.id, object.version), object);
    this.lastVersions.set(object.id, { version: object.version, isDeleted: false });
  }

  private putCheckpoint(row: CheckpointRow): void {
    this.checkpoints.set(row.sequence, row);
    this.last = row;
  }
}

function versionName(id: string, version: bigint): string {
  return `${id}/${version}`;
}

function compareRank(left: RankCursor, right: RankCursor): number {
  if (left.rank !== right.rank) return left.rank < right.rank ? -1 : 1;
  return compareText(left.id, right.id);
}

// Within a list of one type, the cursor's type does not matter.
function compareOwned(left: OwnedCursor, right: OwnedCursor, type: string | undefined): number {
  const byType = type === undefined ? compareText(left.type, right.type) : 0;
  return byType || compareRank(left, right);
}
