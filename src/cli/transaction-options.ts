/**
 * Options that every command with a transaction takes: what to do with it instead of sending it.
 *
 * @module
 */
import { usageError } from "../base/errors.ts";
import { flag, type Param, type Values } from "./params.ts";

/** The options, to be spread into a command's own. */
export const TRANSACTION_OPTIONS: {
  readonly txDigest: Param<boolean>;
  readonly simulate: Param<boolean>;
  readonly serializeUnsignedTransaction: Param<boolean>;
  readonly serializeSignedTransaction: Param<boolean>;
} = {
  txDigest: flag("Print the digest of the transaction; nothing is signed or sent"),
  simulate: flag("Show what the transaction would do; nothing is signed or sent"),
  serializeUnsignedTransaction: flag("Print the transaction in base64 without a signature"),
  serializeSignedTransaction: flag("Print the signed transaction in base64; it is not sent"),
};

/** What was given of them. */
export type TransactionOptions = Values<typeof TRANSACTION_OPTIONS>;

/** What is done with a transaction once it is built. */
export type TransactionMode = "digest" | "simulate" | "unsigned" | "signed" | "execute";

/** The first that applies; the two serializations exclude each other. */
export function transactionMode(options: TransactionOptions): TransactionMode {
  const { txDigest, simulate, serializeSignedTransaction, serializeUnsignedTransaction } = options;
  if (serializeSignedTransaction && serializeUnsignedTransaction) {
    throw usageError(
      "--serialize-signed-transaction and --serialize-unsigned-transaction exclude each other",
      "give one of them",
    );
  }
  if (txDigest) return "digest";
  if (simulate) return "simulate";
  if (serializeUnsignedTransaction) return "unsigned";
  return serializeSignedTransaction ? "signed" : "execute";
}
