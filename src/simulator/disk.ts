/**
 * A simulated disk: the ordered log of what a node was told to persist. A batch is written at once
 * and durable as soon as anything that builds on it leaves the node. A crash keeps a prefix of the
 * log that holds all that is durable; what comes after it is lost, or torn and therefore dropped by
 * its checksum. Reads see everything written, as with an operating system's cache.
 *
 * The certified chain has a log of its own, which may be behind, as consensus can make the last
 * checkpoints again: a crash loses any number of them, but of one epoch change at most.
 *
 * @module
 */
import type { Prng } from "../base/prng.ts";
import type { CheckpointRecord, NodeOutput, NodeReader } from "../node/io.ts";
import type { FormerConsensus, Recovered } from "../node/state.ts";
import type { BlockRef } from "../types/block.ts";
import type { StateObject } from "../types/entry.ts";
import { BlockStore } from "./block-store.ts";
import { ChainStore } from "./chain-store.ts";
import { isWhole, tear } from "./torn.ts";

/** What a crash does to a disk. */
export type Damage =
  /** The process ends: whatever was written is there. */
  | "none"
  /** The power fails: of what was not durable the last part is gone. */
  | "lost"
  /** The power fails while writing: what follows the kept part is damaged. */
  | "torn"
  /** The disk is replaced by an empty one. */
  | "wiped";

/** An order to make something durable. */
export type Batch = Extract<
  NodeOutput,
  { kind: "PersistMemory" | "PersistBlocks" | "PersistCommits" | "PersistCheckpoint" }
>;

/** Whether an order is one to make something durable. */
export function isBatch(output: NodeOutput): output is Batch {
  return (
    output.kind === "PersistMemory" ||
    output.kind === "PersistBlocks" ||
    output.kind === "PersistCommits" ||
    output.kind === "PersistCheckpoint"
  );
}

/** Checkpoints at the end of the chain that a crash may lose. */
const CHECKPOINTS_LATE_MAX = 16;

/** A checkpoint that may not be on disk, and whether it ends an epoch. */
type Late = { readonly undo: () => void; readonly isEnd: boolean };

type Written = { readonly batch: Batch; readonly undo: () => void };

/** What survives a crash of one node. */
export class SimDisk {
  private readonly genesis: CheckpointRecord;
  private chain: ChainStore;
  private consensus = new BlockStore();
  /** The end of the log that is not durable yet. */
  private tail: Written[] = [];
  /** The end of the chain, oldest first. */
  private late: Late[] = [];

  constructor(genesis: CheckpointRecord) {
    this.genesis = genesis;
    this.chain = new ChainStore(genesis);
  }

  /** The reads a node makes; they outlive the replacement of the disk. */
  readonly reader: NodeReader = {
    find: (id) => this.chain.find(id),
    execution: (digest) => this.chain.execution(digest),
    bundle: (sequence) => this.chain.at(sequence)?.bundle,
    blocks: (epoch, query, limits) => this.consensus.read(epoch, query, limits),
    commits: (epoch, first, count) => this.consensus.readCommits(epoch, first, count),
  };

  /** The last certified checkpoint. */
  get last(): CheckpointRecord {
    return this.chain.last;
  }

  /** How many certified checkpoints there are after genesis. */
  get height(): number {
    return this.chain.height;
  }

  /** A certified checkpoint. */
  at(sequence: bigint): CheckpointRecord | undefined {
    return this.chain.at(sequence);
  }

  /** All live objects. */
  liveObjects(): Iterable<StateObject> {
    return this.chain.liveObjects();
  }

  /** The index of the last commit of an epoch, 0 if there is none. */
  lastCommit(epoch: bigint): number {
    return this.consensus.lastCommit(epoch);
  }

  /** Whether a block is there. */
  hasBlock(epoch: bigint, ref: BlockRef): boolean {
    return this.consensus.has(epoch, ref.digest);
  }

  /** Writes a batch; it is not durable yet. */
  write(batch: Batch): void {
    const undo = this.apply(batch);
    if (batch.kind === "PersistCheckpoint") this.append(batch.record, undo);
    else this.tail.push({ batch, undo });
  }

  /** Makes everything durable that was written, but the last checkpoints. */
  sync(): void {
    this.tail = [];
  }

  /** What a crash leaves. */
  crash(damage: Damage, prng: Prng): void {
    if (damage === "wiped") this.wipe();
    if (damage === "lost" || damage === "torn") this.cutTail(damage, prng);
    if (damage !== "wiped" && prng.chance(1 / 2)) this.cutChain(prng);
    this.tail = [];
    this.late = [];
  }

  /** What it holds of consensus of an epoch. */
  former(epoch: bigint): FormerConsensus {
    return this.consensus.recover(epoch);
  }

  /** What a node finds when it starts. */
  recover(): Recovered {
    const { bundle, digest, progress } = this.last;
    const { summary } = bundle;
    const isOver = summary.end_of_epoch_data !== undefined;
    const epoch = isOver ? summary.epoch + 1n : summary.epoch;
    const tip = { summary, digest, liveSet: this.chain.liveSet() };
    return { tip, progress, ...this.consensus.recover(epoch) };
  }

  private apply(batch: Batch): () => void {
    switch (batch.kind) {
      case "PersistMemory":
        return this.consensus.remember(batch.epoch, batch.skippedRound);
      case "PersistBlocks":
        return this.consensus.addBlocks(batch.epoch, batch.blocks);
      case "PersistCommits":
        return this.consensus.addCommits(batch.epoch, batch.commits);
      case "PersistCheckpoint":
        return this.chain.add(batch.record);
    }
  }

  private append({ bundle }: CheckpointRecord, undo: () => void): void {
    const isEnd = bundle.summary.end_of_epoch_data !== undefined;
    if (isEnd) this.late.splice(0, 1 + this.late.findLastIndex((one) => one.isEnd));
    this.late.push({ undo, isEnd });
    if (this.late.length > CHECKPOINTS_LATE_MAX) this.late.shift();
  }

  private cutTail(damage: Damage, prng: Prng): void {
    const kept = prng.below(this.tail.length + 1);
    const [first] = this.tail.slice(kept);
    // Of the damaged batches the first decides: reading the log ends there.
    if (damage === "torn" && first !== undefined && isWhole(tear(first.batch, prng))) return;
    for (const { undo } of this.tail.slice(kept).reverse()) undo();
  }

  private cutChain(prng: Prng): void {
    const kept = prng.below(this.late.length + 1);
    for (const { undo } of this.late.slice(kept).reverse()) undo();
  }

  private wipe(): void {
    this.chain = new ChainStore(this.genesis);
    this.consensus = new BlockStore();
  }
}
