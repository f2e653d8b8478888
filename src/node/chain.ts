/**
 * The chain of checkpoints at one node: executes transactions in order, closes checkpoints, and
 * keeps what is executed and not yet certified. Nothing here decides *what* to execute: validators
 * feed it from consensus, followers from certified checkpoints, and both get the same digests.
 *
 *     execute … execute → close → (signatures elsewhere) → certify → one record, in sequence
 *
 * @module
 */
import { assert, present } from "../base/assert.ts";
import { buildCheckpoint, type ChainTip } from "../checkpoint/build.ts";
import type { NetChange } from "../checkpoint/live-set.ts";
import type { ExecutionContext } from "../ledger/call.ts";
import { heldValue, sumValue } from "../ledger/conservation.ts";
import { executeTransaction } from "../ledger/execute.ts";
import { PROTOCOL_VERSIONS } from "../protocol/versions.ts";
import { DELETED_DIGEST, type Digest, type ObjectId } from "../types/address.ts";
import type { CheckpointBundle } from "../types/bundle.ts";
import {
  type CheckpointCertificate,
  checkpointDigest,
  type CheckpointSummary,
  type EndOfEpochData,
} from "../types/checkpoint.ts";
import type { TransactionEffects } from "../types/effects.ts";
import { isEntryContent, type StateObject } from "../types/entry.ts";
import type { SomaObject } from "../types/object.ts";
import { type SignedTransaction, transactionDigest } from "../types/transaction.ts";
import type { CheckpointRecord, ConsensusProgress, ExecutedTransaction, NodeReader } from "./io.ts";
import { Overlay } from "./overlay.ts";

/** A closed checkpoint that waits for its certificate. */
export type PendingCheckpoint = Omit<CheckpointRecord, "bundle"> & {
  readonly bundle: Omit<CheckpointBundle, "certificate">;
};

/** What of its program a chain executes with. */
export type ChainProgram = Pick<ExecutionContext, "versions" | "repeat">;

/** The executed and the certified end of the chain. */
export class Chain {
  private readonly reader: NodeReader;
  private readonly program: ChainProgram;
  private overlay: Overlay;
  private entries: ExecutedTransaction[] = [];
  /** What clients can see of what the open checkpoint wrote, in order. */
  private visible: SomaObject[] = [];
  private entriesBytes = 0;
  /** How much more money the state holds since the last closed checkpoint. */
  private gained = 0n;
  private readonly pending = new Map<bigint, PendingCheckpoint>();
  private executedTip: ChainTip;
  private certifiedSequenceNumber: bigint;

  constructor(reader: NodeReader, tip: ChainTip, program: ChainProgram = {}) {
    this.reader = reader;
    this.program = program;
    this.overlay = new Overlay(reader);
    this.executedTip = tip;
    this.certifiedSequenceNumber = tip.summary.sequence_number;
  }

  /** The last closed checkpoint. */
  get tip(): ChainTip {
    return this.executedTip;
  }

  /** The sequence number of the last certified checkpoint; storage has everything up to it. */
  get certifiedSequence(): bigint {
    return this.certifiedSequenceNumber;
  }

  /** The sequence number of the checkpoint that `execute` adds to. */
  get openSequence(): bigint {
    return this.executedTip.summary.sequence_number + 1n;
  }

  /** How many transactions the open checkpoint holds. */
  get openCount(): number {
    return this.entries.length;
  }

  /** Bytes of the ordered transactions in the open checkpoint. */
  get openBytes(): number {
    return this.entriesBytes;
  }

  /** How many closed checkpoints wait for their certificates. */
  get pendingCount(): number {
    return this.pending.size;
  }

  /** What the transactions of the running epoch have paid so far. */
  get epochFees(): bigint {
    return this.entries.reduce(
      (sum, { effects }) => sum + effects.transaction_fee.total_fee,
      feesDue(this.executedTip.summary),
    );
  }

  /** The executed state. */
  find(id: ObjectId): StateObject | undefined {
    return this.overlay.find(id);
  }

  /** Whether a transaction has executed, certified or not. */
  executed(digest: Digest): boolean {
    return this.overlay.executed(digest);
  }

  /** A closed checkpoint that waits for its certificate. */
  pendingAt(sequence: bigint): PendingCheckpoint | undefined {
    return this.pending.get(sequence);
  }

  /** Closed checkpoints that wait for their certificates, in order. */
  pendingCheckpoints(): Iterable<PendingCheckpoint> {
    return this.pending.values();
  }

