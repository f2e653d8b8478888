/**
 * Why an execution failed: the status that effects carry. Names, tags and payloads are those of the
 * published protocol and never change; what each means is in `fault-table.ts`.
 *
 * @module
 */
import { type Codec, tagged } from "../bcs/schema.ts";
import type { Address, ObjectId } from "./address.ts";
import { FAULT_TABLE } from "./fault-table.ts";
import type { Tensor } from "./tensor.ts";

type Variants = Parameters<typeof tagged<ExecutionFault>>[1];

type Nothing = Readonly<Record<never, never>>;

/** What each fault carries, in tag order. */
export type FaultPayloads = {
  InsufficientGas: Nothing;
  InvalidOwnership: {
    readonly object_id: ObjectId;
    readonly expected_owner: Address;
    readonly actual_owner: Address | undefined;
  };
  ObjectNotFound: { readonly object_id: ObjectId };
  /** Types by their tags: 1 Coin, 2 StakedSoma, 3 Target. */
  InvalidObjectType: {
    readonly object_id: ObjectId;
    readonly expected: number;
    readonly actual: number;
  };
  InvalidTransactionType: Nothing;
  InvalidArguments: { readonly reason: string };
  DuplicateValidator: Nothing;
  DuplicateValidatorMetadata: { readonly field: string };
  MissingProofOfPossession: Nothing;
  InvalidProofOfPossession: { readonly reason: string };
  NotAValidator: Nothing;
  ValidatorAlreadyRemoved: Nothing;
  AdvancedToWrongEpoch: Nothing;
  ModelNotFound: Nothing;
  NotModelOwner: Nothing;
  ModelNotActive: Nothing;
  ModelNotPending: Nothing;
  ModelNotCreated: Nothing;
  ModelInvalidState: Nothing;
  ModelAlreadyInactive: Nothing;
  ModelRevealEpochMismatch: Nothing;
  ModelEmbeddingCommitmentMismatch: Nothing;
  ModelDecryptionKeyCommitmentMismatch: Nothing;
  ModelNoPendingUpdate: Nothing;
  ModelArchitectureVersionMismatch: Nothing;
  ModelCommissionRateTooHigh: Nothing;
  ModelMinStakeNotMet: Nothing;
  NoActiveModels: Nothing;
  TargetNotFound: Nothing;
  TargetNotOpen: Nothing;
  TargetExpired: { readonly generation_epoch: bigint; readonly current_epoch: bigint };
  TargetNotFilled: Nothing;
  AuditWindowOpen: { readonly fill_epoch: bigint; readonly current_epoch: bigint };
  TargetAlreadyClaimed: Nothing;
  ModelNotInTarget: { readonly model_id: ObjectId; readonly target_id: ObjectId };
  EmbeddingDimensionMismatch: { readonly expected: bigint; readonly actual: bigint };
  DistanceExceedsThreshold: { readonly score: Tensor; readonly threshold: Tensor };
  InsufficientBond: { readonly required: bigint; readonly provided: bigint };
  DataExceedsMaxSize: { readonly size: bigint; readonly max_size: bigint };
  InsufficientEmissionBalance: Nothing;
  AuditWindowClosed: { readonly fill_epoch: bigint; readonly current_epoch: bigint };
  InsufficientCoinBalance: Nothing;
  CoinBalanceOverflow: Nothing;
  ArithmeticOverflow: Nothing;
  ValidatorNotFound: Nothing;
  StakingPoolNotFound: Nothing;
  CannotReportOneself: Nothing;
  ReportRecordNotFound: Nothing;
  InputObjectDeleted: Nothing;
  CertificateDenied: Nothing;
  ExecutionCancelledDueToSharedObjectCongestion: Nothing;
  /** Anything else; the reason says what. */
  SomaError: { readonly reason: string };
};

/** The name of a fault. */
export type FaultKind = keyof FaultPayloads;

/** The fault of one name. */
export type FaultOf<K extends FaultKind> = { readonly kind: K } & FaultPayloads[K];

/** Why an execution failed. */
export type ExecutionFault = { [K in FaultKind]: FaultOf<K> }[FaultKind];

/** Layout of `ExecutionFault`. */
export const executionFault: Codec<ExecutionFault> = tagged<ExecutionFault>(
  "ExecutionFault",
  // `FaultTable` ties the payload of each row to its name, in tag order.
  Object.fromEntries(
    Object.entries(FAULT_TABLE).map(([kind, row]) => [kind, row.payload]),
  ) as Variants,
);

/** One sentence on what went wrong, without a full stop. */
export function describeFault<K extends FaultKind>(fault: FaultOf<K>): string {
  return FAULT_TABLE[fault.kind].text(fault);
}

/** What to do next, without a full stop. */
export function faultHint(fault: { readonly kind: FaultKind }): string {
  return FAULT_TABLE[fault.kind].hint;
}

/** The number of the fault among the kinds of execution errors in the RPC schema. */
export function faultGrpcKind(fault: { readonly kind: FaultKind }): number {
  return FAULT_TABLE[fault.kind].grpcKind;
}
