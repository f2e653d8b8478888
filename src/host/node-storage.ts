/**
 * A node's durable storage as its step function sees it: what it reads, and what it orders to be
 * persisted. What consensus writes is on disk when the call returns; checkpoints follow from it,
 * and are at the latest after `flush`.
 *
 * @module
 */
import { assert, present } from "../base/assert.ts";
import { toHex } from "../base/bytes.ts";
import { Lru } from "../base/lru.ts";
import type { FetchQuery } from "../consensus/io.ts";
import type {
  CheckpointRecord,
  FinalExecution,
  NodeReader,
  ReadLimits,
  StoredBlock,
  StoredCommit,
} from "../node/io.ts";
import type { EpochRecord } from "../rpc/reader.ts";
import { type Digest, toDigest } from "../types/address.ts";
import type { BlockRef, SignedBlock } from "../types/block.ts";
import type { CheckpointBundle } from "../types/bundle.ts";
import { TOTAL_SUPPLY } from "../types/coin.ts";
import { ChainReader } from "./chain-reader.ts";
import { changedEpochs } from "./epoch-records.ts";
import { ledgerBatch } from "./ledger-writes.ts";
import { divideMemory, type MemoryPlan, NODE_MEMORY_BYTES } from "./memory.ts";
import { ObjectCache } from "./object-cache.ts";
import { decodeStored, epochRecord, META, presentIn } from "./stored.ts";
import type { Stores } from "./stores.ts";

/** What consensus has persisted in one step. */
export type ConsensusWrite = {
  readonly epoch: bigint;
  readonly blocks: readonly StoredBlock[];
  readonly commits: readonly StoredCommit[];
};

/** Rows that one round of housekeeping deletes, so that it delays nobody. */
const DROPPED_ROWS = 1_000;
const ABSENT_MAX = 32_768;

/** The storage of one node; it holds a genesis checkpoint at least. */
export class NodeStorage {
  readonly stores: Stores;
  readonly objects: ObjectCache;
  readonly chain: ChainReader;
  /** The name of the chain. */
  readonly chainId: Digest;
  private lastBundle: CheckpointBundle;
  /** Transactions that have not executed: a new one is asked for several times before it has. */
  private readonly absent = new Lru<true>({ weightMax: ABSENT_MAX });

  constructor(stores: Stores, { objectBytes }: MemoryPlan = divideMemory(NODE_MEMORY_BYTES)) {
    this.stores = stores;
    this.objects = new ObjectCache(stores.ledger, objectBytes);
    this.chain = new ChainReader(stores.ledger);
    const chainId = presentIn("ledger", "the chain's id", stores.ledger.meta(META.chainId));
    this.chainId = toDigest(toHex(chainId));
    const last = presentIn("ledger", "every checkpoint", stores.ledger.latestCheckpoint());
    this.lastBundle = this.chain.bundleOf(last);
  }

  /** The reads of the step function. */
  readonly reader: NodeReader = {
    find: (id) => this.objects.find(id),
    execution: (digest) => this.execution(digest),
    blocks: (epoch, query, limits) => this.readBlocks(epoch, query, limits),
    commits: (epoch, first, count) => this.readCommits(epoch, first, count),
    bundle: (sequence) => this.chain.bundle(sequence),
  };

  /** The last certified checkpoint. */
  get latest(): CheckpointBundle {
    return this.lastBundle;
  }

  /** What the ledger recorded of an epoch. */
  epoch(epoch: bigint): EpochRecord | undefined {
    const bytes = this.stores.ledger.epoch(epoch);
    const place = { database: "ledger", what: `epoch ${epoch}` } as const;
    return bytes && decodeStored(epochRecord, bytes, place);
  }

  /** Persists a certified checkpoint. */
  writeCheckpoint(record: CheckpointRecord): void {
    const { summary } = record.bundle;
    const ends = summary.end_of_epoch_data !== undefined;
    const current = ends ? present(this.epoch(summary.epoch), "the epoch that ends") : undefined;
    const batch = ledgerBatch(record, current ? changedEpochs(record, current) : []);
    this.stores.ledger.write(batch);
    this.objects.replace(record, batch.objects.slice(record.superseded.length));
    for (const { digest } of record.executed) this.absent.delete(digest);
    this.lastBundle = record.bundle;
    if (ends) this.checkSupply();
  }

  // At the end of an epoch nothing is on its way as fees, so the state holds all there is.
  private checkSupply(): void {
    const held = this.stores.ledger.heldTotal();
    if (held !== undefined) assert(held === TOTAL_SUPPLY, `all money is there: ${held} shannons`);
  }

  /** Persists blocks and commits. */
  writeConsensus({ epoch, blocks, commits }: ConsensusWrite): void {
    const rows = blocks.map(({ ref, bytes }) => ({ ...ref, bytes }));
    this.stores.consensus.write({ epoch, blocks: rows, commits });
  }

  /** Persists two blocks that one authority signed for one round. */
  writeEvidence(authority: number, blocks: readonly [SignedBlock, SignedBlock]): void {
    const { epoch, round } = blocks[0].block;
    const meta = blocks.map(({ bytes }, place) => ({
      key: `evidence/${epoch}/${authority}/${round}/${place}`,
      value: bytes,
    }));
    this.stores.consensus.write({ epoch, meta });
  }

  /** Puts checkpoints on disk that are not there yet. */
  flush(): void {
    this.stores.ledger.flush();
  }

  /** Does part of what would otherwise delay a later write; whether there is more to do. */
  tidy(epoch: bigint): boolean {
    const { ledger, consensus } = this.stores;
    // An epoch that is over here may still be going on elsewhere, so its blocks are kept.
    const dropped = epoch > 0n ? consensus.dropEpochsBefore(epoch - 1n, DROPPED_ROWS) : 0;
    ledger.tidy();
    consensus.tidy();
    return dropped > 0;
  }

  private execution(digest: Digest): FinalExecution | undefined {
    if (this.absent.find(digest) !== undefined) return undefined;
    const found = this.chain.execution(digest);
    if (found === undefined) this.absent.set(digest, true);
    return found;
  }

  private readCommits(epoch: bigint, first: number, limit: number): readonly Uint8Array[] {
    if (first < 1 || limit < 1) return [];
    const page = { after: first - 1, limit };
    return this.stores.consensus.commits(epoch, page).map(({ bytes }) => bytes);
  }

  private readBlocks(
    epoch: bigint,
    { refs, above }: FetchQuery,
    { blocksMax, bytesMax }: ReadLimits,
  ): readonly Uint8Array[] {
    const { consensus } = this.stores;
    const chosen: Uint8Array[] = [];
    let bytes = 0;
    const take = (block: Uint8Array): boolean => {
      bytes += block.length;
      const fits = chosen.length === 0 || (chosen.length < blocksMax && bytes <= bytesMax);
      if (fits) chosen.push(block);
      return fits;
    };
    for (const ref of refs) {
      const block = consensus.findBlock(epoch, ref satisfies BlockRef);
      if (block !== undefined && !take(block)) return chosen;
    }
    const rest = { blocksMax: blocksMax - chosen.length, bytesMax: Math.max(0, bytesMax - bytes) };
    if (above.length === 0 || rest.blocksMax === 0) return chosen;
    for (const { bytes: block } of consensus.blocksAbove(epoch, above, rest)) {
      if (!take(block)) return chosen;
    }
    return chosen;
  }
}
