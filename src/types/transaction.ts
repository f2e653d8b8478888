/**
 * Transactions: a kind, who sends it and which coins pay. The digest covers these and not the
 * signature, so it is known before signing and the same for every valid signature.
 *
 * @module
 */
import { memo } from "../base/memo.ts";
import { err, ok, type Result } from "../base/result.ts";
import { remembered } from "../bcs/remembered.ts";
import {
  boundedBytes,
  type Codec,
  decode,
  type DecodeFault,
  fixedBytes,
  refine,
  struct,
  transform,
  u8,
  vector,
} from "../bcs/schema.ts";
import { useWritten } from "../bcs/writer.ts";
import { blake2b256, typedDigest } from "../crypto/digest.ts";
import { intentMessage, SCOPE } from "../crypto/intent.ts";
import {
  type Address,
  address,
  type Digest,
  type ObjectId,
  toDigest,
  ZERO_ADDRESS,
} from "./address.ts";
import { REFERENCES_MAX, SIGNATURE_BYTES_MAX, TRANSACTION_BYTES_MAX } from "./bounds.ts";
import { firstVersion } from "./encoding.ts";
import { type ObjectRef, objectRef } from "./object.ts";
import { type TransactionKind, transactionKind } from "./transaction-kind.ts";

/** What a sender signs. */
export type TransactionData = {
  readonly kind: TransactionKind;
  readonly sender: Address;
  /** Coins that pay, merged into the first. */
  readonly gas_payment: readonly ObjectRef[];
};

/** A transaction with the signatures of its sender: one from outside. */
export type SignedTransaction = {
  readonly data: TransactionData;
  /** Scheme flag, signature, public key. */
  readonly signatures: readonly Uint8Array[];
};

/** An id that two inputs of one transaction name. */
export type DuplicateInput = {
  readonly kind: "DuplicateObjectRefInput";
  readonly object_id: ObjectId;
};

const SIGNATURES_MAX = 16;
const SYSTEM_SIGNATURE_BYTES = 97;
const USER_INTENT = intentMessage(SCOPE.transactionData, new Uint8Array(0));

/** Layout of `TransactionData`. */
export const transactionData: Codec<TransactionData> = remembered(
  firstVersion(
    struct<TransactionData>("TransactionData", {
      kind: transactionKind,
      sender: address,
      gas_payment: vector(objectRef, REFERENCES_MAX),
    }),
  ),
);

type Wire = {
  readonly count: number;
  readonly intent: Uint8Array;
  readonly data: TransactionData;
  readonly signatures: readonly Uint8Array[];
};

/** Layout of `SignedTransaction`: a list of exactly one, with the intent before the data. */
export const signedTransaction: Codec<SignedTransaction> = transform(
  struct<Wire>("SignedTransaction", {
    count: refine(u8, (count) =>
      count === 1 ? undefined : `1 signed transaction expected, ${count} found`,
    ),
    intent: refine(fixedBytes(USER_INTENT.length), (intent) =>
      intent.every((byte, index) => byte === USER_INTENT[index])
        ? undefined
        : `intent 000001 expected, ${intent.toHex()} found`,
    ),
    data: transactionData,
    signatures: vector(boundedBytes(SIGNATURE_BYTES_MAX), SIGNATURES_MAX),
  }),
  ({ data, signatures }) => ({ data, signatures }),
  ({ data, signatures }) => ({ count: 1, intent: USER_INTENT, data, signatures }),
);

/** The signed transaction in bytes from outside, which may be of any size. */
export function decodeTransaction(bytes: Uint8Array): Result<SignedTransaction, DecodeFault> {
  if (bytes.length > TRANSACTION_BYTES_MAX) {
    const reason = `transaction has ${bytes.length} bytes; ${TRANSACTION_BYTES_MAX} are the most`;
    return err({ path: "", reason });
  }
  return decode(signedTransaction, bytes);
}

// Cache: a pure function of values that never change; every node needs each several times.
const digests = memo<TransactionData, Digest>();

/** The name of a transaction. */
export function transactionDigest(data: TransactionData): Digest {
  const known = digests.find(data);
  if (known !== undefined) return known;
  const digest = toDigest(typedDigest("TransactionData", transactionData, data));
  digests.set(data, digest);
  return digest;
}

/** The 32 bytes that the sender's key signs. */
export function signingDigest(data: TransactionData): Uint8Array {
  return useWritten(transactionData, data, USER_INTENT, (bytes) => blake2b256(bytes));
}

/** A transaction that the network makes itself: no sender, no gas, an empty signature. */
export function systemTransaction(kind: TransactionKind): SignedTransaction {
  return {
    data: { kind, sender: ZERO_ADDRESS, gas_payment: [] },
    signatures: [new Uint8Array(SYSTEM_SIGNATURE_BYTES)],
  };
}

type OwnedInputs = Result<readonly ObjectRef[], DuplicateInput>;

// A cache: admission, ordering and execution all ask for the inputs of a transaction.
const inputsOf = memo<TransactionData, OwnedInputs>();

/**
 * The owned objects that a transaction uses: those of its kind, then gas coins not among them. Two
 * references to one id are a fault, except that gas may repeat a reference of the kind exactly.
 */
export function ownedInputs(data: TransactionData): OwnedInputs {
  const known = inputsOf.find(data);
  if (known !== undefined) return known;
  const inputs = collectInputs(data);
  inputsOf.set(data, inputs);
  return inputs;
}

function collectInputs(data: TransactionData): OwnedInputs {
  const inputs = new Map<ObjectId, ObjectRef>();
  const named = kindInputs(data.kind);
  for (const ref of named) {
    if (inputs.has(ref.object_id)) return duplicate(ref);
    inputs.set(ref.object_id, ref);
  }
  const paying = new Set<ObjectId>();
  for (const ref of data.gas_payment) {
    const other = inputs.get(ref.object_id);
    if (paying.has(ref.object_id) || (other !== undefined && !sameRef(other, ref))) {
      return duplicate(ref);
    }
    paying.add(ref.object_id);
    inputs.set(ref.object_id, ref);
  }
  return ok([...inputs.values()]);
}

/** The shared objects that a transaction changes: the target of a submission, claim or report. */
export function sharedInputs(data: TransactionData): readonly ObjectId[] {
  const { kind } = data;
  return "target_id" in kind ? [kind.target_id] : [];
}

/** Whether two references name the same state of the same object. */
export function sameRef(left: ObjectRef, right: ObjectRef): boolean {
  return (
    left.object_id === right.object_id &&
    left.version === right.version &&
    left.digest === right.digest
  );
}

function kindInputs(kind: TransactionKind): readonly ObjectRef[] {
  switch (kind.kind) {
    case "TransferCoin":
      return [kind.coin];
    case "PayCoins":
      return kind.coins;
    case "TransferObjects":
      return kind.objects;
    case "AddStake":
    case "AddStakeToModel":
      return [kind.coin_ref];
    case "WithdrawStake":
      return [kind.staked_soma];
    case "SubmitData":
      return [kind.bond_coin];
    default:
      return [];
  }
}

function duplicate(ref: ObjectRef): Result<never, DuplicateInput> {
  return err({ kind: "DuplicateObjectRefInput", object_id: ref.object_id });
}
