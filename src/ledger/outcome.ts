/**
 * What an execution leaves behind: the effects that all nodes must agree on, and the new state as
 * data. Every object written gets one version, above that of everything the transaction touched.
 *
 * @module
 */
import { compareText } from "../base/bytes.ts";
import type { Digest, ObjectId } from "../types/address.ts";
import type { Committee } from "../types/committee.ts";
import type {
  ChangedObject,
  ExecutionStatus,
  TransactionEffects,
  UnchangedSharedObject,
} from "../types/effects.ts";
import { stateDigest, type StateObject } from "../types/entry.ts";
import type { ExecutionFault } from "../types/fault.ts";
import type { TransactionFee } from "../types/fee.ts";
import { SHARED_SINCE } from "../types/owner.ts";
import { assertConserved, heldValue } from "./conservation.ts";
import type { Change, View } from "./view.ts";

/** What executing a transaction did. */
export type Execution = {
  readonly effects: TransactionEffects;
  /** New versions, ascending by id. */
  readonly written: readonly StateObject[];
  readonly deleted: readonly ObjectId[];
  /** Who validates from now on, when the transaction changed the epoch. */
  readonly nextCommittee: Committee | undefined;
};

/** How an execution ended. */
export type Ending = {
  readonly transaction: Digest;
  readonly epoch: bigint;
  readonly fault: ExecutionFault | undefined;
  readonly fee: TransactionFee;
  /** The coin that paid. */
  readonly gas: ObjectId | undefined;
  /** Shared objects that the transaction asked to write and that are not there. */
  readonly missing?: readonly ObjectId[];
  /** Money that comes in from outside the state: collected fees, or all there is at genesis. */
  readonly inflow: bigint;
  readonly nextCommittee?: Committee;
};

/** Effects and new state of a transaction that left `view` as it is. */
export function concludeExecution(view: View, ending: Ending): Execution {
  const changes = [...view.changes()].sort((left, right) => compareText(left.id, right.id));
  assertMoney(changes, ending);
  const version = nextVersion(changes);
  const written: StateObject[] = [];
  const deleted: ObjectId[] = [];
  const changed: ChangedObject[] = [];
  for (const { id, before, after } of changes) {
    const object = after && { id, version, previous_transaction: ending.transaction, ...after };
    if (object === undefined) deleted.push(id);
    else written.push(object);
    changed.push(describeChange(id, before, object));
  }
  const gasIndex = changed.findIndex((change) => change.object_id === ending.gas);
  const effects: TransactionEffects = {
    status: statusOf(ending.fault),
    executed_epoch: ending.epoch,
    transaction_fee: ending.fee,
    transaction_digest: ending.transaction,
    gas_object_index: gasIndex < 0 ? undefined : gasIndex,
    dependencies: dependenciesOf(changes),
    version,
    changed_objects: changed,
    unchanged_shared_objects: (ending.missing ?? []).map(describeMissing),
  };
  return { effects, written, deleted, nextCommittee: ending.nextCommittee };
}

function assertMoney(changes: readonly Change[], { fee, inflow }: Ending): void {
  let before = inflow;
  let after = 0n;
  for (const change of changes) {
    if (change.before !== undefined) before += heldValue(change.before.content);
    if (change.after !== undefined) after += heldValue(change.after.content);
  }
  assertConserved(before, after, fee.total_fee);
}

function nextVersion(changes: readonly Change[]): bigint {
  let largest = 0n;
  for (const { before } of changes) {
    if (before !== undefined && before.version > largest) largest = before.version;
  }
  return largest + 1n;
}

function describeChange(
  object_id: ObjectId,
  before: StateObject | undefined,
  after: StateObject | undefined,
): ChangedObject {
  return {
    object_id,
    input_state:
      before === undefined
        ? { kind: "NotExist" }
        : {
            kind: "Exist",
            version: before.version,
            digest: stateDigest(before),
            owner: before.owner,
          },
    output_state:
      after === undefined
        ? { kind: "NotExist" }
        : { kind: "ObjectWrite", digest: stateDigest(after), owner: after.owner },
    id_operation: before === undefined ? "Created" : after === undefined ? "Deleted" : "None",
  };
}

// Nothing is kept of what is deleted, so the version is the one by which transactions name it.
function describeMissing(object_id: ObjectId): UnchangedSharedObject {
  return { object_id, state: { kind: "MutateDeleted", version: SHARED_SINCE } };
}

function statusOf(fault: ExecutionFault | undefined): ExecutionStatus {
  return fault === undefined ? { kind: "Success" } : { kind: "Failure", error: fault };
}

function dependenciesOf(changes: readonly Change[]): readonly Digest[] {
  const writers = new Set<Digest>();
  for (const { before } of changes) {
    if (before !== undefined) writers.add(before.previous_transaction);
  }
  return [...writers].sort(compareText);
}
