/**
 * The kinds of user transactions and what executes each.
 *
 * @module
 */
import type { ExecutionFault } from "../types/fault.ts";
import type { KindName, KindOf } from "../types/transaction-kind.ts";
import type { Call, Executor } from "./call.ts";
import { addStakeToModel } from "./kinds/add-stake-to-model.ts";
import { addStake } from "./kinds/add-stake.ts";
import { addValidator } from "./kinds/add-validator.ts";
import { claimRewards } from "./kinds/claim-rewards.ts";
import { commitModel } from "./kinds/commit-model.ts";
import { createModel } from "./kinds/create-model.ts";
import { deactivateModel } from "./kinds/deactivate-model.ts";
import { payCoins } from "./kinds/pay-coins.ts";
import { removeValidator } from "./kinds/remove-validator.ts";
import { reportModel, undoReportModel } from "./kinds/report-model.ts";
import { reportSubmission, undoReportSubmission } from "./kinds/report-submission.ts";
import { reportValidator, undoReportValidator } from "./kinds/report-validator.ts";
import { revealModel } from "./kinds/reveal-model.ts";
import { setCommissionRate } from "./kinds/set-commission-rate.ts";
import { setModelCommissionRate } from "./kinds/set-model-commission-rate.ts";
import { submitData } from "./kinds/submit-data.ts";
import { transferCoin } from "./kinds/transfer-coin.ts";
import { transferObjects } from "./kinds/transfer-objects.ts";
import { updateValidatorMetadata } from "./kinds/update-validator-metadata.ts";
import { withdrawStake } from "./kinds/withdraw-stake.ts";

const EXECUTORS: { readonly [K in KindName]: Executor<K> } = {
  Genesis: refuse,
  ConsensusCommitPrologueV1: refuse,
  ChangeEpoch: refuse,
  AddValidator: addValidator,
  RemoveValidator: removeValidator,
  ReportValidator: reportValidator,
  UndoReportValidator: undoReportValidator,
  UpdateValidatorMetadata: updateValidatorMetadata,
  SetCommissionRate: setCommissionRate,
  TransferCoin: transferCoin,
  PayCoins: payCoins,
  TransferObjects: transferObjects,
  AddStake: addStake,
  WithdrawStake: withdrawStake,
  CreateModel: createModel,
  CommitModel: commitModel,
  RevealModel: revealModel,
  AddStakeToModel: addStakeToModel,
  SetModelCommissionRate: setModelCommissionRate,
  DeactivateModel: deactivateModel,
  ReportModel: reportModel,
  UndoReportModel: undoReportModel,
  SubmitData: submitData,
  ClaimRewards: claimRewards,
  ReportSubmission: reportSubmission,
  UndoReportSubmission: undoReportSubmission,
};

/** Executes a kind on the view of `call`; a fault leaves the view in disorder, to be undone. */
export function executeKind<K extends KindName>(
  call: Call,
  kind: KindOf<K>,
): ExecutionFault | undefined {
  return EXECUTORS[kind.kind](call, kind);
}

function refuse(): ExecutionFault {
  return { kind: "InvalidTransactionType" };
}
