/**
 * The published bytes of every fault, and what each says.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { encode } from "../../src/bcs/schema.ts";
import { toAddress, toObjectId } from "../../src/types/address.ts";
import { FAULT_TABLE } from "../../src/types/fault-table.ts";
import {
  describeFault,
  type ExecutionFault,
  executionFault,
  type FaultKind,
} from "../../src/types/fault.ts";
import { scalarTensor, vectorTensor } from "../../src/types/tensor.ts";
import { refusal } from "../bcs/strict.ts";

const KINDS = Object.keys(FAULT_TABLE) as FaultKind[];

const A = toObjectId("aa".repeat(32));
const B = toObjectId("bb".repeat(32));
const ALICE = toAddress("a1".repeat(32));
const one = "0100000000000000";
const two = "0200000000000000";

/** Every fault with a payload: its bytes, and what it says. */
const PAYLOADS: readonly (readonly [ExecutionFault, string, string])[] = [
  [
    { kind: "InvalidOwnership", object_id: A, expected_owner: ALICE, actual_owner: undefined },
    `01${A}${ALICE}00`,
    `object 0x${A} belongs to nobody in particular, not to 0x${ALICE}`,
  ],
  [
    { kind: "InvalidOwnership", object_id: A, expected_owner: ALICE, actual_owner: ALICE },
    `01${A}${ALICE}01${ALICE}`,
    `object 0x${A} belongs to 0x${ALICE}, not to 0x${ALICE}`,
  ],
  [{ kind: "ObjectNotFound", object_id: A }, `02${A}`, `object 0x${A} does not exist`],
  [
    { kind: "InvalidObjectType", object_id: A, expected: 1, actual: 2 },
    `03${A}0102`,
    `object 0x${A} is a StakedSoma, a Coin is needed`,
  ],
  [
    { kind: "InvalidObjectType", object_id: A, expected: 1, actual: 9 },
    `03${A}0109`,
    `object 0x${A} is an object of type 9, a Coin is needed`,
  ],
  [{ kind: "InvalidArguments", reason: "no" }, "05026e6f", "the arguments are invalid: no"],
  [
    { kind: "DuplicateValidatorMetadata", field: "no" },
    "07026e6f",
    "another validator has the same no",
  ],
  [
    { kind: "InvalidProofOfPossession", reason: "no" },
    "09026e6f",
    "the proof of possession does not hold: no",
  ],
  [
    { kind: "TargetExpired", generation_epoch: 1n, current_epoch: 2n },
    `1e${one}${two}`,
    "the target was open in epoch 1 only; this is epoch 2",
  ],
  [
    { kind: "AuditWindowOpen", fill_epoch: 1n, current_epoch: 2n },
    `20${one}${two}`,
    "the target was filled in epoch 1 and is under audit in epoch 2",
  ],
  [
    { kind: "ModelNotInTarget", model_id: A, target_id: B },
    `22${A}${B}`,
    `model 0x${A} does not compete for target 0x${B}`,
  ],
  [
    { kind: "EmbeddingDimensionMismatch", expected: 1n, actual: 2n },
    `23${one}${two}`,
    "the embedding has 2 values, 1 are needed",
  ],
  [
    {
      kind: "DistanceExceedsThreshold",
      score: scalarTensor(0.5),
      threshold: vectorTensor([1, 1]),
    },
    `2400040000003f01${one}00080000803f0000803f01${two}`,
    "the distance 0.5 is above the threshold of shape [2]",
  ],
  [
    { kind: "InsufficientBond", required: 2n, provided: 1_500_000_000n },
    `25${two}002f685900000000`,
    "the bond coin holds 1.5 SOMA, 0.000000002 are needed",
  ],
  [
    { kind: "DataExceedsMaxSize", size: 2n, max_size: 1n },
    `26${two}${one}`,
    "the data has 2 bytes, 1 are the most",
  ],
  [
    { kind: "AuditWindowClosed", fill_epoch: 1n, current_epoch: 2n },
    `28${one}${two}`,
    "reports on a target filled in epoch 1 are not taken in epoch 2",
  ],
  [{ kind: "SomaError", reason: "no" }, "33026e6f", "no"],
];

describe("faults", () => {
  for (const [fault, hex, text] of PAYLOADS) {
    test(`${fault.kind}: ${text.slice(0, 40)}`, () => {
      expect(encode(executionFault, fault).toHex()).toBe(hex);
      expect(describeFault(fault)).toBe(text);
    });
  }

  test("without payload are their tag alone", () => {
    const withPayload = new Set(PAYLOADS.map(([fault]) => fault.kind));
    const plain = KINDS.filter((kind) => !withPayload.has(kind));
    expect(plain.length).toBe(37);
    for (const kind of plain) {
      const tag = KINDS.indexOf(kind);
      const fault = { kind } as ExecutionFault;
      expect(encode(executionFault, fault)).toEqual(Uint8Array.of(tag));
      expect(describeFault(fault)).not.toBe("");
    }
  });

  test("after the last are refused", () => {
    expect(refusal(executionFault, "34")).toContain("no variant");
  });
});
