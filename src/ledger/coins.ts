/**
 * Taking money out of coins. A coin that is named as an argument may also be the one that pays; it
 * then keeps what the fees will take.
 *
 * @module
 */
import { err, ok, type Result } from "../base/result.ts";
import type { Address, ObjectId } from "../types/address.ts";
import { ENTRY_KINDS, type StateContent } from "../types/entry.ts";
import type { ExecutionFault } from "../types/fault.ts";
import { OBJECT_KINDS } from "../types/object.ts";
import { type Call, writeFee } from "./call.ts";

/** The fee on an amount. */
export type FeeOn = (amount: bigint) => bigint;

/** What a transaction will cost that takes money out of a coin. */
export type Cost = {
  readonly feeOn: FeeOn;
  /** Objects that it writes when the coin also pays. */
  readonly writes: number;
};

const COIN_TAG = OBJECT_KINDS.Coin.tag;

/** The balance of a coin among the inputs. */
export function coinBalance(call: Call, id: ObjectId): Result<bigint, ExecutionFault> {
  const content = call.view.find(id)?.content;
  // A gas coin behind the first is merged by now and gone.
  if (content === undefined) return err({ kind: "ObjectNotFound", object_id: id });
  if (content.kind === "Coin") return ok(content.balance);
  const actual = tagOf(content);
  return err({ kind: "InvalidObjectType", object_id: id, expected: COIN_TAG, actual });
}

/** The tag of a type of object. */
export function tagOf(content: StateContent): number {
  return { ...OBJECT_KINDS, ...ENTRY_KINDS }[content.kind].tag;
}

/**
 * Takes `amount` out of a coin, or all of it that fees leave, and charges for moving it. What is
 * taken is for the caller to put somewhere.
 */
export function takeFromCoin(
  call: Call,
  id: ObjectId,
  amount: bigint | undefined,
  cost: Cost,
): Result<bigint, ExecutionFault> {
  const balance = coinBalance(call, id);
  if (!balance.ok) return balance;
  const fee = cost.feeOn(amount ?? balance.value);
  const kept = id === call.gas ? fee + writeFee(call, cost.writes) : 0n;
  const taken = amount ?? balance.value - kept;
  if (taken < 0n || taken + kept > balance.value) return err({ kind: "InsufficientCoinBalance" });
  call.valueFee += fee;
  setBalance(call, id, balance.value - taken);
  return ok(taken);
}

/** Sets what a coin holds; a coin that holds nothing and does not pay is deleted. */
export function setBalance(call: Call, id: ObjectId, balance: bigint): void {
  if (balance === 0n && id !== call.gas) call.view.remove(id);
  else call.view.write(id, { kind: "Coin", balance });
}

/** Makes a coin. */
export function createCoin(call: Pick<Call, "view">, owner: Address, balance: bigint): void {
  call.view.create({ kind: "Coin", balance }, { kind: "AddressOwner", address: owner });
}
