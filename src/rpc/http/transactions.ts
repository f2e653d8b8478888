/**
 * `/v1/transactions`: what a transaction did, executing one, and trying one. Executing waits until
 * it is final here: a failure of the transaction is an answer like any other, a refusal is a
 * problem in the words that clients look for.
 *
 * @module
 */
import type { Context } from "hono";

import { type Codec, decode, encode } from "../../bcs/schema.ts";
import type { Execution } from "../../ledger/outcome.ts";
import type { FinalExecution } from "../../node/io.ts";
import { FINALITY_LIMITS } from "../../protocol/limits.ts";
import { TRANSACTION_BYTES_MAX } from "../../types/bounds.ts";
import type { SubmitRefusal } from "../../types/message.ts";
import { formatDigest } from "../../types/text.ts";
import {
  type SignedTransaction,
  signedTransaction,
  type TransactionData,
  transactionData,
  transactionDigest,
} from "../../types/transaction.ts";
import { digest } from "../../wire/json/primitives.ts";
import {
  type SimulationView,
  simulationView,
  transactionRequest,
  type TransactionView,
  transactionView,
  viewStatus,
} from "../../wire/json/transaction.ts";
import { describeChanges, finalStates } from "../changes.ts";
import type { LedgerReader } from "../reader.ts";
import { Turns } from "../turns.ts";
import { readJson } from "./input.ts";
import type { HttpEnv, HttpPorts } from "./ports.ts";
import { badRequest, notFound, RpcError, unavailable } from "./problem.ts";
import { type Body, json, type Route, route } from "./route.ts";
import { takeTurn } from "./take-turn.ts";
import { transactionProofRoute } from "./transaction-proof.ts";

/** A transaction in base64, and the JSON around it. */
const BODY_BYTES_MAX = Math.ceil(TRANSACTION_BYTES_MAX / 3) * 4 + 1_024;
/** The longest that an execution waits, and a little. */
const PATIENCE_SECONDS = FINALITY_LIMITS.giveUpMs / 1_000 + 10;

const transactionBody: Body<unknown> = {
  type: "application/json",
  description: "The transaction in BCS",
  bytesMax: BODY_BYTES_MAX,
  view: transactionRequest,
};

/** `GET /v1/transactions/{digest}`, `POST /v1/transactions` and `/v1/transactions/simulate`. */
export function transactionRoutes(ports: HttpPorts): readonly Route[] {
  const turns = ports.turns ?? new Turns(ports.clock);
  return [
    findRoute(ports.reader),
    transactionProofRoute(ports.reader),
    executeRoute(ports, turns),
    simulateRoute(ports, turns),
  ];
}

function findRoute(reader: LedgerReader): Route {
  return route(
    {
      id: "getTransaction",
      tag: "Transactions",
      method: "GET",
      path: "/v1/transactions/{digest}",
      summary: "What a final transaction did",
      params: { digest },
      answer: json(transactionView, "The transaction and what it changed"),
      isCached: true,
      problems: [404],
    },
    ({ params, reply }) => {
      const final = reader.transaction(params.digest);
      const name = formatDigest(params.digest);
      if (final === undefined) throw notFound("transaction", name);
      return reply(describeTransaction(reader, final), { kind: "Immutable", tag: name });
    },
  );
}

function executeRoute({ reader, runner }: HttpPorts, turns: Turns): Route {
  return route(
    {
      id: "executeTransaction",
      tag: "Transactions",
      method: "POST",
      path: "/v1/transactions",
      summary: "Executes a signed transaction and answers when it is final, successful or not",
      body: transactionBody,
      answer: json(transactionView, "The final transaction and what it changed"),
      problems: [409, 413, 415, 429, 503, 504],
    },
    async ({ context, reply }) => {
      takeTurn(turns.ofIp(context.env?.ip));
      const transaction = await readTransaction(context, signedTransaction);
      takeTurn(turns.ofSender(transaction.data.sender));
      context.env?.allowSilence?.(PATIENCE_SECONDS);
      const outcome = await runner.execute(transaction, context.req.raw.signal);
      if (outcome.kind === "Refused") throw refusalError(outcome.refusal);
      return reply(describeTransaction(reader, outcome));
    },
  );
}

function simulateRoute({ reader, runner }: HttpPorts, turns: Turns): Route {
  return route(
    {
      id: "simulateTransaction",
      tag: "Transactions",
      method: "POST",
      path: "/v1/transactions/simulate",
      summary: "What a transaction would do now; it needs no signature",
      body: transactionBody,
      answer: json(simulationView, "What it would change"),
      problems: [413, 415, 429],
    },
    async ({ context, reply }) => {
      takeTurn(turns.ofIp(context.env?.ip));
      const data = await readTransaction(context, transactionData);
      return reply(describeSimulation(reader, data, runner.simulate(data)));
    },
  );
}

/** What there is to say about a final transaction. */
export function describeTransaction(
  reader: LedgerReader,
  { executed, sequence, timestampMs }: FinalExecution,
): TransactionView {
  const { transaction, effects } = executed;
  const { data, signatures } = transaction;
  return {
    digest: executed.digest,
    status: viewStatus(effects.status),
    executed_epoch: effects.executed_epoch,
    checkpoint: sequence,
    timestamp_ms: timestampMs,
    sender: data.sender,
    kind: data.kind.kind,
    fee: effects.transaction_fee,
    ...describeChanges(effects, finalStates(reader, effects)),
    tx_bytes: encode(transactionData, data),
    signatures,
  };
}

function describeSimulation(
  reader: LedgerReader,
  data: TransactionData,
  { effects, written }: Execution,
): SimulationView {
  const states = new Map(written.map((object) => [object.id, object]));
  return {
    digest: transactionDigest(data),
    status: viewStatus(effects.status),
    executed_epoch: effects.executed_epoch,
    fee: effects.transaction_fee,
    gas_used: effects.transaction_fee.total_fee,
    ...describeChanges(effects, {
      before: reader.find,
      after: (id) => states.get(id),
      any: reader.find,
    }),
  };
}

async function readTransaction<T extends SignedTransaction | TransactionData>(
  context: Context<HttpEnv>,
  codec: Codec<T>,
): Promise<T> {
  const { tx_bytes } = await readJson(context, transactionRequest, BODY_BYTES_MAX);
  const field = "tx_bytes";
  if (tx_bytes.length > TRANSACTION_BYTES_MAX) {
    const reason = `has ${tx_bytes.length} bytes; ${TRANSACTION_BYTES_MAX} are the most`;
    throw badRequest([{ field, reason }]);
  }
  const decoded = decode(codec, tx_bytes);
  if (decoded.ok) return decoded.value;
  const { path, reason } = decoded.error;
  throw badRequest([{ field: path === "" ? field : `${field}.${path}`, reason }]);
}

function refusalError({ reason, detail }: SubmitRefusal): RpcError {
  switch (reason) {
    case "Invalid":
      return new RpcError(400, "transaction_invalid", detail);
    case "Stale":
      return new RpcError(409, "object_stale", detail, { hint: "read the object again" });
    case "Locked":
      return new RpcError(409, "object_locked", detail, {
        hint: "wait for the other transaction, or use another coin",
      });
    case "Timeout":
      return new RpcError(504, "execution_timeout", detail, {
        hint: "send the same transaction again: it executes once",
      });
    case "Behind":
    case "Overloaded":
      return unavailable("overloaded", detail);
  }
}
