/**
 * The signed form, its refusals, and which objects a transaction uses.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { err } from "../../src/base/result.ts";
import { encode } from "../../src/bcs/schema.ts";
import { toAddress, toDigest, toObjectId } from "../../src/types/address.ts";
import { REFERENCES_MAX, TRANSACTION_BYTES_MAX } from "../../src/types/bounds.ts";
import type { ObjectRef } from "../../src/types/object.ts";
import { scalarTensor, vectorTensor } from "../../src/types/tensor.ts";
import type { TransactionKind } from "../../src/types/transaction-kind.ts";
import {
  decodeTransaction,
  ownedInputs,
  sameRef,
  sharedInputs,
  signedTransaction,
  systemTransaction,
  type TransactionData,
  transactionData,
} from "../../src/types/transaction.ts";
import { refusal } from "../bcs/strict.ts";

const SENDER = toAddress("ab".repeat(32));
const TARGET = toObjectId("66".repeat(32));

function ref(name: number, version = 1n): ObjectRef {
  const hex = name.toString(16).padStart(64, "0");
  return { object_id: toObjectId(hex), version, digest: toDigest("dd".repeat(32)) };
}

function data(kind: TransactionKind, gas: readonly ObjectRef[]): TransactionData {
  return { kind, sender: SENDER, gas_payment: gas };
}

function transfer(coin: ObjectRef): TransactionKind {
  return { kind: "TransferCoin", coin, amount: undefined, recipient: SENDER };
}

function pay(coins: readonly ObjectRef[]): TransactionKind {
  return { kind: "PayCoins", coins, amounts: [1n], recipients: [SENDER] };
}

function submit(bond: ObjectRef): TransactionKind {
  return {
    kind: "SubmitData",
    target_id: TARGET,
    data_manifest: {
      url: "http://a.example/x",
      metadata: { checksum: toDigest("cc".repeat(32)), size: 1n },
    },
    model_id: toObjectId("77".repeat(32)),
    embedding: vectorTensor([1, 2]),
    distance_score: scalarTensor(0.5),
    loss_score: vectorTensor([1]),
    bond_coin: bond,
  };
}

describe("the signed form", () => {
  const good = encode(signedTransaction, {
    data: data(transfer(ref(1)), [ref(2)]),
    signatures: [new Uint8Array(97)],
  });

  test("has the intent of user transactions and no other", () => {
    expect(good.subarray(0, 4).toHex()).toBe("01000001");
    for (const [intent, found] of [
      ["000000", "000000"],
      ["010001", "010001"],
      ["000101", "000101"],
    ]) {
      const hex = `01${intent}${good.subarray(4).toHex()}`;
      expect(refusal(signedTransaction, hex)).toBe(
        `intent: intent 000001 expected, ${found} found`,
      );
    }
  });

  test("is a list of exactly one", () => {
    for (const count of ["00", "02", "81"]) {
      expect(refusal(signedTransaction, count + good.subarray(1).toHex())).toStartWith(
        "count: 1 signed transaction expected",
      );
    }
  });

  test("has version 1 data", () => {
    const hex = good.toHex();
    expect(refusal(signedTransaction, `${hex.slice(0, 8)}01${hex.slice(10)}`)).toBe(
      "data: TransactionData has no version with tag 1",
    );
  });

  test("leaves the tags after 25 free", () => {
    for (const tag of ["1a", "1d", "ff01"]) {
      const found = refusal(transactionData, `00${tag}${"00".repeat(64)}`);
      expect(found).toContain("TransactionKind has no variant");
    }
  });

  test("is at most 256 KiB long", () => {
    expect(decodeTransaction(new Uint8Array(TRANSACTION_BYTES_MAX + 1))).toEqual({
      ok: false,
      error: { path: "", reason: "transaction has 262145 bytes; 262144 are the most" },
    });
    expect(decodeTransaction(new Uint8Array(TRANSACTION_BYTES_MAX))).toMatchObject({
      error: { path: "count" },
    });
  });

  test("names at most 256 gas coins", () => {
    const refs = Array.from({ length: REFERENCES_MAX }, (_, index) => ref(index + 2));
    const most = { data: data(transfer(ref(1)), refs), signatures: [] };
    expect(decodeTransaction(encode(signedTransaction, most)).ok).toBe(true);
    const short = encode(signedTransaction, { ...most, data: data(transfer(ref(1)), []) });
    // The last two bytes count gas coins and signatures.
    const tooMany = `${short.toHex().slice(0, -4)}8102${"00".repeat(32)}`;
    expect(refusal(signedTransaction, tooMany)).toBe(
      "data.gas_payment: 257 items exceed the limit of 256",
    );
  });

  test("of the network's own transactions has no sender, no gas and an empty signature", () => {
    const genesis = systemTransaction({ kind: "Genesis", objects: [] });
    expect(genesis.data.sender).toBe(toAddress("00".repeat(32)));
    expect(genesis.data.gas_payment).toEqual([]);
    expect(genesis.signatures).toEqual([new Uint8Array(97)]);
  });
});

describe("owned inputs", () => {
  const duplicate = (name: number): ReturnType<typeof ownedInputs> =>
    err({ kind: "DuplicateObjectRefInput", object_id: ref(name).object_id });

  test("are the kind's, then the gas coins", () => {
    const cases: readonly (readonly [TransactionKind, readonly ObjectRef[]])[] = [
      [transfer(ref(1)), [ref(1)]],
      [pay([ref(3), ref(1)]), [ref(3), ref(1)]],
      [{ kind: "TransferObjects", objects: [ref(4)], recipient: SENDER }, [ref(4)]],
      [{ kind: "AddStake", address: SENDER, coin_ref: ref(1), amount: 1n }, [ref(1)]],
      [{ kind: "AddStakeToModel", model_id: TARGET, coin_ref: ref(1), amount: 1n }, [ref(1)]],
      [{ kind: "WithdrawStake", staked_soma: ref(1) }, [ref(1)]],
      [submit(ref(1)), [ref(1)]],
      [{ kind: "ClaimRewards", target_id: TARGET }, []],
      [{ kind: "SetCommissionRate", new_rate: 1n }, []],
    ];
    for (const [kind, named] of cases) {
      const gas = [ref(9), ref(8)];
      expect(ownedInputs(data(kind, gas))).toEqual({ ok: true, value: [...named, ...gas] });
    }
  });

  test("name a gas coin once that the kind uses too", () => {
    const used = ownedInputs(data(pay([ref(1), ref(2)]), [ref(2), ref(3)]));
    expect(used).toEqual({ ok: true, value: [ref(1), ref(2), ref(3)] });
  });

  test("named twice are a fault", () => {
    expect(ownedInputs(data(pay([ref(1), ref(1)]), [ref(2)]))).toEqual(duplicate(1));
    expect(ownedInputs(data(transfer(ref(1)), [ref(2), ref(2)]))).toEqual(duplicate(2));
    expect(ownedInputs(data(transfer(ref(1)), [ref(1), ref(1)]))).toEqual(duplicate(1));
    expect(ownedInputs(data(pay([ref(1), ref(1, 2n)]), []))).toEqual(duplicate(1));
  });

  test("named in two versions are a fault", () => {
    expect(ownedInputs(data(transfer(ref(1)), [ref(1, 2n)]))).toEqual(duplicate(1));
    const other = { ...ref(1), digest: toDigest("ee".repeat(32)) };
    expect(sameRef(ref(1), other)).toBe(false);
    expect(ownedInputs(data(transfer(ref(1)), [other]))).toEqual(duplicate(1));
  });
});

describe("shared inputs", () => {
  test("are the target of submissions, claims and reports", () => {
    const kinds: readonly TransactionKind[] = [
      submit(ref(1)),
      { kind: "ClaimRewards", target_id: TARGET },
      { kind: "ReportSubmission", target_id: TARGET },
      { kind: "UndoReportSubmission", target_id: TARGET },
    ];
    for (const kind of kinds) expect(sharedInputs(data(kind, []))).toEqual([TARGET]);
  });

  test("of everything else are none", () => {
    expect(sharedInputs(data(transfer(ref(1)), []))).toEqual([]);
    expect(sharedInputs(data({ kind: "ReportModel", model_id: TARGET }, []))).toEqual([]);
  });
});
