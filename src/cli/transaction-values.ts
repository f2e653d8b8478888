/**
 * The kinds of value that are transactions: base64 as the options `--serialize-…-transaction` print
 * it, and signatures of it.
 *
 * @module
 */
import { err, ok, type Result } from "../base/result.ts";
import { decode } from "../bcs/schema.ts";
import { SIGNATURE_BYTES_MAX, TRANSACTION_BYTES_MAX } from "../types/bounds.ts";
import {
  decodeTransaction,
  type SignedTransaction,
  type TransactionData,
  transactionData,
} from "../types/transaction.ts";
import type { ValueKind } from "./params.ts";

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** An unsigned transaction. */
export const TRANSACTION_TEXT: ValueKind<TransactionData> = {
  label: "BASE64",
  parse: (text) => {
    const bytes = parseBase64(text, TRANSACTION_BYTES_MAX);
    if (!bytes.ok) return bytes;
    const data = decode(transactionData, bytes.value);
    if (data.ok) return data;
    const source = "--serialize-unsigned-transaction prints one";
    return err(`Failed to parse TransactionData: ${placed(data.error)}; ${source}`);
  },
};

/** A signed transaction. */
export const SIGNED_TRANSACTION_TEXT: ValueKind<SignedTransaction> = {
  label: "BASE64",
  parse: (text) => {
    const bytes = parseBase64(text, TRANSACTION_BYTES_MAX);
    if (!bytes.ok) return bytes;
    const transaction = decodeTransaction(bytes.value);
    if (transaction.ok) return transaction;
    const source = "--serialize-signed-transaction prints one";
    return err(`Failed to parse SenderSignedData: ${placed(transaction.error)}; ${source}`);
  },
};

/** A signature with its scheme and key. */
export const SIGNATURE_TEXT: ValueKind<Uint8Array> = {
  label: "BASE64",
  parse: (text) => parseBase64(text, SIGNATURE_BYTES_MAX),
};

function parseBase64(text: string, bytesMax: number): Result<Uint8Array, string> {
  if (text === "" || !BASE64.test(text)) return err("Invalid Base64 encoding");
  const bytes = Uint8Array.fromBase64(text);
  // Another text of the same bytes is a slip, not an encoding.
  if (bytes.toBase64() !== text) return err("Invalid Base64 encoding");
  return bytes.length > bytesMax
    ? err(`it has ${bytes.length} bytes; ${bytesMax} are the most`)
    : ok(bytes);
}

function placed({ path, reason }: { readonly path: string; readonly reason: string }): string {
  return path === "" ? reason : `${path}: ${reason}`;
}
