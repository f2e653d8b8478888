/**
 * The payload of a block, decoded once. A block carries opaque byte strings; receiving, judging and
 * executing it all need them decoded, so the result is remembered until the block is executed.
 *
 * A payload is valid or not by itself, the same on every node: two user transactions of one block
 * may not share an owned input nor repeat a digest, and nobody may send a system transaction.
 *
 * @module
 */
import { memo } from "../base/memo.ts";
import { err, ok, type Result } from "../base/result.ts";
import { decode, encode } from "../bcs/schema.ts";
import type { Digest, ObjectId } from "../types/address.ts";
import { type Payload, payload } from "../types/payload.ts";
import { isSystemKind } from "../types/transaction-kind.ts";
import { ownedInputs, type SignedTransaction, transactionDigest } from "../types/transaction.ts";
import type { VersionVote } from "../types/version-vote.ts";

/** A user transaction in a block, with its name. */
export type OrderedTransaction = {
  readonly kind: "UserTransaction";
  readonly transaction: SignedTransaction;
  readonly digest: Digest;
};

/** One entry of a block's payload. */
export type BlockPayload = OrderedTransaction | Exclude<Payload, { kind: "UserTransaction" }>;

type Payloads = Result<readonly BlockPayload[], string>;

// Caches: pure functions of bytes, dropped with the block or before.
const decoded = memo<readonly Uint8Array[], Payloads>();
const entries = memo<Uint8Array, BlockPayload>();

/** What `transactions`, the byte strings of one block, say; or why the block is invalid. */
export function payloadsOf(transactions: readonly Uint8Array[]): Payloads {
  const known = decoded.find(transactions);
  if (known !== undefined) return known;
  const payloads = decodePayloads(transactions);
  decoded.set(transactions, payloads);
  return payloads;
}

/** Takes leave of a block that has been executed: it stays long, and decoded it is large. */
export function forgetPayloads(transactions: readonly Uint8Array[]): void {
  decoded.delete(transactions);
  for (const bytes of transactions) entries.delete(bytes);
}

/**
 * Those of `transactions` that may stand in one block: of two that use the same object, the first.
 * A mempool can hold both, when one names a version that is gone.
 */
export function compatible(transactions: readonly Uint8Array[]): readonly Uint8Array[] {
  if (payloadsOf(transactions).ok) return transactions;
  const used = new Set<ObjectId>();
  return transactions.filter((bytes) => {
    const alone = payloadsOf([bytes]);
    const inputs = alone.ok ? alone.value.flatMap(inputsOf) : [];
    const isFree = alone.ok && !inputs.some((id) => used.has(id));
    if (isFree) for (const id of inputs) used.add(id);
    return isFree;
  });
}

/** The bytes of a user transaction in a block; what they say need not be decoded again. */
export function encodeUserPayload(transaction: SignedTransaction): Uint8Array {
  const value = { kind: "UserTransaction", transaction } as const;
  const bytes = encode(payload, value);
  entries.set(bytes, nameTransaction(value));
  return bytes;
}

/** The bytes of the message that ends an author's publishing. */
export function encodeEndOfPublish(epoch: bigint): Uint8Array {
  return encode(payload, { kind: "EndOfPublish", epoch });
}

/** The bytes of what an author says about protocol versions. */
export function encodeVersions(votes: readonly VersionVote[]): Uint8Array {
  return encode(payload, { kind: "Versions", votes });
}

function decodePayloads(transactions: readonly Uint8Array[]): Payloads {
  const payloads: BlockPayload[] = [];
  const used = new Set<ObjectId>();
  const digests = new Set<Digest>();
  for (const [index, bytes] of transactions.entries()) {
    const one = decodePayload(bytes);
    if (!one.ok) return err(`payload ${index}: ${one.error}`);
    const named = one.value;
    const fault = named.kind === "UserTransaction" ? claim(named, used, digests) : undefined;
    if (fault !== undefined) return err(`payload ${index}: ${fault}`);
    payloads.push(named);
  }
  return ok(payloads);
}

function decodePayload(bytes: Uint8Array): Result<BlockPayload, string> {
  const known = entries.find(bytes);
  if (known !== undefined) return ok(known);
  const one = decode(payload, bytes);
  return one.ok ? ok(nameTransaction(one.value)) : err(`${one.error.path}: ${one.error.reason}`);
}

function nameTransaction(value: Payload): BlockPayload {
  if (value.kind !== "UserTransaction") return value;
  return { ...value, digest: transactionDigest(value.transaction.data) };
}

function inputsOf(one: BlockPayload): ObjectId[] {
  if (one.kind !== "UserTransaction") return [];
  const inputs = ownedInputs(one.transaction.data);
  return inputs.ok ? inputs.value.map((input) => input.object_id) : [];
}

function claim(
  { transaction, digest }: OrderedTransaction,
  used: Set<ObjectId>,
  digests: Set<Digest>,
): string | undefined {
  if (isSystemKind(transaction.data.kind)) return "a system transaction is no payload";
  if (transaction.signatures.length !== 1) return "a transaction has exactly one signature";
  if (digests.has(digest)) return "the block repeats a transaction";
  digests.add(digest);
  const inputs = ownedInputs(transaction.data);
  if (!inputs.ok) return `two inputs name object 0x${inputs.error.object_id}`;
  for (const input of inputs.value) {
    if (used.has(input.object_id)) return "two transactions of the block share an owned input";
    used.add(input.object_id);
  }
  return undefined;
}
