/**
 * Transactions that the network makes itself. They pay no gas and name no coins; a commit prologue
 * only records what consensus said, an epoch change turns the whole economy over.
 *
 * An epoch change must not be able to stop the network. When the rules meet amounts that they have
 * no answer to, twice, the epoch begins in safe mode; any other error is a bug and stops the node
 * before it has signed anything.
 *
 * @module
 */
import type { Result } from "../base/result.ts";
import { ok } from "../base/result.ts";
import type { Digest } from "../types/address.ts";
import type { ExecutionFault } from "../types/fault.ts";
import { NO_FEE } from "../types/fee.ts";
import type { KindOf, TransactionKind } from "../types/transaction-kind.ts";
import type { ExecutionContext } from "./call.ts";
import { committeeOf } from "./committee.ts";
import { readEdge, turnEpoch } from "./epoch/change.ts";
import { enterSafeMode, isProtocolFault } from "./epoch/safe-mode.ts";
import { concludeExecution, type Ending, type Execution } from "./outcome.ts";
import { type StateReader, View } from "./view.ts";

const ATTEMPTS = 2;

/** Executes a system kind. Genesis is not executed: a network's beginning is loaded as it is. */
export function executeSystem(
  state: StateReader,
  kind: TransactionKind,
  digest: Digest,
  context: ExecutionContext,
): Execution {
  const ending: Ending = {
    transaction: digest,
    epoch: context.epoch,
    fault: undefined,
    fee: NO_FEE,
    gas: undefined,
    inflow: 0n,
  };
  if (kind.kind === "ChangeEpoch") return executeChange(state, kind, { ending, context });
  const isKnown = kind.kind === "ConsensusCommitPrologueV1";
  const fault = isKnown ? undefined : ({ kind: "InvalidTransactionType" } as const);
  return concludeExecution(new View(state, digest), { ...ending, fault });
}

type Ordered = { readonly ending: Ending; readonly context: ExecutionContext };

function executeChange(
  state: StateReader,
  change: KindOf<"ChangeEpoch">,
  { ending, context }: Ordered,
): Execution {
  const turned = changeEpoch(state, change, ending.transaction, context);
  if (!turned.ok) {
    const untouched = new View(state, ending.transaction);
    return concludeExecution(untouched, { ...ending, fault: turned.error });
  }
  const nextCommittee = committeeOf(turned.value);
  return concludeExecution(turned.value, { ...ending, inflow: change.fees, nextCommittee });
}

function changeEpoch(
  state: StateReader,
  change: KindOf<"ChangeEpoch">,
  transaction: Digest,
  { versions }: ExecutionContext,
): Result<View, ExecutionFault> {
  for (let attempt = 0; ; attempt++) {
    const view = new View(state, transaction);
    const edge = readEdge(view, change, transaction);
    if (!edge.ok) return edge;
    const isLast = attempt === ATTEMPTS;
    if (isLast) enterSafeMode(view, edge.value);
    if (isLast || turns(() => turnEpoch(view, edge.value, versions))) return ok(view);
  }
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
