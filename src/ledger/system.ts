/**
 * Transactions that the network makes itself. They pay no gas and name no coins; a commit prologue
 * only records what consensus said, an epoch change turns the whole economy over.
 *
 * An epoch change must not be able to stop the network. When the rules meet amounts that they have
 * no answer to, twice and the second time in a fresh thread if there is one, the epoch begins in
 * safe mode; any other error is a bug and stops the node before it has signed anything.
 *
 * @module
 */
import { present } from "../base/assert.ts";
import type { Digest } from "../types/address.ts";
import { NO_FEE } from "../types/fee.ts";
import type { TransactionKind } from "../types/transaction-kind.ts";
import type { ChangeCall, ExecutionContext } from "./call.ts";
import { committeeOf } from "./committee.ts";
import { readEdge, turnEpoch } from "./epoch/change.ts";
import type { Edge } from "./epoch/edge.ts";
import { enterSafeMode, isProtocolFault } from "./epoch/safe-mode.ts";
import { concludeExecution, type Ending, type Execution } from "./outcome.ts";
import { type StateReader, View } from "./view.ts";

/** Executes a system kind. Genesis is not executed: a network's beginning is loaded as it is. */
export function executeSystem(
  state: StateReader,
  kind: TransactionKind,
  digest: Digest,
  context: ExecutionContext,
): Execution {
  if (kind.kind === "ChangeEpoch") {
    return executeChange({ state, change: kind, digest, context });
  }
  const isKnown = kind.kind === "ConsensusCommitPrologueV1";
  const fault = isKnown ? undefined : ({ kind: "InvalidTransactionType" } as const);
  return concludeExecution(new View(state, digest), { ...endingOf(digest, context), fault });
}

function endingOf(transaction: Digest, { epoch }: ExecutionContext): Ending {
  return { transaction, epoch, fault: undefined, fee: NO_FEE, gas: undefined, inflow: 0n };
}

function executeChange(call: ChangeCall): Execution {
  const { repeat = attemptChange } = call.context;
  return attemptChange(call) ?? repeat(call) ?? present(beginSafely(call), "a safe beginning");
}

/** Makes an epoch change; returns nothing when the rules meet amounts they have no answer to. */
export function attemptChange(call: ChangeCall): Execution | undefined {
  const { versions } = call.context;
  return begin(call, (view, edge) => turns(() => turnEpoch(view, edge, versions)));
}

function beginSafely(call: ChangeCall): Execution | undefined {
  return begin(call, (view, edge) => {
    enterSafeMode(view, edge);
    return true;
  });
}

// Begins an epoch as `enter` does, which says whether it could.
function begin(
  { state, change, digest, context }: ChangeCall,
  enter: (view: View, edge: Edge) => boolean,
): Execution | undefined {
  const view = new View(state, digest);
  const ending = endingOf(digest, context);
  const edge = readEdge(view, change, digest);
  if (!edge.ok) return concludeExecution(view, { ...ending, fault: edge.error });
  if (!enter(view, edge.value)) return undefined;
  const nextCommittee = committeeOf(view);
  return concludeExecution(view, { ...ending, inflow: change.fees, nextCommittee });
}

function turns(turn: () => void): boolean {
  try {
    turn();
    return true;
  } catch (error) {
    if (isProtocolFault(error)) return false;
    throw error;
  }
}
