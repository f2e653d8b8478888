/**
 * The published names, tags and RPC kinds of the faults, typed here once more so that a slip in the
 * table shows.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { FAULT_TABLE } from "../../src/types/fault-table.ts";
import { faultGrpcKind, faultHint, type FaultKind } from "../../src/types/fault.ts";
import { faultArbitraries } from "./arbitraries-effects.ts";

/** Tag order, with the number of the RPC kind; 24 is the kind for everything without its own. */
const GOLDEN: readonly (readonly [FaultKind, number])[] = [
  ["InsufficientGas", 1],
  ["InvalidOwnership", 2],
  ["ObjectNotFound", 3],
  ["InvalidObjectType", 4],
  ["InvalidTransactionType", 5],
  ["InvalidArguments", 6],
  ["DuplicateValidator", 7],
  ["DuplicateValidatorMetadata", 54],
  ["MissingProofOfPossession", 55],
  ["InvalidProofOfPossession", 56],
  ["NotAValidator", 8],
  ["ValidatorAlreadyRemoved", 9],
  ["AdvancedToWrongEpoch", 10],
  ["ModelNotFound", 11],
  ["NotModelOwner", 12],
  ["ModelNotActive", 13],
  ["ModelNotPending", 25],
  ["ModelNotCreated", 24],
  ["ModelInvalidState", 24],
  ["ModelAlreadyInactive", 26],
  ["ModelRevealEpochMismatch", 27],
  ["ModelEmbeddingCommitmentMismatch", 28],
  ["ModelDecryptionKeyCommitmentMismatch", 57],
  ["ModelNoPendingUpdate", 29],
  ["ModelArchitectureVersionMismatch", 30],
  ["ModelCommissionRateTooHigh", 31],
  ["ModelMinStakeNotMet", 32],
  ["NoActiveModels", 33],
  ["TargetNotFound", 34],
  ["TargetNotOpen", 35],
  ["TargetExpired", 36],
  ["TargetNotFilled", 37],
  ["AuditWindowOpen", 38],
  ["TargetAlreadyClaimed", 39],
  ["ModelNotInTarget", 40],
  ["EmbeddingDimensionMismatch", 41],
  ["DistanceExceedsThreshold", 42],
  ["InsufficientBond", 43],
  ["DataExceedsMaxSize", 52],
  ["InsufficientEmissionBalance", 44],
  ["AuditWindowClosed", 45],
  ["InsufficientCoinBalance", 14],
  ["CoinBalanceOverflow", 15],
  ["ArithmeticOverflow", 24],
  ["ValidatorNotFound", 16],
  ["StakingPoolNotFound", 18],
  ["CannotReportOneself", 19],
  ["ReportRecordNotFound", 20],
  ["InputObjectDeleted", 21],
  ["CertificateDenied", 22],
  ["ExecutionCancelledDueToSharedObjectCongestion", 23],
  ["SomaError", 24],
];

describe("the table of faults", () => {
  test("have their published names in tag order", () => {
    expect(Object.keys(FAULT_TABLE)).toEqual(GOLDEN.map(([kind]) => kind));
    expect(faultArbitraries.length).toBe(52);
  });

  test("have their published kinds in the RPC schema", () => {
    for (const [kind, grpcKind] of GOLDEN) {
      expect([kind, faultGrpcKind({ kind })]).toEqual([kind, grpcKind]);
    }
  });

  test("say in lower case what happened and what to do, without full stops", () => {
    for (const [kind] of GOLDEN) {
      const hint = faultHint({ kind });
      expect([kind, /^[a-z].*[^.]$/.test(hint)]).toEqual([kind, true]);
    }
  });
});
