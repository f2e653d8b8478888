/**
 * What executing a transaction did: whether it succeeded, what it cost, and each object it changed
 * with the state before and after. Equal effects on all nodes are what agreement means.
 *
 * @module
 */
import { remembered } from "../bcs/remembered.ts";
import { type Codec, option, struct, tagged, u32, u64, vector } from "../bcs/schema.ts";
import { typedDigest } from "../crypto/digest.ts";
import { type Digest, digest, type ObjectId, objectId, toDigest } from "./address.ts";
import { CHANGED_OBJECTS_MAX } from "./bounds.ts";
import { choice, firstVersion } from "./encoding.ts";
import { type ExecutionFault, executionFault } from "./fault.ts";
import { type TransactionFee, transactionFee } from "./fee.ts";
import { type Owner, owner } from "./owner.ts";

/** How an execution ended. */
export type ExecutionStatus =
  { readonly kind: "Success" } | { readonly kind: "Failure"; readonly error: ExecutionFault };

/** An object before the transaction. */
export type InputState =
  | { readonly kind: "NotExist" }
  | {
      readonly kind: "Exist";
      readonly version: bigint;
      readonly digest: Digest;
      readonly owner: Owner;
    };

/** An object after the transaction; its version is that of the effects. */
export type OutputState =
  | { readonly kind: "NotExist" }
  | { readonly kind: "ObjectWrite"; readonly digest: Digest; readonly owner: Owner };

/** Whether the transaction made or ended an id. */
export type IdOperation = "None" | "Created" | "Deleted";

/** One object that a transaction wrote. */
export type ChangedObject = {
  readonly object_id: ObjectId;
  readonly input_state: InputState;
  readonly output_state: OutputState;
  readonly id_operation: IdOperation;
};

/** How a shared input was used that did not change. */
export type UnchangedState =
  | { readonly kind: "ReadOnlyRoot"; readonly version: bigint; readonly digest: Digest }
  | { readonly kind: "MutateDeleted"; readonly version: bigint }
  | { readonly kind: "ReadDeleted"; readonly version: bigint }
  | { readonly kind: "Cancelled"; readonly version: bigint };

/** A shared input that did not change. */
export type UnchangedSharedObject = {
  readonly object_id: ObjectId;
  readonly state: UnchangedState;
};

/** What executing a transaction did. */
export type TransactionEffects = {
  readonly status: ExecutionStatus;
  readonly executed_epoch: bigint;
  readonly transaction_fee: TransactionFee;
  readonly transaction_digest: Digest;
  /** The place of the gas coin in `changed_objects`. */
  readonly gas_object_index: number | undefined;
  /** The transactions that wrote the inputs, ascending, each once. */
  readonly dependencies: readonly Digest[];
  /** The version of every object written: one more than the largest version among the inputs. */
  readonly version: bigint;
  /** Ascending by id. */
  readonly changed_objects: readonly ChangedObject[];
  readonly unchanged_shared_objects: readonly UnchangedSharedObject[];
};

/** Layout of `ExecutionStatus`. */
const executionStatus: Codec<ExecutionStatus> = tagged<ExecutionStatus>("ExecutionStatus", {
  Success: {},
  Failure: { error: executionFault },
});

const inputState: Codec<InputState> = tagged<InputState>("InputState", {
  NotExist: {},
  Exist: { version: u64, digest, owner },
});

const outputState: Codec<OutputState> = tagged<OutputState>("OutputState", {
  NotExist: {},
  ObjectWrite: { digest, owner },
});

const changedObject: Codec<ChangedObject> = struct<ChangedObject>("ChangedObject", {
  object_id: objectId,
  input_state: inputState,
  output_state: outputState,
  id_operation: choice<IdOperation>("IdOperation", ["None", "Created", "Deleted"]),
});

const unchangedState: Codec<UnchangedState> = tagged<UnchangedState>("UnchangedState", {
  ReadOnlyRoot: { version: u64, digest },
  MutateDeleted: { version: u64 },
  ReadDeleted: { version: u64 },
  Cancelled: { version: u64 },
});

const unchangedSharedObject: Codec<UnchangedSharedObject> = struct<UnchangedSharedObject>(
  "UnchangedSharedObject",
  { object_id: objectId, state: unchangedState },
);

/** Layout of `TransactionEffects`. */
export const transactionEffects: Codec<TransactionEffects> = remembered(
  firstVersion(
    struct<TransactionEffects>("TransactionEffects", {
      status: executionStatus,
      executed_epoch: u64,
      transaction_fee: transactionFee,
      transaction_digest: digest,
      gas_object_index: option(u32),
      dependencies: vector(digest, CHANGED_OBJECTS_MAX),
      version: u64,
      changed_objects: vector(changedObject, CHANGED_OBJECTS_MAX),
      unchanged_shared_objects: vector(unchangedSharedObject),
    }),
  ),
);

/** The digest of effects: what checkpoints commit to. */
export function effectsDigest(effects: TransactionEffects): Digest {
  return toDigest(typedDigest("TransactionEffects", transactionEffects, effects));
}
