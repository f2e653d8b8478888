/**
 * Effects in gRPC: the published package turns them back into the ledger's own form, so every field
 * that form has is written, zeros too.
 *
 * @module
 */
import { create, type MessageInitShape } from "@bufbuild/protobuf";

import type { ObjectId } from "../../types/address.ts";
import type {
  ChangedObject,
  ExecutionStatus,
  TransactionEffects,
  UnchangedSharedObject,
} from "../../types/effects.ts";
import type { TransactionFee } from "../../types/fee.ts";
import { formatDigest, formatObjectId } from "../../types/text.ts";
import {
  ChangedObject_IdOperation as IdOperation,
  ChangedObject_InputObjectState as Input,
  ChangedObject_OutputObjectState as Output,
  type ChangedObjectSchema,
  type ExecutionStatusSchema,
  type TransactionEffects as EffectsMessage,
  TransactionEffectsSchema,
  type TransactionFeeSchema,
  UnchangedSharedObject_UnchangedSharedObjectKind as Unchanged,
  type UnchangedSharedObjectSchema,
} from "../generated/soma_pb.js";
import { faultMessage } from "./fault.ts";
import { ownerMessage } from "./object.ts";

/** What type an object has, as far as it is known. */
export type TypeOf = (id: ObjectId) => string | undefined;

const ID_OPERATIONS: Readonly<Record<ChangedObject["id_operation"], IdOperation>> = {
  None: IdOperation.NONE,
  Created: IdOperation.CREATED,
  Deleted: IdOperation.DELETED,
};

const UNCHANGED: Readonly<Record<UnchangedSharedObject["state"]["kind"], Unchanged>> = {
  ReadOnlyRoot: Unchanged.READ_ONLY_ROOT,
  MutateDeleted: Unchanged.MUTATED_DELETED,
  ReadDeleted: Unchanged.READ_DELETED,
  Cancelled: Unchanged.CANCELED,
};

/** Effects; `typeOf` names the types of the objects. */
export function effectsMessage(effects: TransactionEffects, typeOf: TypeOf): EffectsMessage {
  return create(TransactionEffectsSchema, {
    status: statusMessage(effects.status),
    epoch: effects.executed_epoch,
    fee: feeMessage(effects.transaction_fee),
    transactionDigest: formatDigest(effects.transaction_digest),
    ...(effects.gas_object_index !== undefined && { gasObjectIndex: effects.gas_object_index }),
    dependencies: effects.dependencies.map(formatDigest),
    lamportVersion: effects.version,
    changedObjects: effects.changed_objects.map((change) =>
      changeMessage(change, effects.version, typeOf(change.object_id)),
    ),
    unchangedSharedObjects: effects.unchanged_shared_objects.map(unchangedMessage),
  });
}

/** The parts of a fee. */
export function feeMessage(fee: TransactionFee): MessageInitShape<typeof TransactionFeeSchema> {
  return {
    baseFee: fee.base_fee,
    operationFee: fee.operation_fee,
    valueFee: fee.value_fee,
    totalFee: fee.total_fee,
  };
}

function statusMessage(status: ExecutionStatus): MessageInitShape<typeof ExecutionStatusSchema> {
  if (status.kind === "Success") return { success: true };
  return { success: false, error: faultMessage(status.error) };
}

function changeMessage(
  { object_id, input_state: input, output_state: output, id_operation }: ChangedObject,
  version: bigint,
  objectType: string | undefined,
): MessageInitShape<typeof ChangedObjectSchema> {
  return {
    objectId: formatObjectId(object_id),
    inputState: input.kind === "Exist" ? Input.EXISTS : Input.DOES_NOT_EXIST,
    ...(input.kind === "Exist" && {
      inputVersion: input.version,
      inputDigest: formatDigest(input.digest),
      inputOwner: ownerMessage(input.owner),
    }),
    outputState: output.kind === "ObjectWrite" ? Output.OBJECT_WRITE : Output.DOES_NOT_EXIST,
    ...(output.kind === "ObjectWrite" && {
      outputVersion: version,
      outputDigest: formatDigest(output.digest),
      outputOwner: ownerMessage(output.owner),
    }),
    idOperation: ID_OPERATIONS[id_operation],
    ...(objectType !== undefined && { objectType }),
  };
}

function unchangedMessage({
  object_id,
  state,
}: UnchangedSharedObject): MessageInitShape<typeof UnchangedSharedObjectSchema> {
  return {
    kind: UNCHANGED[state.kind],
    objectId: formatObjectId(object_id),
    version: state.version,
    ...(state.kind === "ReadOnlyRoot" && { digest: formatDigest(state.digest) }),
  };
}
