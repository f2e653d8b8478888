/**
 * Names and tags of the kinds, and which of them users may not send.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import fc from "fast-check";

import { encode } from "../../src/bcs/schema.ts";
import { isSystemKind, transactionKind } from "../../src/types/transaction-kind.ts";
import { refusal } from "../bcs/strict.ts";
import { kindArbitraries } from "./arbitraries.ts";

/** The published names in tag order. */
const NAMES = [
  "Genesis",
  "ConsensusCommitPrologueV1",
  "ChangeEpoch",
  "AddValidator",
  "RemoveValidator",
  "ReportValidator",
  "UndoReportValidator",
  "UpdateValidatorMetadata",
  "SetCommissionRate",
  "TransferCoin",
  "PayCoins",
  "TransferObjects",
  "AddStake",
  "WithdrawStake",
  "CreateModel",
  "CommitModel",
  "RevealModel",
  "AddStakeToModel",
  "SetModelCommissionRate",
  "DeactivateModel",
  "ReportModel",
  "UndoReportModel",
  "SubmitData",
  "ClaimRewards",
  "ReportSubmission",
  "UndoReportSubmission",
] as const;

describe("kinds of transactions", () => {
  test("have their published tags", () => {
    expect(Object.keys(kindArbitraries).toSorted()).toEqual([...NAMES].toSorted());
    for (const [tag, name] of NAMES.entries()) {
      const [value] = fc.sample(kindArbitraries[name], { numRuns: 1, seed: tag });
      expect([name, encode(transactionKind, value!)[0]]).toEqual([name, tag]);
    }
  });

  test("of the network itself are the first three", () => {
    for (const [tag, name] of NAMES.entries()) {
      const [value] = fc.sample(kindArbitraries[name], { numRuns: 1, seed: tag });
      expect([name, isSystemKind(value!)]).toEqual([name, tag < 3]);
    }
  });

  test("refuse a tensor that is not sound, by the field's name", () => {
    const reveal = `10${"77".repeat(32)}20${"2a".repeat(32)}`;
    expect(refusal(transactionKind, `${reveal}00040000c07f010100000000000000`)).toBe(
      "embedding: value 0 is not a finite number",
    );
    expect(refusal(transactionKind, `${reveal}0003000000010100000000000000`)).toBe(
      "embedding: shape [1] takes 4 bytes, not 3",
    );
  });

  test("refuse a decryption key of another size", () => {
    const reveal = `10${"77".repeat(32)}1f${"2a".repeat(31)}00040000803f010100000000000000`;
    expect(refusal(transactionKind, reveal)).toBe("decryption_key: 32 bytes expected, 31 found");
  });
});
