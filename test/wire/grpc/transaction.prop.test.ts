/**
 * Transactions in gRPC: every kind that clients send comes back as the same bytes, the published
 * vectors come out as published, and whatever is wrong is an error with the field's name.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";

import { decode, encode } from "../../../src/bcs/schema.ts";
import type { KindName } from "../../../src/types/transaction-kind.ts";
import {
  signedTransaction,
  type TransactionData,
  transactionData,
  transactionDigest,
} from "../../../src/types/transaction.ts";
import {
  ExecuteTransactionRequestSchema,
  type Transaction,
  TransactionSchema,
} from "../../../src/wire/generated/soma_pb.js";
import { signatureMessage } from "../../../src/wire/grpc/signature.ts";
import { GrpcError } from "../../../src/wire/grpc/status.ts";
import {
  readSigned,
  readTransaction,
  transactionMessage,
} from "../../../src/wire/grpc/transaction.ts";
import { kindArbitraries, transactionData as anyData } from "../../types/arbitraries.ts";
import { computed } from "../../vectors/wire_vectors.json";

const FROM_CLIENTS = Object.keys(kindArbitraries).filter(
  (name) => !/^(?:Genesis|ConsensusCommitPrologueV1|ChangeEpoch|Audit\w+)$/.test(name),
) as KindName[];

/** As it arrives after a trip over the wire. */
function sent(data: TransactionData): Transaction {
  const message = create(TransactionSchema, transactionMessage(data, transactionDigest(data)));
  return fromBinary(TransactionSchema, toBinary(TransactionSchema, message));
}

function refusal(read: () => unknown): GrpcError {
  try {
    read();
  } catch (error) {
    if (error instanceof GrpcError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("what is sent is what arrives", () => {
  test.each(FROM_CLIENTS)("%s", (name) => {
    const arbitrary = fc
      .record({ kind: kindArbitraries[name], data: anyData })
      .map(({ kind, data }) => ({ ...data, kind }));
    fc.assert(
      fc.property(arbitrary, (data) => {
        // These cannot say that there is no list of amounts.
        fc.pre(data.kind.kind !== "PayCoins" || data.kind.amounts !== undefined);
        const oneDimension = [data.kind].every(
          (kind) => !("embedding" in kind) || kind.embedding.shape.length === 1,
        );
        fc.pre(oneDimension && isFlat(data));
        const bytes = encode(transactionData, data);
        expect(encode(transactionData, readTransaction(sent(data))).toHex()).toBe(bytes.toHex());
      }),
      { numRuns: 50 },
    );
  });
});

function isFlat({ kind }: TransactionData): boolean {
  if (kind.kind !== "SubmitData") return true;
  const { distance_score: distance, loss_score: loss } = kind;
  return distance.values.length === 1 && distance.shape.length === 1 && loss.shape.length === 1;
}

test("the published request is read as the published transaction", () => {
  const name = "ExecuteTransactionRequest(TransferCoin Some)";
  const bytes = Uint8Array.fromHex(computed.proto[name]);
  const request = fromBinary(ExecuteTransactionRequestSchema, bytes);
  const signed = readSigned(request.transaction, request.signatures);
  const vector = computed.transactions.find(({ kind }) => kind.startsWith("TransferCoin"));
  expect(encode(signedTransaction, signed).toHex()).toBe(vector!.signed_transaction_bcs);
});

describe("what is wrong is named", () => {
  const transfer = computed.transactions.find(({ kind }) => kind.startsWith("TransferCoin"));
  const decoded = decode(signedTransaction, Uint8Array.fromHex(transfer!.signed_transaction_bcs));
  if (!decoded.ok) throw new Error("a vector is not a transaction");
  const { data, signatures } = decoded.value;

  type Break = (message: Transaction) => unknown;
  const breaks: readonly (readonly [string, Break])[] = [
    ["transaction.sender", (message) => (message.sender = "0xnonsense")],
    ["transaction.sender", (message) => delete message.sender],
    ["transaction.kind", (message) => delete message.kind],
    ["transaction.digest", (message) => (message.digest = "1".repeat(32))],
    ["transaction.digest", (message) => (message.digest = "0")],
    ["transaction.gas_payment[0].version", (message) => delete message.gasPayment[0]!.version],
    ["transaction.gas_payment[0].digest", (message) => (message.gasPayment[0]!.digest = "x")],
    ["transaction.gas_payment", (message) => (message.gasPayment = many(message.gasPayment))],
    [
      "transaction.kind.transfer_coin.recipient",
      ({ kind }) => kind?.kind.case === "transferCoin" && delete kind.kind.value.recipient,
    ],
    [
      "transaction.kind.transfer_coin.coin.object_id",
      ({ kind }) =>
        kind?.kind.case === "transferCoin" && (kind.kind.value.coin!.objectId = "\0".repeat(64)),
    ],
  ];

  test.each(breaks)("%s", (field, damage) => {
    const message = sent(data);
    damage(message);
    const error = refusal(() => readTransaction(message));
    expect(error.message).toStartWith(`${field}: `);
    expect(error.details.map(({ typeUrl }) => typeUrl)).toEqual(["/google.rpc.BadRequest"]);
  });

  test("kinds that only the network sends", () => {
    const kind = { kind: "RemoveValidator", pubkey_bytes: new Uint8Array() } as const;
    const message = sent({ ...data, kind });
    message.kind!.kind = { case: "changeEpoch", value: {} as never };
    expect(refusal(() => readTransaction(message)).message).toContain("only the network itself");
  });

  test("signatures: none, two, of a wrong length, of no scheme", () => {
    const message = sent(data);
    const [bytes] = signatures;
    const good = fromBinary(
      ExecuteTransactionRequestSchema,
      toBinary(
        ExecuteTransactionRequestSchema,
        create(ExecuteTransactionRequestSchema, { signatures: [signatureMessage(bytes!)] }),
      ),
    ).signatures[0]!;
    expect(readSigned(message, [good]).signatures).toEqual([bytes!]);
    expect(refusal(() => readSigned(message, [])).message).toBe("signatures: is missing");
    expect(refusal(() => readSigned(message, [good, good])).message).toContain("exactly 1");
    if (good.signature.case === "simple") good.signature.value.signature = new Uint8Array(63);
    expect(refusal(() => readSigned(message, [good])).message).toStartWith(
      "signatures[0].simple.signature: has 63 bytes",
    );
    good.signature = { case: undefined };
    expect(refusal(() => readSigned(message, [good])).message).toStartWith("signatures[0]: ");
  });
});

function many<T>(items: readonly T[]): T[] {
  return Array.from({ length: 257 }, () => items[0]!);
}
