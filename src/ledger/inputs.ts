/**
 * What must hold of a transaction's inputs before it may run: each owned input is live at exactly
 * the version and digest named and belongs to the sender, and the gas coins hold something. Commit
 * order asks this of every transaction; admission asks the same and says why not.
 *
 * @module
 */
import type { Address, ObjectId } from "../types/address.ts";
import { stateDigest, type StateObject } from "../types/entry.ts";
import type { ExecutionFault } from "../types/fault.ts";
import type { ObjectRef } from "../types/object.ts";
import { formatDigest, formatObjectId } from "../types/text.ts";
import { isSystemKind } from "../types/transaction-kind.ts";
import { type DuplicateInput, ownedInputs, type TransactionData } from "../types/transaction.ts";
import type { StateReader } from "./view.ts";

/** Why a transaction may not run. Names are those of the published protocol. */
export type Refusal =
  | { readonly kind: "SystemTransaction" }
  | DuplicateInput
  | { readonly kind: "InvalidSequenceNumber"; readonly object_id: ObjectId }
  | { readonly kind: "ObjectNotFound"; readonly object_id: ObjectId; readonly version: bigint }
  | {
      readonly kind: "ObjectVersionUnavailableForConsumption";
      readonly provided: ObjectRef;
      readonly current_version: bigint;
    }
  | { readonly kind: "InvalidObjectDigest"; readonly provided: ObjectRef }
  | { readonly kind: "NotOwnedObjectError"; readonly object_id: ObjectId }
  | {
      readonly kind: "IncorrectUserSignature";
      readonly object_id: ObjectId;
      readonly sender: Address;
      readonly owner: Address;
    }
  | { readonly kind: "GasPaymentError"; readonly reason: string }
  /** At the door only: the gas coins hold less than any success would cost. */
  | { readonly kind: "InsufficientGas"; readonly balance: bigint; readonly required: bigint }
  /** At the door only. */
  | { readonly kind: "TargetNotFound"; readonly target_id: ObjectId };

const VERSION_MAX = 0x7fff_ffff_ffff_ffffn;

// Why the transaction may not run whatever the state is, if so.
function checkShape(transaction: TransactionData): Refusal | undefined {
  if (isSystemKind(transaction.kind)) return { kind: "SystemTransaction" };
  if (transaction.gas_payment.length === 0) {
    return { kind: "GasPaymentError", reason: "no gas payment is provided" };
  }
  const inputs = ownedInputs(transaction);
  if (!inputs.ok) return inputs.error;
  const worn = inputs.value.find((ref) => ref.version >= VERSION_MAX);
  if (worn === undefined) return undefined;
  return { kind: "InvalidSequenceNumber", object_id: worn.object_id };
}

/** Why the transaction may not run on this state, if so. */
export function checkInputs(state: StateReader, transaction: TransactionData): Refusal | undefined {
  const shape = checkShape(transaction);
  const inputs = ownedInputs(transaction);
  if (shape !== undefined || !inputs.ok) return shape;
  for (const ref of inputs.value) {
    const refusal = checkInput(state.find(ref.object_id), ref, transaction.sender);
    if (refusal !== undefined) return refusal;
  }
  return checkGas(state, transaction);
}

/** The sum of the gas coins. */
export function gasBalance(state: StateReader, transaction: TransactionData): bigint {
  let balance = 0n;
  for (const { object_id: id } of transaction.gas_payment) {
    const content = state.find(id)?.content;
    if (content?.kind === "Coin") balance += content.balance;
  }
  return balance;
}

/** One sentence on why a transaction may not run, in the words that clients look for. */
export function describeRefusal(refusal: Refusal): string {
  switch (refusal.kind) {
    case "SystemTransaction":
      return "system transactions are not accepted from outside";
    case "DuplicateObjectRefInput":
      return `object ${formatObjectId(refusal.object_id)} is named twice among the inputs`;
    case "InvalidSequenceNumber":
      return `the version of object ${formatObjectId(refusal.object_id)} is out of range`;
    case "ObjectNotFound": {
      const { object_id: id, version } = refusal;
      return `could not find the referenced object ${formatObjectId(id)} at version ${version}`;
    }
    case "ObjectVersionUnavailableForConsumption":
      return (
        `${describeRef(refusal.provided)} is not available for consumption, ` +
        `its current version: Version(${refusal.current_version})`
      );
    case "InvalidObjectDigest":
      return `${describeRef(refusal.provided)} has another digest`;
    case "NotOwnedObjectError":
      return `object ${formatObjectId(refusal.object_id)} is not owned by an address`;
    case "IncorrectUserSignature":
      return (
        `object ${formatObjectId(refusal.object_id)} is owned by 0x${refusal.owner}, ` +
        `the signer is 0x${refusal.sender}`
      );
    case "GasPaymentError":
      return `gas payment: ${refusal.reason}`;
    case "InsufficientGas":
      return `the gas coins hold ${refusal.balance} shannons, ${refusal.required} are the least`;
    case "TargetNotFound":
      return `could not find the target ${formatObjectId(refusal.target_id)}`;
  }
}

/** A reference in the words that clients look for. */
export function describeRef(ref: ObjectRef): string {
  const { object_id: id, version, digest } = ref;
  return `Object (${formatObjectId(id)}, Version(${version}), o#${formatDigest(digest)})`;
}

/** The fault that an execution reports when it should never have begun. */
export function faultOfRefusal(refusal: Refusal): ExecutionFault {
  switch (refusal.kind) {
    case "ObjectNotFound":
    case "NotOwnedObjectError":
      return { kind: "ObjectNotFound", object_id: refusal.object_id };
    case "ObjectVersionUnavailableForConsumption":
    case "InvalidObjectDigest":
      return { kind: "ObjectNotFound", object_id: refusal.provided.object_id };
    case "IncorrectUserSignature": {
      const { object_id, sender: expected_owner, owner: actual_owner } = refusal;
      return { kind: "InvalidOwnership", object_id, expected_owner, actual_owner };
    }
    case "SystemTransaction":
      return { kind: "InvalidTransactionType" };
    default:
      return { kind: "SomaError", reason: describeRefusal(refusal) };
  }
}

function checkInput(
  object: StateObject | undefined,
  ref: ObjectRef,
  sender: Address,
): Refusal | undefined {
  const { object_id, version } = ref;
  if (object === undefined || object.version < version) {
    return { kind: "ObjectNotFound", object_id, version };
  }
  if (object.owner.kind !== "AddressOwner") return { kind: "NotOwnedObjectError", object_id };
  if (object.version > version) {
    const current_version = object.version;
    return { kind: "ObjectVersionUnavailableForConsumption", provided: ref, current_version };
  }
  if (stateDigest(object) !== ref.digest) return { kind: "InvalidObjectDigest", provided: ref };
  const owner = object.owner.address;
  if (owner !== sender) return { kind: "IncorrectUserSignature", object_id, sender, owner };
  return undefined;
}

function checkGas(state: StateReader, transaction: TransactionData): Refusal | undefined {
  for (const { object_id: id } of transaction.gas_payment) {
    if (state.find(id)?.content.kind === "Coin") continue;
    return { kind: "GasPaymentError", reason: `object ${formatObjectId(id)} is not a coin` };
  }
  if (gasBalance(state, transaction) > 0n) return undefined;
  return { kind: "GasPaymentError", reason: "the gas coins are empty" };
}
