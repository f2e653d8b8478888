/**
 * The codec on what the network moves most: transactions, effects and objects of the published
 * vectors.
 *
 * @module
 */
import { present } from "../../src/base/assert.ts";
import { type Codec, decode, encode } from "../../src/bcs/schema.ts";
import { transactionEffects } from "../../src/types/effects.ts";
import { somaObject } from "../../src/types/object.ts";
import { signedTransaction, transactionDigest } from "../../src/types/transaction.ts";
import { computed } from "../vectors/wire_vectors.json";
import { type Bench, micros } from "./frame.ts";

const CALLS = 200;

/** Encoding and decoding of the value that `hex` stands for. */
function bothWays<T>(name: string, codec: Codec<T>, hex: string): Bench[] {
  const bytes = Uint8Array.fromHex(hex);
  const value = read(codec, bytes);
  return [
    micros(`encode ${name}, ${bytes.length} B`, CALLS, () => encode(codec, value)),
    micros(`decode ${name}, ${bytes.length} B`, CALLS, () => decode(codec, bytes)),
  ];
}

function read<T>(codec: Codec<T>, bytes: Uint8Array): T {
  const decoded = decode(codec, bytes);
  if (!decoded.ok) throw new Error(`${codec.name}: ${decoded.error.path}: ${decoded.error.reason}`);
  return decoded.value;
}

/** The published transaction of one kind. */
function transactionHex(kind: string): string {
  const vector = computed.transactions.find((one) => one.kind.startsWith(`${kind}(`));
  return present(vector, `the vector of ${kind}`).signed_transaction_bcs;
}

const transfer = read(signedTransaction, Uint8Array.fromHex(transactionHex("TransferCoin")));

/** The benches of this area. */
export const benches: readonly Bench[] = [
  ...bothWays("TransferCoin", signedTransaction, transactionHex("TransferCoin")),
  ...bothWays("SubmitData", signedTransaction, transactionHex("SubmitData")),
  micros("digest of TransferCoin", CALLS, () => transactionDigest(transfer.data)),
  ...bothWays("effects", transactionEffects, computed.effects.bcs),
  ...bothWays("coin object", somaObject, present(computed.objects[0], "a coin").bcs),
];
