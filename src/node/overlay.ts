/**
 * State that is executed and not yet durable: a layer over the node's storage. What a checkpoint
 * wrote stays here until storage has it; dropping the overlay takes the node back to its last
 * certified checkpoint.
 *
 * @module
 */
import type { Digest, ObjectId } from "../types/address.ts";
import type { StateObject } from "../types/entry.ts";
import type { NodeReader } from "./io.ts";

type Write = { readonly object: StateObject | undefined; readonly sequence: bigint };

/** The executed state of a node. */
export class Overlay {
  private readonly writes = new Map<ObjectId, Write>();
  private readonly executions = new Map<Digest, bigint>();
  private readonly reader: NodeReader;

  constructor(reader: NodeReader) {
    this.reader = reader;
  }

  /** How many objects differ from storage. */
  get size(): number {
    return this.writes.size;
  }

  /** The latest executed version of an object. */
  find(id: ObjectId): StateObject | undefined {
    const write = this.writes.get(id);
    return write === undefined ? this.reader.find(id) : write.object;
  }

  /** Whether a transaction has executed, certified or not. */
  executed(digest: Digest): boolean {
    return this.executions.has(digest) || this.reader.execution(digest) !== undefined;
  }

  /** Whether a transaction has executed that storage does not have yet. */
  executedLately(digest: Digest): boolean {
    return this.executions.has(digest);
  }

  /** Adds what one transaction of checkpoint `sequence` wrote. */
  apply(
    sequence: bigint,
    digest: Digest,
    written: readonly StateObject[],
    deleted: readonly ObjectId[],
  ): void {
    for (const object of written) this.writes.set(object.id, { object, sequence });
    for (const id of deleted) this.writes.set(id, { object: undefined, sequence });
    this.executions.set(digest, sequence);
  }

  /** Forgets what checkpoint `sequence` wrote last, now that storage has it. */
  settle(sequence: bigint, ids: Iterable<ObjectId>, digests: Iterable<Digest>): void {
    for (const id of ids) if (this.writes.get(id)?.sequence === sequence) this.writes.delete(id);
    for (const digest of digests) this.executions.delete(digest);
  }
}
