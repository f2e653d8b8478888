/**
 * Executes one transaction: a pure function from the state before it to effects and new state as
 * data. Whatever a transaction says, the answer is effects; only a bug of ours stops the node.
 *
 *     inputs → gas → kind → fees → (undo on a fault) → new versions for all inputs → effects
 *
 * @module
 */
import { type Digest, ZERO_ADDRESS } from "../types/address.ts";
import type { ExecutionFault } from "../types/fault.ts";
import { NO_FEE } from "../types/fee.ts";
import { isSystemKind } from "../types/transaction-kind.ts";
import { ownedInputs, sharedInputs, type TransactionData } from "../types/transaction.ts";
import { type Call, type ExecutionContext, readParameters } from "./call.ts";
import { dropEmptyGas, payBaseFee, paySuccessFees, totalFee } from "./gas.ts";
import { checkInputs, faultOfRefusal } from "./inputs.ts";
import { executeKind } from "./kinds.ts";
import { concludeExecution, type Execution } from "./outcome.ts";
import { executeSystem } from "./system.ts";
import { type StateReader, View } from "./view.ts";

export type { Execution, ExecutionContext };

/**
 * Executes a transaction on `state`, which it leaves as it is. A system kind counts as the
 * network's own when it has no sender; whoever takes transactions from outside refuses these
 * (`admit.ts`).
 */
export function executeTransaction(
  state: StateReader,
  transaction: TransactionData,
  digest: Digest,
  context: ExecutionContext,
): Execution {
  if (isSystemKind(transaction.kind) && isFromNetwork(transaction)) {
    return executeSystem(state, transaction.kind, digest, context);
  }
  const view = new View(state, digest);
  const refusal = checkInputs(state, transaction);
  if (refusal === undefined) return executeUser(view, transaction, digest, context);
  // Commit order drops such a transaction; asked anyway, nothing changes and nothing is charged.
  return concludeExecution(view, {
    transaction: digest,
    epoch: context.epoch,
    fault: faultOfRefusal(refusal),
    fee: NO_FEE,
    gas: undefined,
    inflow: 0n,
  });
}

function isFromNetwork({ sender, gas_payment }: TransactionData): boolean {
  return sender === ZERO_ADDRESS && gas_payment.length === 0;
}

function executeUser(
  view: View,
  transaction: TransactionData,
  digest: Digest,
  context: ExecutionContext,
): Execution {
  const parameters = readParameters(view);
  const missing = sharedInputs(transaction).filter((id) => view.find(id) === undefined);
  const { gas, baseFee, covered } = payBaseFee(view, transaction, parameters.protocol);
  const { sender } = transaction;
  const call: Call = { view, digest, sender, context, parameters, gas, valueFee: 0n };
  const mark = view.mark();
  const ending = covered ? runKind(call, transaction) : ({ kind: "InsufficientGas" } as const);
  const success = ending.kind === "Paid" ? ending : undefined;
  if (success === undefined) view.rollback(mark);
  touchInputs(view, transaction);
  dropEmptyGas(view, gas);
  return concludeExecution(view, {
    transaction: digest,
    epoch: context.epoch,
    fault: ending.kind === "Paid" ? undefined : ending,
    fee:
      success === undefined
        ? totalFee(baseFee, 0n, 0n)
        : totalFee(baseFee, success.operation, call.valueFee),
    gas,
    missing,
    inflow: 0n,
  });
}

function runKind(
  call: Call,
  { kind }: TransactionData,
): ReturnType<typeof paySuccessFees> | ExecutionFault {
  return executeKind(call, kind) ?? paySuccessFees(call);
}

// Every input gets a new version whatever happens, so that no other transaction can use the old.
function touchInputs(view: View, transaction: TransactionData): void {
  const owned = ownedInputs(transaction);
  const inputs = owned.ok ? owned.value.map((ref) => ref.object_id) : [];
  for (const id of inputs) if (view.find(id) !== undefined) view.touch(id);
  for (const id of sharedInputs(transaction)) {
    if (view.read("Target", id) !== undefined) view.touch(id);
  }
}