  /** Executes at the end of the open checkpoint. */
  execute(
    transaction: SignedTransaction,
    context: ExecutionContext,
    sizeBytes: number = 0,
  ): TransactionEffects {
    const digest = transactionDigest(transaction.data);
    assert(!this.overlay.executedLately(digest), "a transaction executes once");
    const { versions = PROTOCOL_VERSIONS, ...program } = this.program;
    const execution = executeTransaction(this.overlay, transaction.data, digest, {
      ...context,
      ...program,
      versions,
    });
    const { effects, written, deleted } = execution;
    this.gained += sumValue(written) - this.valueBefore(effects);
    this.overlay.apply(this.openSequence, digest, written, deleted);
    this.entries.push({ digest, transaction, effects });
    this.visible.push(...written.filter(isVisible));
    this.entriesBytes += sizeBytes;
    return effects;
  }

  /** Closes the open checkpoint; it then waits for its certificate. */
  close(
    timestampMs: bigint,
    endOfEpoch: EndOfEpochData | undefined,
    progress: ConsensusProgress,
  ): PendingCheckpoint {
    const entries = this.entries;
    const built = buildCheckpoint(this.executedTip, entries, { timestampMs, endOfEpoch });
    const { summary, contents, liveSet, changes } = built;
    const digest = checkpointDigest(summary);
    const paid = feesDue(summary) - feesDue(this.executedTip.summary);
    assert(this.gained + paid === 0n, "what a checkpoint changed adds up");
    this.gained = 0n;
    const closed: PendingCheckpoint = {
      bundle: { summary, contents, transactions: entries.map((entry) => entry.transaction) },
      digest,
      executed: entries,
      superseded: this.visible.filter((object) => this.overlay.find(object.id) !== object),
      ...this.lastVersions(changes),
      liveSet: liveSet.toBytes(),
      progress,
    };
    this.executedTip = { summary, digest, liveSet };
    this.entries = [];
    this.visible = [];
    this.entriesBytes = 0;
    this.pending.set(summary.sequence_number, closed);
    return closed;
  }

  /** Gives the next waiting checkpoint its certificate; from now on storage must have it. */
  certify(certificate: CheckpointCertificate): CheckpointRecord {
    const sequence = this.certifiedSequenceNumber + 1n;
    const closed = present(this.pending.get(sequence), "the checkpoint to certify");
    this.pending.delete(sequence);
    this.certifiedSequenceNumber = sequence;
    return { ...closed, bundle: { ...closed.bundle, certificate } };
  }

  /** Storage has the record: reads of it need no overlay any more. */
  settle(record: CheckpointRecord): void {
    const ids = [...record.written.map((object) => object.id), ...record.deleted];
    const digests = record.executed.map((entry) => entry.digest);
    this.overlay.settle(record.bundle.summary.sequence_number, ids, digests);
  }

  /** Forgets the open checkpoint, whose transactions a certified one has overtaken. */
  discardOpen(): void {
    assert(this.pending.size === 0, "closed checkpoints are never forgotten");
    this.overlay = new Overlay(this.reader);
    this.entries = [];
    this.visible = [];
    this.entriesBytes = 0;
    this.gained = 0n;
  }

  // What objects held before they were written or deleted. Storage is not asked for new ones: it
  // has nothing of theirs, and would have to search for it.
  private valueBefore({ changed_objects: changed }: TransactionEffects): bigint {
    let sum = 0n;
    for (const { object_id: id, input_state: before } of changed) {
      if (before.kind === "NotExist") continue;
      sum += heldValue(present(this.overlay.find(id), "an object that was changed").content);
    }
    return sum;
  }

  private lastVersions(
    changes: readonly NetChange[],
  ): Pick<CheckpointRecord, "written" | "deleted"> {
    const written: StateObject[] = [];
    const deleted: ObjectId[] = [];
    for (const { id, after } of changes) {
      if (after.digest === DELETED_DIGEST) deleted.push(id);
      else written.push(present(this.overlay.find(id), "a written object"));
    }
    return { written, deleted };
  }
}

// What was paid in the running epoch and comes back to the state when it ends.
function feesDue(summary: CheckpointSummary): bigint {
  const isLast = summary.end_of_epoch_data !== undefined;
  return isLast ? 0n : summary.epoch_rolling_transaction_fees.total_fee;
}

function isVisible(object: StateObject): object is SomaObject {
  return !isEntryContent(object.content);
}
