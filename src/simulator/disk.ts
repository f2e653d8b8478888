/**
 * A simulated disk: what a node was told to persist, in order, and the reads of it. A write is
 * durable when it is performed, as with a synchronous database; a crash loses what was not.
 *
 * @module
 */
import { assert, present } from "../base/assert.ts";
import { compareText } from "../base/bytes.ts";
import { decode } from "../bcs/schema.ts";
import { LiveSet } from "../checkpoint/live-set.ts";
import type { FetchQuery } from "../consensus/io.ts";
import type {
  CheckpointRecord,
  FinalExecution,
  NodeOutput,
  NodeReader,
  ReadLimits,
  StoredBlock,
} from "../node/io.ts";
import type { Recovered } from "../node/state.ts";
import type { Digest, ObjectId } from "../types/address.ts";
import { decodeSignedBlock } from "../types/block.ts";
import { commit as commitCodec } from "../types/commit.ts";
import type { StateObject } from "../types/entry.ts";

type EpochBlocks = {
  readonly blocks: Map<Digest, StoredBlock>;
  readonly commits: Uint8Array[];
};

/** What survives a crash of one node. */
export class SimDisk {
  private readonly objects = new Map<ObjectId, StateObject>();
  private readonly executions = new Map<Digest, FinalExecution>();
  private readonly records: CheckpointRecord[] = [];
  private readonly epochs = new Map<bigint, EpochBlocks>();

  constructor(genesis: CheckpointRecord) {
    this.writeCheckpoint(genesis);
  }

  /** The reads a node makes. */
  readonly reader: NodeReader = {
    find: (id) => this.objects.get(id),
    execution: (digest) => this.executions.get(digest),
    bundle: (sequence) => this.records[Number(sequence)]?.bundle,
    blocks: (epoch, query, limits) => this.readBlocks(epoch, query, limits),
  };

  /** The last certified checkpoint. */
  get last(): CheckpointRecord {
    return present(this.records.at(-1), "the genesis checkpoint");
  }

  /** Every certified checkpoint, from genesis on. */
  get checkpoints(): readonly CheckpointRecord[] {
    return this.records;
  }

  /** All live objects. */
  liveObjects(): Iterable<StateObject> {
    return this.objects.values();
  }

  /** Performs an order to persist; others are not its business. */
  perform(output: NodeOutput): void {
    if (output.kind === "PersistCheckpoint") this.writeCheckpoint(output.record);
    if (output.kind === "PersistBlocks") {
      const { blocks } = this.epoch(output.epoch);
      for (const block of output.blocks) blocks.set(block.ref.digest, block);
    }
    if (output.kind === "PersistCommits") {
      const { commits } = this.epoch(output.epoch);
      for (const { index, bytes } of output.commits) commits[index - 1] = bytes;
    }
  }

  /** What a node finds when it starts. */
  recover(): Recovered {
    const { bundle, digest, liveSet, progress } = this.last;
    const { summary } = bundle;
    const over = summary.end_of_epoch_data !== undefined;
    const { blocks, commits } = this.epoch(over ? summary.epoch + 1n : summary.epoch);
    return {
      tip: { summary, digest, liveSet: LiveSet.fromBytes(liveSet) },
      progress,
      blocks: [...blocks.values()].map(({ bytes }) => {
        const decoded = decodeSignedBlock(bytes);
        assert(decoded.ok, "a stored block decodes");
        return decoded.value;
      }),
      commits: commits.map((bytes) => {
        const decoded = decode(commitCodec, bytes);
        assert(decoded.ok, "a stored commit decodes");
        return decoded.value;
      }),
    };
  }

  private writeCheckpoint(record: CheckpointRecord): void {
    const { summary } = record.bundle;
    const sequence = summary.sequence_number;
    assert(BigInt(this.records.length) === sequence, "checkpoints are stored in sequence");
    this.records.push(record);
    for (const object of record.written) this.objects.set(object.id, object);
    for (const id of record.deleted) this.objects.delete(id);
    const timestampMs = summary.timestamp_ms;
    for (const executed of record.executed) {
      this.executions.set(executed.digest, { executed, sequence, timestampMs });
    }
  }

  private readBlocks(
    epoch: bigint,
    { refs, above }: FetchQuery,
    { blocksMax, bytesMax }: ReadLimits,
  ): readonly Uint8Array[] {
    const { blocks } = this.epoch(epoch);
    const named = refs.map((ref) => blocks.get(ref.digest)).filter((block) => block !== undefined);
    const later = [...blocks.values()]
      .filter(({ ref }) => ref.round > (above[ref.author] ?? Number.MAX_SAFE_INTEGER))
      .sort((left, right) => compareRefs(left, right));
    const chosen: Uint8Array[] = [];
    let bytes = 0;
    for (const block of [...named, ...later]) {
      bytes += block.bytes.length;
      if (chosen.length >= blocksMax || bytes > bytesMax) break;
      chosen.push(block.bytes);
    }
    return chosen;
  }

  private epoch(epoch: bigint): EpochBlocks {
    const known = this.epochs.get(epoch);
    if (known !== undefined) return known;
    const fresh = { blocks: new Map<Digest, StoredBlock>(), commits: [] };
    this.epochs.set(epoch, fresh);
    return fresh;
  }
}

function compareRefs(left: StoredBlock, right: StoredBlock): number {
  return left.ref.round - right.ref.round || compareText(left.ref.digest, right.ref.digest);
}
