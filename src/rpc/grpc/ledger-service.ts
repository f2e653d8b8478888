/**
 * `LedgerService`: what the chain is, and objects, transactions, checkpoints and epochs by name.
 *
 * @module
 */
import { create, type UnknownField } from "@bufbuild/protobuf";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

import { present } from "../../base/assert.ts";
import { currentEpoch, currentParameters } from "../../ledger/readers.ts";
import { composeParameters } from "../../ledger/system-view.ts";
import { SYSTEM_STATE_ID } from "../../types/address.ts";
import type { CheckpointBundle } from "../../types/bundle.ts";
import { stateDigest } from "../../types/entry.ts";
import { systemStateDigest } from "../../types/system-state.ts";
import { formatDigest, formatObjectId } from "../../types/text.ts";
import {
  type BatchGetObjectsRequest,
  type BatchGetObjectsResponse,
  BatchGetObjectsResponseSchema,
  type BatchGetTransactionsRequest,
  type BatchGetTransactionsResponse,
  BatchGetTransactionsResponseSchema,
  CheckpointSchema,
  type Epoch,
  EpochSchema,
  type ExecutedTransaction,
  ExecutedTransactionSchema,
  type GetCheckpointRequest,
  GetCheckpointResponseSchema,
  GetEpochResponseSchema,
  type GetObjectRequest,
  GetObjectResponseSchema,
  type GetServiceInfoResponse,
  GetServiceInfoResponseSchema,
  GetTransactionResponseSchema,
  type LedgerService,
  type Object$ as ObjectMessage,
  ObjectSchema,
} from "../../wire/generated/soma_pb.js";
import { committeeMessage } from "../../wire/grpc/committee.ts";
import * as field from "../../wire/grpc/field.ts";
import { applyMask, type Mask, readMask, selects, under } from "../../wire/grpc/mask.ts";
import type { Implementation } from "../../wire/grpc/method.ts";
import { objectMessage } from "../../wire/grpc/object.ts";
import { GrpcError, invalidField, notFound, statusOf } from "../../wire/grpc/status.ts";
import { parameterAttributes, systemStateMessage } from "../../wire/grpc/system-state.ts";
import { timestamp } from "../../wire/grpc/time.ts";
import { isVisible } from "../http/objects.ts";
import type { EpochRecord, LedgerReader } from "../reader.ts";
import { SystemViews } from "../system-views.ts";
import { checkpointMessage } from "./checkpoint-view.ts";
import { executedMessage, finalExecution } from "./executed.ts";
import type { GrpcPorts } from "./ports.ts";
import { SERVER_NAME } from "./server-name.ts";

/** Names in one batch. */
const BATCH_MAX = 1_000;

const OBJECT_MASK = "object_id,version,digest";
const TRANSACTION_MASK = "digest";
const CHECKPOINT_MASK = "sequence_number,digest";
const EPOCH_MASK =
  "epoch,committee,first_checkpoint,last_checkpoint,start,end,protocol_config.protocol_version";

const EPOCH_BOUNDS = ["first_checkpoint", "last_checkpoint", "start", "end"].map(
  (name) => [name, "All"] as const,
);

/** The service over `ports`. */
export function ledgerService(ports: GrpcPorts): Implementation<typeof LedgerService> {
  const { reader } = ports;
  const views = new SystemViews(reader);
  const findObject: FindObject = (request, path, mask) =>
    applyMask(ObjectSchema, mask, objectAt(reader, views, request, path));
  return {
    getServiceInfo: () => describeService(ports),
    getObject: (request) => {
      const mask = readMask(ObjectSchema, request.readMask, OBJECT_MASK);
      return create(GetObjectResponseSchema, { object: findObject(request, "", mask) });
    },
    batchGetObjects: (request) => batchObjects(findObject, request),
    getTransaction: ({ digest, readMask: given }) => {
      const mask = readMask(ExecutedTransactionSchema, given, TRANSACTION_MASK);
      const transaction = findTransaction(reader, digest, "digest", mask);
      return create(GetTransactionResponseSchema, { transaction });
    },
    batchGetTransactions: (request) => batchTransactions(reader, request),
    getCheckpoint: (request) => {
      const mask = readMask(CheckpointSchema, request.readMask, CHECKPOINT_MASK);
      const checkpoint = checkpointMessage(reader, findCheckpoint(reader, request), mask);
      return create(GetCheckpointResponseSchema, { checkpoint });
    },
    getEpoch: ({ epoch, readMask: given }) => {
      const mask = readMask(EpochSchema, given, EPOCH_MASK);
      const number = epoch ?? present(currentEpoch(reader), "the epoch").epoch;
      const record = reader.epoch(number);
      if (record === undefined) throw notFound(`Epoch ${number} not found`);
      return create(GetEpochResponseSchema, { epoch: describeEpoch(reader, views, record, mask) });
    },
  };
}

type FindObject = (request: GetObjectRequest, path: string, mask: Mask) => ObjectMessage;

function batchObjects(
  find: FindObject,
  { requests, readMask: given }: BatchGetObjectsRequest,
): BatchGetObjectsResponse {
  const mask = readMask(ObjectSchema, given, OBJECT_MASK);
  checkBatch(requests, "requests");
  const objects = requests.map((request, index) => {
    const found = attempt(() => find(request, `requests[${index}].`, mask));
    if (found instanceof GrpcError) return failed(found);
    return { result: { case: "object" as const, value: found } };
  });
  return create(BatchGetObjectsResponseSchema, { objects });
}

