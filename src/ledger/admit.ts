/**
 * Who gets in. In commit order every transaction is executed or dropped, by the state that all
 * earlier ones left; a drop writes and charges nothing. At the door a node asks the same of its own
 * state and a little more, and says why it refuses.
 *
 * @module
 */
import { ADMISSION_LIMITS } from "../protocol/limits.ts";
import { PARAMETERS_ID } from "../types/entry.ts";
import { sharedInputs, type TransactionData } from "../types/transaction.ts";
import { baseFeeOf } from "./gas.ts";
import { checkInputs, gasBalance, type Refusal } from "./inputs.ts";
import type { StateReader } from "./view.ts";

/** What becomes of an ordered transaction whose digest has not executed. */
export type Verdict = "Execute" | "Drop";

/** What becomes of a transaction now that its turn in commit order has come. */
export function classify(state: StateReader, transaction: TransactionData): Verdict {
  return checkInputs(state, transaction) === undefined ? "Execute" : "Drop";
}

/** Why a node with this state does not take the transaction; signatures are checked elsewhere. */
export function checkAdmission(
  state: StateReader,
  transaction: TransactionData,
): Refusal | undefined {
  const refusal = checkInputs(state, transaction);
  if (refusal !== undefined) return refusal;
  for (const target_id of sharedInputs(transaction)) {
    if (state.find(target_id)?.content.kind !== "Target") {
      return { kind: "TargetNotFound", target_id };
    }
  }
  const balance = gasBalance(state, transaction);
  const required = leastGas(state, transaction);
  return balance < required ? { kind: "InsufficientGas", balance, required } : undefined;
}

function leastGas(state: StateReader, transaction: TransactionData): bigint {
  const content = state.find(PARAMETERS_ID)?.content;
  if (content?.kind !== "Parameters") return 0n;
  const { protocol } = content;
  const writes = BigInt(ADMISSION_LIMITS.gasObjectWrites) * protocol.write_object_fee;
  return baseFeeOf(transaction, protocol) + writes;
}
