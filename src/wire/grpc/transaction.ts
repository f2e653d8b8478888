/**
 * Transactions in gRPC: written out field by field, and back as what the sender signed.
 *
 * @module
 */
import type { MessageInitShape } from "@bufbuild/protobuf";

import { encode } from "../../bcs/schema.ts";
import type { Digest } from "../../types/address.ts";
import { TRANSACTION_BYTES_MAX } from "../../types/bounds.ts";
import { formatDigest } from "../../types/text.ts";
import {
  type SignedTransaction,
  signedTransaction,
  type TransactionData,
  transactionDigest,
} from "../../types/transaction.ts";
import type {
  Transaction as TransactionMessage,
  TransactionSchema,
  UserSignature,
} from "../generated/soma_pb.js";
import * as field from "./field.ts";
import { kindMessage, referenceMessage } from "./kind-message.ts";
import { readKind } from "./kind-reader.ts";
import { readSignature } from "./signature.ts";
import { invalidField, missingField } from "./status.ts";

/** A transaction without its signatures. */
export function transactionMessage(
  { kind, sender, gas_payment }: TransactionData,
  digest: Digest,
): MessageInitShape<typeof TransactionSchema> {
  return {
    digest: formatDigest(digest),
    kind: kindMessage(kind),
    sender,
    gasPayment: gas_payment.map(referenceMessage),
  };
}

/** The transaction in a request; a digest that is given must be its own. */
export function readTransaction(message: TransactionMessage | undefined): TransactionData {
  const path = "transaction";
  const given = field.present(message, path);
  const data: TransactionData = {
    kind: readKind(field.present(given.kind, `${path}.kind`), `${path}.kind`),
    sender: field.address(given.sender, `${path}.sender`),
    gas_payment: field.items(given.gasPayment, `${path}.gas_payment`, field.reference),
  };
  if (given.digest === undefined) return data;
  const claimed = field.digest(given.digest, `${path}.digest`);
  const digest = transactionDigest(data);
  if (claimed === digest) return data;
  const reason = `is not that of the transaction, which is ${formatDigest(digest)}`;
  throw invalidField(`${path}.digest`, reason);
}

/** The signed transaction in a request: exactly one signature. */
export function readSigned(
  message: TransactionMessage | undefined,
  signatures: readonly UserSignature[],
): SignedTransaction {
  const data = readTransaction(message);
  const [first] = signatures;
  if (first === undefined) throw missingField("signatures");
  if (signatures.length > 1) {
    throw invalidField("signatures", `has ${signatures.length} items; exactly 1 is allowed`);
  }
  const signed = { data, signatures: [readSignature(first, "signatures[0]")] };
  const { length } = encode(signedTransaction, signed);
  if (length <= TRANSACTION_BYTES_MAX) return signed;
  const reason = `has ${length} bytes in BCS; ${TRANSACTION_BYTES_MAX} are the most`;
  throw invalidField("transaction", reason);
}
