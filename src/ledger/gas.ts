/**
 * Gas: the coins that pay are merged into the first, which stays merged even when the transaction
 * fails. The base fee is due always; writing objects and moving value only on success.
 *
 * @module
 */
import { present } from "../base/assert.ts";
import { minU64 } from "../base/u64.ts";
import type { ObjectId } from "../types/address.ts";
import { isEntryContent } from "../types/entry.ts";
import type { ExecutionFault } from "../types/fault.ts";
import type { TransactionFee } from "../types/fee.ts";
import type { ProtocolParameters } from "../types/protocol-parameters.ts";
import { hasProof } from "../types/transaction-kind.ts";
import type { TransactionData } from "../types/transaction.ts";
import { type Call, writeFee } from "./call.ts";
import type { View } from "./view.ts";

/** The merged gas coin after the base fee; `covered` says whether it covered that. */
export type PaidGas = {
  readonly gas: ObjectId;
  readonly baseFee: bigint;
  readonly covered: boolean;
};

/** Merges the gas coins, which are live coins of the sender, and takes the base fee. */
export function payBaseFee(
  view: View,
  transaction: TransactionData,
  protocol: ProtocolParameters,
): PaidGas {
  const [first, ...others] = transaction.gas_payment;
  const gas = present(first, "a gas coin").object_id;
  let { balance } = view.get("Coin", gas);
  for (const { object_id: id } of others) {
    balance += view.get("Coin", id).balance;
    view.remove(id);
  }
  const baseFee = baseFeeOf(transaction, protocol);
  const paid = minU64(balance, baseFee);
  view.write(gas, { kind: "Coin", balance: balance - paid });
  return { gas, baseFee: paid, covered: paid === baseFee };
}

/**
 * What a transaction costs in any case. A proof of possession costs every validator a pairing,
 * whether it holds or not, and is paid for.
 */
export function baseFeeOf({ kind }: TransactionData, protocol: ProtocolParameters): bigint {
  return hasProof(kind) ? protocol.base_fee * protocol.proof_base_fees : protocol.base_fee;
}

/** Takes the fees of a success: for objects written and value moved. */
export function paySuccessFees(call: Call): Success | ExecutionFault {
  const operation = writeFee(call, countWrites(call.view));
  const { balance } = call.view.get("Coin", call.gas);
  const due = operation + call.valueFee;
  if (balance < due) return { kind: "InsufficientGas" };
  call.view.write(call.gas, { kind: "Coin", balance: balance - due });
  return { kind: "Paid", operation };
}

/** The fees of a success are paid. */
export type Success = { readonly kind: "Paid"; readonly operation: bigint };

/** Deletes the gas coin when fees took all of it. */
export function dropEmptyGas(view: View, gas: ObjectId): void {
  if (view.get("Coin", gas).balance === 0n) view.remove(gas);
}

/** The parts of a fee and their sum. */
export function totalFee(base: bigint, operation: bigint, value: bigint): TransactionFee {
  return {
    base_fee: base,
    operation_fee: operation,
    value_fee: value,
    total_fee: base + operation + value,
  };
}

// All entries together count as one object: clients know one object that holds them.
function countWrites(view: View): number {
  let objects = 0;
  let entries = 0;
  for (const { after } of view.changes()) {
    if (after === undefined) continue;
    if (isEntryContent(after.content)) entries = 1;
    else objects++;
  }
  return objects + entries;
}
