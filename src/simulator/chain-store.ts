/**
 * The certified chain on a simulated disk: checkpoints in sequence and the state they add up to.
 * What the last ones did can be undone, newest first.
 *
 * @module
 */
import { assert, present } from "../base/assert.ts";
import { LiveSet } from "../checkpoint/live-set.ts";
import type { CheckpointRecord, FinalExecution } from "../node/io.ts";
import type { Digest, ObjectId } from "../types/address.ts";
import type { StateObject } from "../types/entry.ts";

/** Checkpoints, objects and executed transactions. */
export class ChainStore {
  private readonly objects = new Map<ObjectId, StateObject>();
  private readonly executions = new Map<Digest, FinalExecution>();
  private readonly records: CheckpointRecord[] = [];

  constructor(genesis: CheckpointRecord) {
    this.add(genesis);
  }

  get last(): CheckpointRecord {
    return present(this.records.at(-1), "the genesis checkpoint");
  }

  get height(): number {
    return this.records.length - 1;
  }

  at(sequence: bigint): CheckpointRecord | undefined {
    return this.records[Number(sequence)];
  }

  find(id: ObjectId): StateObject | undefined {
    return this.objects.get(id);
  }

  execution(digest: Digest): FinalExecution | undefined {
    return this.executions.get(digest);
  }

  liveObjects(): Iterable<StateObject> {
    return this.objects.values();
  }

  liveSet(): LiveSet {
    return LiveSet.fromBytes(this.last.liveSet);
  }

  /** Adds the next checkpoint; returns how to undo that. */
  add(record: CheckpointRecord): () => void {
    const { sequence_number: sequence, timestamp_ms: timestampMs } = record.bundle.summary;
    assert(BigInt(this.records.length) === sequence, "checkpoints are stored in sequence");
    this.records.push(record);
    const touched = [...record.written.map(({ id }) => id), ...record.deleted];
    const before = touched.map((id) => [id, this.objects.get(id)] as const);
    for (const object of record.written) this.objects.set(object.id, object);
    for (const id of record.deleted) this.objects.delete(id);
    for (const executed of record.executed) {
      this.executions.set(executed.digest, { executed, sequence, timestampMs });
    }
    return () => {
      this.records.pop();
      for (const [id, object] of before) this.restore(id, object);
      for (const { digest } of record.executed) this.executions.delete(digest);
    };
  }

  private restore(id: ObjectId, object: StateObject | undefined): void {
    if (object === undefined) this.objects.delete(id);
    else this.objects.set(id, object);
  }
}
