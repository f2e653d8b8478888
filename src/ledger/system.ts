/**
 * Transactions that the network makes itself. They pay no gas and name no coins; a commit prologue
 * only records what consensus said, an epoch change turns the whole economy over.
 *
 * @module
 */
import type { Digest } from "../types/address.ts";
import type { ExecutionFault } from "../types/fault.ts";
import { NO_FEE } from "../types/fee.ts";
import type { TransactionKind } from "../types/transaction-kind.ts";
import type { ExecutionContext } from "./call.ts";
import { committeeOf } from "./committee.ts";
import { changeEpoch } from "./epoch/change.ts";
import { concludeExecution, type Ending, type Execution } from "./outcome.ts";
import type { View } from "./view.ts";

/** Executes a system kind. Genesis is not executed: a network's beginning is loaded as it is. */
export function executeSystem(
  view: View,
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
  if (kind.kind === "ConsensusCommitPrologueV1") return concludeExecution(view, ending);
  const fault: ExecutionFault | undefined =
    kind.kind === "ChangeEpoch"
      ? changeEpoch(view, kind, digest)
      : { kind: "InvalidTransactionType" };
  if (kind.kind !== "ChangeEpoch" || fault !== undefined) {
    return concludeExecution(view, { ...ending, fault });
  }
  const nextCommittee = committeeOf(view);
  return concludeExecution(view, { ...ending, inflow: kind.fees, nextCommittee });
}
