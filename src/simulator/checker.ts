/**
 * What must never happen in a simulated world, looked at as soon as it could: two honest nodes with
 * different commits or checkpoints in one place, two blocks sent for one round, anything sent or
 * built upon before it is on disk, money made or lost, an honest node that breaks or is accused.
 * Each look costs what is new and no more.
 *
 * @module
 */
import { equalBytes } from "../base/bytes.ts";
import { decode } from "../bcs/schema.ts";
import type { CheckpointRecord } from "../node/io.ts";
import type { Digest } from "../types/address.ts";
import type { BlockRef } from "../types/block.ts";
import type { CheckpointSummary } from "../types/checkpoint.ts";
import { type Commit, commit as commitCodec, nameCommit } from "../types/commit.ts";
import type { PeerMessage } from "../types/message.ts";
import type { Batch } from "./disk.ts";
import { SettledState } from "./settled.ts";
import type { SimNode } from "./sim-node.ts";

/** A broken invariant; the message names the node. */
export class InvariantError extends Error {
  override readonly name = "InvariantError";
}

type BatchOf<K extends Batch["kind"]> = Extract<Batch, { kind: K }>;

/** The commits of one epoch, as the first node made them. */
type History = {
  readonly bytes: Uint8Array[];
  readonly blocks: Set<Digest>;
  /** Blocks that some honest node has found valid and stored. */
  readonly stored: Set<Digest>;
  last: Commit | undefined;
};

/** Watches what honest nodes order to be done. */
export class Checker {
  /** What the certified checkpoints add up to. */
  readonly settled: SettledState = new SettledState();
  /** By sequence number: the checkpoint of the first node that certified it. */
  private readonly checkpoints: Digest[] = [];
  private readonly histories = new Map<bigint, History>();
  /** By node, epoch and round: the own block that has left the node. */
  private readonly sent = new Map<string, Digest>();
  /** The references of blocks that are on some disk, by their bytes. */
  private readonly stored = new WeakMap<Uint8Array, { epoch: bigint; ref: BlockRef }>();

  constructor(genesis: CheckpointRecord) {
    this.checkpoints.push(genesis.digest);
    this.settled.apply(genesis);
  }

  /** How many checkpoints somebody has certified, genesis left out. */
  get height(): number {
    return this.checkpoints.length - 1;
  }

  /** How many commits somebody has made, in all epochs. */
  get commits(): number {
    let count = 0;
    for (const { bytes } of this.histories.values()) count += bytes.length;
    return count;
  }

  /** Looks at what a node is about to write. */
  persists(node: SimNode, batch: Batch): void {
    switch (batch.kind) {
      case "PersistMemory":
        return;
      case "PersistBlocks":
        return this.checkBlocks(batch);
      case "PersistCommits":
        return this.checkCommits(node, batch);
      case "PersistCheckpoint":
        return this.checkCheckpoint(node, batch.record);
    }
  }

  /** Looks at what a node is about to send. */
  sends(node: SimNode, message: PeerMessage): void {
    if (message.kind === "Block") this.sendsOwn(node, message.block);
    if (message.kind !== "FetchedBlocks") return;
    const { authority, number } = node.node?.epoch.setting ?? {};
    const isOwn = (bytes: Uint8Array): boolean => {
      const { ref, epoch } = this.stored.get(bytes) ?? {};
      return ref?.author === authority && epoch === number;
    };
    for (const bytes of message.blocks.filter(isOwn)) this.sendsOwn(node, bytes);
  }

  private sendsOwn(node: SimNode, bytes: Uint8Array): void {
    const stored = this.stored.get(bytes);
    if (stored === undefined) return this.fail(node, "sends a block that is on no disk");
    const { epoch, ref } = stored;
    if (!node.disk.hasBlock(epoch, ref)) this.fail(node, "sends a block that is not on its disk");
    const slot = `${node.index}:${epoch}:${ref.round}`;
    const before = this.sent.get(slot) ?? ref.digest;
    if (before !== ref.digest) this.fail(node, `sends two own blocks of round ${ref.round}`);
    this.sent.set(slot, ref.digest);
  }

  /** Ends the run: `node` did what must not happen. */
  fail(node: SimNode, what: string): never {
    throw new InvariantError(`node ${node.index}: ${what}`);
  }

