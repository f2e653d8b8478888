/**
 * The exact JSON of what clients rely on, and the faults that name their field.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { z } from "zod";

import { toAddress, toDigest, toObjectId } from "../../../src/types/address.ts";
import { balanceView } from "../../../src/wire/json/balance.ts";
import { blobView } from "../../../src/wire/json/blob.ts";
import { checkpointView } from "../../../src/wire/json/checkpoint.ts";
import { epochView } from "../../../src/wire/json/epoch.ts";
import { healthView, infoView } from "../../../src/wire/json/info.ts";
import { modelView } from "../../../src/wire/json/model.ts";
import { objectView, viewObject } from "../../../src/wire/json/object.ts";
import { modelPage, objectPage, targetPage, transactionPage } from "../../../src/wire/json/page.ts";
import { parametersView } from "../../../src/wire/json/parameters.ts";
import {
  bytes,
  count,
  digest,
  f32,
  f32s,
  objectId,
  parseU64,
  signed,
  u64,
} from "../../../src/wire/json/primitives.ts";
import { problemView } from "../../../src/wire/json/problem.ts";
import { targetView } from "../../../src/wire/json/target.ts";
import {
  simulationView,
  transactionRequest,
  transactionView,
  viewStatus,
} from "../../../src/wire/json/transaction.ts";
import { validatorsView } from "../../../src/wire/json/validator.ts";
import { decodeView, describeFaults, encodeView, type View } from "../../../src/wire/json/view.ts";

const ALICE = toAddress("a1".repeat(32));
const COIN = toObjectId("c0".repeat(32));
const ONES = toDigest("01".repeat(32));
const ONES_58 = "4vJ9JU1bJJE96FWSJKvHsmmFADCg4gpZQff4P3bkLKi";

function reasonOf(view: View<unknown>, json: unknown): string {
  const decoded = decodeView(view, json);
  return decoded.ok ? "accepted" : describeFaults(decoded.error);
}

test("a coin", () => {
  const object = {
    id: COIN,
    version: 18_446_744_073_709_551_615n,
    owner: { kind: "AddressOwner", address: ALICE },
    previous_transaction: ONES,
    content: { kind: "Coin", balance: 10_000_000_000_000_000n },
  } as const;
  expect(encodeView(objectView, viewObject(object, ONES))).toEqual({
    object_id: `0x${COIN}`,
    version: "18446744073709551615",
    digest: ONES_58,
    object_type: "Coin",
    owner: { type: "address_owner", address: `0x${ALICE}` },
    content: { type: "coin", balance: "10000000000000000" },
    previous_transaction: ONES_58,
  });
});

test("a failure says what, how it is called, and what to do", () => {
  const status = viewStatus({ kind: "Failure", error: { kind: "TargetNotOpen" } });
  const fee = { base_fee: 1_000n, operation_fee: 0n, value_fee: 0n, total_fee: 1_000n };
  const view = {
    digest: ONES,
    status,
    executed_epoch: 7n,
    fee,
    gas_used: 1_000n,
    created: [],
    mutated: [],
    deleted: [],
    balance_changes: [{ address: ALICE, amount: -1_000n }],
  };
  expect(encodeView(simulationView, view)).toMatchObject({
    status: {
      Failure: {
        error: "the target is filled already",
        code: "TargetNotOpen",
        hint: "somebody was faster; list the open targets",
      },
    },
    executed_epoch: 7,
    fee: { base_fee: "1000", operation_fee: "0", value_fee: "0", total_fee: "1000" },
    balance_changes: [{ address: `0x${ALICE}`, amount: "-1000" }],
  });
  expect(encodeView(simulationView, { ...view, status: { kind: "Success" } })).toMatchObject({
    status: "Success",
  });
});

describe("scalars", () => {
  test.each([
    [u64, "18446744073709551616"],
    [u64, "-1"],
    [u64, "01"],
    [u64, "1e3"],
    [u64, "1.0"],
    [u64, " 1"],
    [u64, ""],
    [u64, "9".repeat(1_000)],
    [u64, 1],
    [signed, "-0"],
    [signed, "+1"],
    [count, -1],
    [count, 1.5],
    [count, 2 ** 53],
    [count, "1"],
    [objectId, "0x" + "a".repeat(63)],
    [objectId, "0x" + "a".repeat(65)],
    [objectId, "0x" + "g".repeat(64)],
    [digest, "0OIl"],
    [digest, ONES_58.slice(1)],
    [digest, "1".repeat(100_000)],
    [bytes, "AQ"],
    [bytes, "A+_="],
    [f32, "1"],
    [f32, Number.NaN],
    [f32s, [1, null]],
  ] as [View<unknown>, unknown][])("are strict: case %#", (view, json) => {
    expect(reasonOf(view, json)).not.toBe("accepted");
  });

  test("the largest and the smallest are read", () => {
    expect(parseU64("18446744073709551615")).toEqual({ ok: true, value: 0xffff_ffff_ffff_ffffn });
    expect(parseU64("0")).toEqual({ ok: true, value: 0n });
  });

  test("32-bit floats are shown short and read back to the bit", () => {
    expect(encodeView(f32s, Float32Array.of(0.1, 1 / 3, 1.05, 16_777_216, 1e-45))).toEqual([
      0.1, 0.33333334, 1.05, 16_777_216, 1.401298e-45,
    ]);
  });
});

test("a fault names its field", () => {
  expect(reasonOf(transactionRequest, { tx_bytes: "?", more: 1 })).toBe(
    "tx_bytes: base64 with padding expected; more: is unknown",
  );
  expect(reasonOf(transactionRequest, {})).toBe("tx_bytes: text expected");
  expect(reasonOf(transactionRequest, null)).toContain("expected object");
  const balance = { address: "0x12", total_balance: "1", coin_count: 1 };
  expect(reasonOf(balanceView, balance)).toBe("address: address has 2 hex digits; 64 expected");
});

test("what a newer node says beyond is ignored", () => {
  expect(decodeView(healthView, { status: "ok", mood: "fine" })).toEqual({
    ok: true,
    value: { status: "ok" },
  });
});

test("every view describes itself as a JSON schema", () => {
  const views: View<never>[] = [
    balanceView,
    blobView,
    checkpointView,
    epochView,
    healthView,
    infoView,
    modelPage,
    modelView,
    objectPage,
    objectView,
    parametersView,
    problemView,
    simulationView,
    targetPage,
    targetView,
    transactionPage,
    transactionRequest,
    transactionView,
    validatorsView,
  ] as View<never>[];
  for (const view of views) {
    const schema = z.toJSONSchema(view, { io: "input" });
    expect(schema.type).toBe("object");
    expect(Object.keys(schema.properties ?? {}).length).toBeGreaterThan(0);
  }
});