function batchTransactions(
  reader: LedgerReader,
  { digests, readMask: given }: BatchGetTransactionsRequest,
): BatchGetTransactionsResponse {
  const mask = readMask(ExecutedTransactionSchema, given, TRANSACTION_MASK);
  checkBatch(digests, "digests");
  const transactions = digests.map((digest, index) => {
    const found = attempt(() => findTransaction(reader, digest, `digests[${index}]`, mask));
    if (found instanceof GrpcError) return failed(found);
    return { result: { case: "transaction" as const, value: found } };
  });
  return create(BatchGetTransactionsResponseSchema, { transactions });
}

function describeService({ chain, reader }: GrpcPorts): GetServiceInfoResponse {
  const { summary } = reader.latest();
  return create(GetServiceInfoResponseSchema, {
    chainId: formatDigest(reader.chainId),
    chain,
    epoch: present(currentEpoch(reader), "the epoch").epoch,
    checkpointHeight: summary.sequence_number,
    timestamp: timestamp(summary.timestamp_ms),
    // Nothing is pruned.
    lowestAvailableCheckpoint: 0n,
    lowestAvailableCheckpointObjects: 0n,
    server: SERVER_NAME,
  });
}

function objectAt(
  reader: LedgerReader,
  views: SystemViews,
  { objectId, version }: GetObjectRequest,
  path: string,
): ObjectMessage {
  const id = field.objectId(objectId, `${path}object_id`);
  if (id === SYSTEM_STATE_ID) {
    const state = views.object();
    if (version === undefined || version === state.version) {
      return objectMessage(state, systemStateDigest(state));
    }
  }
  const found = version === undefined ? reader.find(id) : reader.findVersion(id, version);
  if (found !== undefined && isVisible(found)) return objectMessage(found, stateDigest(found));
  const which = version === undefined ? "" : ` with version ${version}`;
  throw notFound(`Object ${formatObjectId(id)}${which} not found`);
}

function findTransaction(
  reader: LedgerReader,
  text: string | undefined,
  path: string,
  mask: Mask,
): ExecutedTransaction {
  const digest = field.digest(text, path);
  const final = reader.transaction(digest);
  if (final === undefined) throw notFound(`Transaction ${formatDigest(digest)} not found`);
  return executedMessage(finalExecution(reader, final), mask);
}

function findCheckpoint(
  reader: LedgerReader,
  { checkpointId: name }: GetCheckpointRequest,
): CheckpointBundle {
  if (name.case === undefined) return reader.latest();
  const found =
    name.case === "sequenceNumber"
      ? reader.checkpoint(name.value)
      : reader.checkpointByDigest(field.digest(name.value, "digest"));
  if (found === undefined) throw notFound(`Checkpoint ${name.value} not found`);
  return found;
}

function describeEpoch(
  reader: LedgerReader,
  views: SystemViews,
  record: EpochRecord,
  mask: Mask,
): Epoch {
  const { lastCheckpoint, endMs, protocolVersion } = record;
  const message = create(EpochSchema, {
    epoch: record.epoch,
    ...(selects(mask, "committee") && { committee: committeeMessage(record.committee) }),
    firstCheckpoint: record.firstCheckpoint,
    start: timestamp(record.startMs),
    ...(lastCheckpoint !== undefined && { lastCheckpoint }),
    ...(endMs !== undefined && { end: timestamp(endMs) }),
    ...(selects(mask, "protocol_config") && {
      protocolConfig: { protocolVersion, attributes: attributesOf(reader) },
    }),
  });
  // The state of an epoch that is over is not kept.
  const isCurrent = record.epoch === present(currentEpoch(reader), "the epoch").epoch;
  const selected = under(mask, "system_state");
  if (isCurrent && selected !== undefined) {
    if (selected === "All") message.$unknown = [stateField(views.encoded())];
    else message.systemState = systemStateMessage(views.state());
  }
  return applyMask(EpochSchema, withBounds(mask), message);
}

// A state is large and asked for often: its bytes go as they are into every answer.
function stateField(bytes: Uint8Array): UnknownField {
  const { number: no } = EpochSchema.field.systemState;
  return { no, wireType: WireType.LengthDelimited, data: new BinaryWriter().bytes(bytes).finish() };
}

// The published package shows where an epoch begins and ends, but does not ask for it.
function withBounds(mask: Mask): Mask {
  return mask === "All" ? mask : new Map([...mask, ...EPOCH_BOUNDS]);
}

function attributesOf(reader: LedgerReader): Record<string, string> {
  const parameters = present(currentParameters(reader), "the parameters");
  return {
    ...parameterAttributes(composeParameters(parameters)),
    ...parameterAttributes(parameters.protocol),
  };
}

function checkBatch(list: readonly unknown[], path: string): void {
  if (list.length > BATCH_MAX) {
    throw invalidField(path, `has ${list.length} items; ${BATCH_MAX} are the most`);
  }
}

function attempt<T>(work: () => T): T | GrpcError {
  try {
    return work();
  } catch (error) {
    if (error instanceof GrpcError) return error;
    throw error;
  }
}

function failed(error: GrpcError) {
  return { result: { case: "error" as const, value: statusOf(error) } };
}
