/**
 * One user transaction in execution: the view it works on, who asks, what is in force, and what it
 * will be charged for moving value. Every kind is a function of such a call.
 *
 * @module
 */
import type { ProtocolVersions } from "../protocol/versions.ts";
import type { Address, Digest, ObjectId } from "../types/address.ts";
import { type ContentOf, PARAMETERS_ID } from "../types/entry.ts";
import type { ExecutionFault } from "../types/fault.ts";
import type { KindName, KindOf } from "../types/transaction-kind.ts";
import type { Execution } from "./outcome.ts";
import type { StateReader, View } from "./view.ts";

/** What consensus says about the moment of an execution. */
export type ExecutionContext = {
  readonly epoch: bigint;
  readonly commitTimestampMs: bigint;
  /** The digest of the commit that orders the transaction. */
  readonly commitDigest: Digest;
  /** The protocol versions that can be upgraded to; those of this program when absent. */
  readonly versions?: ProtocolVersions;
  /** How an epoch change that met a fault is made once more; in this thread when absent. */
  readonly repeat?: RepeatChange;
};

/** An epoch change and where it is made. */
export type ChangeCall = {
  readonly state: StateReader;
  readonly change: KindOf<"ChangeEpoch">;
  readonly digest: Digest;
  readonly context: ExecutionContext;
};

/**
 * Makes an epoch change once more, apart from what the thread of the first attempt holds; returns
 * nothing when the rules have no answer again.
 */
export type RepeatChange = (call: ChangeCall) => Execution | undefined;

/** One user transaction in execution. */
export type Call = {
  readonly view: View;
  readonly digest: Digest;
  readonly sender: Address;
  readonly context: ExecutionContext;
  readonly parameters: ContentOf<"Parameters">;
  /** The coin that pays. */
  readonly gas: ObjectId;
  /** What is due for moving value. */
  valueFee: bigint;
};

/** Checks a kind in the order of its faults, then writes it to the view of the call. */
export type Executor<K extends KindName> = (
  call: Call,
  kind: KindOf<K>,
) => ExecutionFault | undefined;

/** A fault that says in words what is wrong with the arguments. */
export function invalidArguments(reason: string): ExecutionFault {
  return { kind: "InvalidArguments", reason };
}

/** The parameters in force. */
export function readParameters(view: View): ContentOf<"Parameters"> {
  return view.get("Parameters", PARAMETERS_ID);
}

/** The fee for writing so many objects. */
export function writeFee(call: Call, objects: number): bigint {
  return BigInt(objects) * call.parameters.protocol.write_object_fee;
}
