/**
 * Random values of what executing transactions leads to: faults, effects, committees, checkpoints.
 *
 * @module
 */
import fc from "fast-check";

import type {
  CheckpointCertificate,
  CheckpointCommitment,
  CheckpointContents,
  CheckpointSummary,
} from "../../src/types/checkpoint.ts";
import {
  buildCommittee,
  type Committee,
  type CommitteeMember,
  TOTAL_VOTING_POWER,
} from "../../src/types/committee.ts";
import type { ChangedObject, TransactionEffects } from "../../src/types/effects.ts";
import type { ExecutionFault, FaultKind, FaultPayloads } from "../../src/types/fault.ts";
import type { TransactionFee } from "../../src/types/fee.ts";
import {
  address,
  bytesOf,
  digest,
  objectId,
  optional,
  owner,
  scalar,
  someBytes,
  u64,
} from "./arbitraries.ts";

const line = fc.string({ maxLength: 8, unit: "grapheme" });

function few<T>(item: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.array(item, { maxLength: 2 });
}

const nothing = fc.constant({});
const epochs = { current_epoch: u64 };
const reason = fc.record({ reason: line });

const payloads: { readonly [K in FaultKind]: fc.Arbitrary<FaultPayloads[K]> } = {
  InsufficientGas: nothing,
  InvalidOwnership: fc.record({
    object_id: objectId,
    expected_owner: address,
    actual_owner: optional(address),
  }),
  ObjectNotFound: fc.record({ object_id: objectId }),
  InvalidObjectType: fc.record({
    object_id: objectId,
    expected: fc.nat({ max: 255 }),
    actual: fc.nat({ max: 255 }),
  }),
  InvalidTransactionType: nothing,
  InvalidArguments: reason,
  DuplicateValidator: nothing,
  DuplicateValidatorMetadata: fc.record({ field: line }),
  MissingProofOfPossession: nothing,
  InvalidProofOfPossession: reason,
  NotAValidator: nothing,
  ValidatorAlreadyRemoved: nothing,
  AdvancedToWrongEpoch: nothing,
  ModelNotFound: nothing,
  NotModelOwner: nothing,
  ModelNotActive: nothing,
  ModelNotPending: nothing,
  ModelNotCreated: nothing,
  ModelInvalidState: nothing,
  ModelAlreadyInactive: nothing,
  ModelRevealEpochMismatch: nothing,
  ModelEmbeddingCommitmentMismatch: nothing,
  ModelDecryptionKeyCommitmentMismatch: nothing,
  ModelNoPendingUpdate: nothing,
  ModelArchitectureVersionMismatch: nothing,
  ModelCommissionRateTooHigh: nothing,
  ModelMinStakeNotMet: nothing,
  NoActiveModels: nothing,
  TargetNotFound: nothing,
  TargetNotOpen: nothing,
  TargetExpired: fc.record({ generation_epoch: u64, ...epochs }),
  TargetNotFilled: nothing,
  AuditWindowOpen: fc.record({ fill_epoch: u64, ...epochs }),
  TargetAlreadyClaimed: nothing,
  ModelNotInTarget: fc.record({ model_id: objectId, target_id: objectId }),
  EmbeddingDimensionMismatch: fc.record({ expected: u64, actual: u64 }),
  DistanceExceedsThreshold: fc.record({ score: scalar, threshold: scalar }),
  InsufficientBond: fc.record({ required: u64, provided: u64 }),
  DataExceedsMaxSize: fc.record({ size: u64, max_size: u64 }),
  InsufficientEmissionBalance: nothing,
  AuditWindowClosed: fc.record({ fill_epoch: u64, ...epochs }),
  InsufficientCoinBalance: nothing,
  CoinBalanceOverflow: nothing,
  ArithmeticOverflow: nothing,
  ValidatorNotFound: nothing,
  StakingPoolNotFound: nothing,
  CannotReportOneself: nothing,
  ReportRecordNotFound: nothing,
  InputObjectDeleted: nothing,
  CertificateDenied: nothing,
  ExecutionCancelledDueToSharedObjectCongestion: nothing,
  SomaError: reason,
};

/** One arbitrary a fault, in tag order. */
export const faultArbitraries: readonly fc.Arbitrary<ExecutionFault>[] = Object.entries(
  payloads,
).map(([kind, payload]) => payload.map((fields) => ({ kind, ...fields }) as ExecutionFault));