  private checkBlocks({ epoch, blocks }: BatchOf<"PersistBlocks">): void {
    const history = this.history(epoch);
    for (const { ref, bytes } of blocks) {
      this.stored.set(bytes, { epoch, ref });
      history.stored.add(ref.digest);
    }
  }

  private checkCommits(node: SimNode, { epoch, commits }: BatchOf<"PersistCommits">): void {
    const history = this.history(epoch);
    for (const { index, bytes } of commits) {
      const known = history.bytes[index - 1];
      if (known === undefined) this.extend(node, history, { index, bytes });
      else if (!equalBytes(known, bytes)) {
        this.fail(node, `makes another commit ${index} of epoch ${epoch}`);
      }
    }
  }

  private extend(
    node: SimNode,
    history: History,
    { index, bytes }: { readonly index: number; readonly bytes: Uint8Array },
  ): void {
    const decoded = decode(commitCodec, bytes);
    if (!decoded.ok) return this.fail(node, `commit ${index} does not decode`);
    const commit = decoded.value;
    const fault = commitFault(history, commit);
    if (fault !== undefined) return this.fail(node, `commit ${index}: ${fault}`);
    for (const { digest } of commit.blocks) history.blocks.add(digest);
    history.bytes.push(bytes);
    history.last = commit;
  }

  private checkCheckpoint(node: SimNode, record: CheckpointRecord): void {
    const { summary } = record.bundle;
    const sequence = Number(summary.sequence_number);
    const tip = node.disk.last;
    const fault = linkFault(tip, summary) ?? this.aheadFault(node, record);
    if (fault !== undefined) this.fail(node, `checkpoint ${sequence}: ${fault}`);
    const known = this.checkpoints[sequence];
    if (known !== undefined) {
      if (known !== record.digest) this.fail(node, `certifies another checkpoint ${sequence}`);
      return;
    }
    this.checkpoints.push(record.digest);
    const surplus = this.settled.apply(record);
    if (surplus !== 0n) this.fail(node, `checkpoint ${sequence} makes ${surplus} shannons`);
  }

  // Followers have no commits of their own; whoever does has them on disk first.
  private aheadFault(node: SimNode, { bundle, progress }: CheckpointRecord): string | undefined {
    if (node.node?.consensus === undefined) return undefined;
    const stored = node.disk.lastCommit(bundle.summary.epoch);
    if (progress.commitIndex <= stored) return undefined;
    return `commit ${progress.commitIndex} is processed, and ${stored} commits are stored`;
  }

  private history(epoch: bigint): History {
    const known = this.histories.get(epoch);
    if (known !== undefined) return known;
    const sets = { blocks: new Set<Digest>(), stored: new Set<Digest>() };
    const fresh: History = { bytes: [], last: undefined, ...sets };
    this.histories.set(epoch, fresh);
    return fresh;
  }
}

function commitFault({ blocks, stored, last, bytes }: History, commit: Commit): string | undefined {
  if (commit.index !== bytes.length + 1) return `${bytes.length} commits come before`;
  if (last !== undefined && commit.previous_digest !== nameCommit(last).digest) {
    return "does not follow the one before";
  }
  if (last !== undefined && commit.timestamp_ms < last.timestamp_ms) return "time goes back";
  const unknown = commit.blocks.find(({ digest }) => !stored.has(digest));
  if (unknown !== undefined) return `commits block ${unknown.digest}, which nobody has stored`;
  const twice = commit.blocks.find(({ digest }) => blocks.has(digest));
  return twice === undefined ? undefined : `commits block ${twice.digest} again`;
}

function linkFault(tip: CheckpointRecord, after: CheckpointSummary): string | undefined {
  const before = tip.bundle.summary;
  const isOver = before.end_of_epoch_data !== undefined;
  const epoch = isOver ? before.epoch + 1n : before.epoch;
  if (after.sequence_number !== before.sequence_number + 1n) return "out of sequence";
  if (after.previous_digest !== tip.digest) return "does not follow the one before";
  if (after.epoch !== epoch) return `of epoch ${after.epoch} instead of ${epoch}`;
  if (after.timestamp_ms < before.timestamp_ms) return "time goes back";
  return undefined;
}
