/**
 * `TransactionExecutionService`: runs a transaction and answers when it is final here, or tries it.
 *
 * @module
 */
import { create } from "@bufbuild/protobuf";

import type { ObjectId } from "../../types/address.ts";
import type { SubmitRefusal } from "../../types/message.ts";
import { type ObjectRef, referenceTo } from "../../types/object.ts";
import { ownedInputs, type TransactionData } from "../../types/transaction.ts";
import {
  ExecutedTransactionSchema,
  ExecuteTransactionResponseSchema,
  SimulateTransactionRequest_TransactionChecks as Checks,
  SimulateTransactionResponseSchema,
  type TransactionExecutionService,
} from "../../wire/generated/soma_pb.js";
import { readMask, under } from "../../wire/grpc/mask.ts";
import type { Implementation } from "../../wire/grpc/method.ts";
import { GRPC_CODE, GrpcError, unavailable } from "../../wire/grpc/status.ts";
import { readSigned, readTransaction } from "../../wire/grpc/transaction.ts";
import type { LedgerReader } from "../reader.ts";
import { Turns } from "../turns.ts";
import { type Executed, executedMessage, finalExecution } from "./executed.ts";
import type { GrpcPorts } from "./ports.ts";

/** Coins that pay for a simulation which names none. */
const GAS_COINS_MAX = 100;
const RETRY_MS = 1_000;

/** The service over `ports`. */
export function executionService({
  reader,
  runner,
  clock,
  turns = new Turns(clock),
}: GrpcPorts): Implementation<typeof TransactionExecutionService> {
  return {
    executeTransaction: async (request, { signal, ip }) => {
      takeTurn(turns.ofIp(ip));
      const mask = readMask(ExecutedTransactionSchema, request.readMask, "effects");
      const transaction = readSigned(request.transaction, request.signatures);
      takeTurn(turns.ofSender(transaction.data.sender));
      const outcome = await runner.execute(transaction, signal);
      if (outcome.kind === "Refused") throw refusalError(outcome.refusal);
      const executed = executedMessage(finalExecution(reader, outcome), mask);
      return create(ExecuteTransactionResponseSchema, { transaction: executed });
    },
    simulateTransaction: (request, { ip }) => {
      takeTurn(turns.ofIp(ip));
      // Paths begin at the response, unlike those of the method above.
      const mask = readMask(SimulateTransactionResponseSchema, request.readMask, "*");
      const given = readTransaction(request.transaction);
      const isPaid = given.gas_payment.length > 0 || request.checks === Checks.DISABLED;
      const data = isPaid ? given : { ...given, gas_payment: chooseGas(reader, given) };
      const selected = under(mask, "transaction");
      if (selected === undefined) return create(SimulateTransactionResponseSchema);
      const transaction = executedMessage(simulated(reader, runner.simulate(data), data), selected);
      return create(SimulateTransactionResponseSchema, { transaction });
    },
  };
}

function simulated(
  reader: LedgerReader,
  { effects, written }: ReturnType<GrpcPorts["runner"]["simulate"]>,
  data: TransactionData,
): Executed {
  const after = new Map(written.map((object) => [object.id, object]));
  return {
    transaction: { data, signatures: [] },
    effects,
    states: { before: reader.find, after: (id) => after.get(id), any: reader.find },
  };
}

function chooseGas(reader: LedgerReader, data: TransactionData): readonly ObjectRef[] {
  const inputs = ownedInputs(data);
  const used = new Set<ObjectId>(inputs.ok ? inputs.value.map(({ object_id }) => object_id) : []);
  const page = { after: undefined, limit: GAS_COINS_MAX + used.size };
  return reader
    .owned(data.sender, "Coin", page)
    .items.filter(({ id }) => !used.has(id))
    .slice(0, GAS_COINS_MAX)
    .map(referenceTo);
}

function takeTurn(isTheirs: boolean): void {
  if (isTheirs) return;
  throw new GrpcError(GRPC_CODE.resourceExhausted, "too many transactions; send them more slowly");
}

function refusalError({ reason, detail }: SubmitRefusal): GrpcError {
  switch (reason) {
    case "Invalid":
      return new GrpcError(GRPC_CODE.invalidArgument, detail);
    case "Stale":
    case "Locked":
      return new GrpcError(GRPC_CODE.failedPrecondition, detail);
    case "Timeout":
    case "Behind":
    case "Overloaded":
      return unavailable(detail, RETRY_MS);
  }
}
