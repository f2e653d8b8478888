/**
 * The door for transactions. What is checked here spares the network work and tells a client early;
 * what commits is decided again, by commit order, when the transaction is executed.
 *
 * @module
 */
import { checkAdmission } from "../ledger/admit.ts";
import { describeRef, describeRefusal, type Refusal } from "../ledger/inputs.ts";
import type { ObjectId } from "../types/address.ts";
import type { SubmitRefusal } from "../types/message.ts";
import { formatDigest } from "../types/text.ts";
import { isSystemKind } from "../types/transaction-kind.ts";
import {
  ownedInputs,
  type SignedTransaction,
  signingDigest,
  type TransactionData,
} from "../types/transaction.ts";
import type { Chain } from "./chain.ts";
import type { SignatureCheck } from "./io.ts";
import type { OrderedTransaction } from "./payloads.ts";
import type { Reservations } from "./reservations.ts";

/** The signature to verify before a transaction is looked at, or why there is none. */
export function transactionCheck(transaction: SignedTransaction): SignatureCheck | string {
  const { data, signatures } = transaction;
  if (isSystemKind(data.kind)) return "only the network itself sends this kind of transaction";
  const [signature] = signatures;
  if (signature === undefined || signatures.length !== 1) {
    return `a transaction has exactly one signature, not ${signatures.length}`;
  }
  return { kind: "User", address: data.sender, digest: signingDigest(data), signature };
}

/** Why a transaction is not taken now, by this node's state and what it holds inputs for. */
export function refuse(
  chain: Chain,
  reservations: Reservations,
  { transaction, digest }: OrderedTransaction,
): SubmitRefusal | undefined {
  const refusal = refuseByState(chain, transaction.data);
  const inputs = ownedInputs(transaction.data);
  if (refusal !== undefined || !inputs.ok) return refusal;
  const conflict = reservations.conflict(digest, inputs.value);
  if (conflict === undefined) return undefined;
  const holder = formatDigest(conflict.holder);
  const locked = `${describeRef(conflict.input)} already locked by a different transaction`;
  return { reason: "Locked", detail: `${locked}: TransactionDigest(${holder})` };
}

/** Why a transaction is not taken by this node's state alone. */
export function refuseByState(chain: Chain, data: TransactionData): SubmitRefusal | undefined {
  const refusal = checkAdmission(chain, data);
  if (refusal === undefined) return undefined;
  return { reason: reasonOf(refusal), detail: describeRefusal(refusal) };
}

/** A refusal as a client is told it: to it this node's state is what there is. */
export function toClient<R extends SubmitRefusal | undefined>(refusal: R): R {
  return refusal?.reason === "Behind" ? { ...refusal, reason: "Invalid" } : refusal;
}

/** The first gas coin, whose home validators propose the transaction. */
export function payingCoin(data: TransactionData): ObjectId | undefined {
  return data.gas_payment[0]?.object_id;
}

// What this node has not seen yet, another may have: a client got its references somewhere.
function reasonOf(refusal: Refusal): SubmitRefusal["reason"] {
  switch (refusal.kind) {
    case "ObjectNotFound":
    case "TargetNotFound":
      return "Behind";
    case "ObjectVersionUnavailableForConsumption":
      return "Stale";
    default:
      return "Invalid";
  }
}