/** Any fault. */
export const executionFault: fc.Arbitrary<ExecutionFault> = fc.oneof(...faultArbitraries);

/** Any fee; the parts need not sum to the total. */
export const fee: fc.Arbitrary<TransactionFee> = fc.record({
  base_fee: u64,
  operation_fee: u64,
  value_fee: u64,
  total_fee: u64,
});

const changedObject: fc.Arbitrary<ChangedObject> = fc.record({
  object_id: objectId,
  input_state: fc.oneof(
    fc.constant({ kind: "NotExist" as const }),
    fc.record({ kind: fc.constant("Exist" as const), version: u64, digest, owner }),
  ),
  output_state: fc.oneof(
    fc.constant({ kind: "NotExist" as const }),
    fc.record({ kind: fc.constant("ObjectWrite" as const), digest, owner }),
  ),
  id_operation: fc.constantFrom("None" as const, "Created" as const, "Deleted" as const),
});

const unchanged = fc.record({
  object_id: objectId,
  state: fc.oneof(
    fc.record({ kind: fc.constant("ReadOnlyRoot" as const), version: u64, digest }),
    fc.record({
      kind: fc.constantFrom("MutateDeleted" as const, "ReadDeleted" as const, "Cancelled" as const),
      version: u64,
    }),
  ),
});

/** Any effects. */
export const effects: fc.Arbitrary<TransactionEffects> = fc.record({
  status: fc.oneof(
    fc.constant({ kind: "Success" as const }),
    fc.record({ kind: fc.constant("Failure" as const), error: executionFault }),
  ),
  executed_epoch: u64,
  transaction_fee: fee,
  transaction_digest: digest,
  gas_object_index: optional(fc.nat()),
  dependencies: few(digest),
  version: u64,
  changed_objects: few(changedObject),
  unchanged_shared_objects: few(unchanged),
});

const member: fc.Arbitrary<Omit<CommitteeMember, "voting_power">> = fc.record({
  address,
  protocol_key: bytesOf(96),
  network_key: bytesOf(32),
  worker_key: bytesOf(32),
  consensus_address: line,
  hostname: line,
});

/** Any committee of one to three members whose power is whole. */
export const committee: fc.Arbitrary<Committee> = fc
  .tuple(
    u64,
    fc.uniqueArray(member, {
      minLength: 1,
      maxLength: 3,
      selector: ({ protocol_key }) => protocol_key.toHex(),
    }),
  )
  .map(([epoch, members]) => {
    const share = Math.floor(TOTAL_VOTING_POWER / members.length);
    const first = TOTAL_VOTING_POWER - share * (members.length - 1);
    const powers = members.map((_, index) => (index === 0 ? first : share));
    const withPower = members.map((item, index) => ({ ...item, voting_power: powers[index]! }));
    return buildCommittee(epoch, withPower);
  });

const commitment: fc.Arbitrary<CheckpointCommitment> = fc.record({
  kind: fc.constantFrom("LiveObjectSet" as const, "CheckpointArtifacts" as const),
  digest,
});

/** Any checkpoint summary. */
export const checkpointSummary: fc.Arbitrary<CheckpointSummary> = fc.record({
  epoch: u64,
  sequence_number: u64,
  network_total_transactions: u64,
  content_digest: digest,
  previous_digest: optional(digest),
  epoch_rolling_transaction_fees: fee,
  timestamp_ms: u64,
  checkpoint_commitments: few(commitment),
  end_of_epoch_data: optional(
    fc.record({
      next_epoch_validator_committee: committee,
      next_epoch_protocol_version: u64,
      epoch_commitments: few(commitment),
    }),
  ),
  version_specific_data: someBytes,
});

/** Any checkpoint contents. */
export const checkpointContents: fc.Arbitrary<CheckpointContents> = few(
  fc.tuple(fc.record({ transaction: digest, effects: digest }), few(someBytes)),
).map((rows) => ({
  transactions: rows.map(([digests]) => digests),
  user_signatures: rows.map(([, signatures]) => signatures),
}));

/** Any certificate; its signature need not verify. */
export const certificate: fc.Arbitrary<CheckpointCertificate> = fc.record({
  epoch: u64,
  signature: bytesOf(48),
  signers: fc
    .uniqueArray(fc.nat({ max: 65_535 }), { maxLength: 4 })
    .map((indices) => indices.toSorted((left, right) => left - right)),
});
