/**
 * Input that nobody honest sends: each ends in a fault with a name, before or in execution, and
 * never in an exception.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { U64_MAX } from "../../src/base/u64.ts";
import { encode } from "../../src/bcs/schema.ts";
import { checkAdmission, classify } from "../../src/ledger/admit.ts";
import { openTargets } from "../../src/ledger/readers.ts";
import { deriveObjectId } from "../../src/types/address.ts";
import { TRANSACTION_BYTES_MAX } from "../../src/types/bounds.ts";
import { tensor, vectorTensor } from "../../src/types/tensor.ts";
import {
  decodeTransaction,
  signedTransaction,
  systemTransaction,
  type TransactionData,
} from "../../src/types/transaction.ts";
import { account, digestFrom, DIMENSION } from "./fixtures.ts";
import { submissionTo } from "./lifecycle.ts";
import { faultOf, statusOf, World } from "./world.ts";

const alice = account("alice");
const bob = account("bob");
const world = new World();
const coin = world.coin(alice);
const KIND_AT = 5;

function bytesOf(data: TransactionData): Uint8Array {
  return encode(signedTransaction, { data, signatures: [new Uint8Array(97)] });
}

function reasonOf(bytes: Uint8Array): string {
  const read = decodeTransaction(bytes);
  return read.ok ? "none" : `${read.error.path}: ${read.error.reason}`;
}

const transfer: TransactionData = {
  kind: { kind: "TransferCoin", coin, amount: 1n, recipient: bob },
  sender: alice,
  gas_payment: [coin],
};

describe("bytes", () => {
  test("a transaction over 256 KiB", () => {
    expect(reasonOf(new Uint8Array(TRANSACTION_BYTES_MAX + 1))).toContain("are the most");
  });

  test("257 gas coins", () => {
    const gas_payment = Array.from({ length: 256 }, (_, place) => ({
      ...coin,
      object_id: deriveObjectId(digestFrom("gas"), place),
    }));
    const full = bytesOf({ ...transfer, gas_payment });
    expect(reasonOf(full)).toBe("none");
    // Its count, 256, is the two bytes before the first of them.
    const count = full.length - 1 - 98 - 256 * 73 - 2;
    expect([...full.subarray(count, count + 2)]).toEqual([0x80, 0x02]);
    const more = Uint8Array.from(full);
    more[count] = 0x81;
    expect(reasonOf(more)).toContain("257 items exceed the limit of 256");
  });

  test("kinds that do not exist", () => {
    const bytes = bytesOf(transfer);
    expect(bytes[KIND_AT]).toBe(9);
    for (const tag of [26, 29, 127]) {
      const altered = Uint8Array.from(bytes);
      altered[KIND_AT] = tag;
      expect(reasonOf(altered)).toContain(`has no variant ${tag}`);
    }
    const head = bytes.subarray(0, KIND_AT);
    const tail = bytes.subarray(KIND_AT + 1);
    expect(reasonOf(Uint8Array.of(...head, 0xff, 0x01, ...tail))).toContain("has no variant 255");
  });

  test("W2 tensors of every wrong shape", () => {
    const sound = encode(tensor, vectorTensor([1, 2]));
    const { id } = openTargets(world)[0]!;
    const kind = { ...submissionTo(world, id, coin), loss_score: vectorTensor([1, 2]) };
    const bytes = bytesOf({ ...transfer, kind });
    const at = bytes.toHex().indexOf(sound.toHex()) / 2;
    const spoil = (place: number, value: number): string => {
      const altered = Uint8Array.from(bytes);
      altered[at + place] = value;
      return reasonOf(altered);
    };
    expect(spoil(0, 1)).toContain("element type 1 is unknown");
    expect(spoil(10, 0)).toContain("loss_score");
    expect(spoil(11, 3)).toContain("shape [3] takes 12 bytes, not 8");
    expect(spoil(18, 0xff)).toContain("at most");
    const infinite = Uint8Array.from(bytes);
    infinite.set([0, 0, 0x80, 0x7f], at + 2);
    expect(reasonOf(infinite)).toContain("is not a finite number");
    infinite.set([1, 0, 0xc0, 0x7f], at + 2);
    expect(reasonOf(infinite)).toContain("is not a finite number");
  });
});

describe("at the door", () => {
  test("the same coin as gas twice", () => {
    const twice = { ...transfer, gas_payment: [coin, coin] };
    expect(checkAdmission(world, twice)?.kind).toBe("DuplicateObjectRefInput");
    expect(classify(world, twice)).toBe("Drop");
  });

  test("W1 system kinds from a client, with a sender and without", () => {
    const { data } = systemTransaction({ kind: "Genesis", objects: [] });
    for (const one of [data, { ...data, sender: alice, gas_payment: [coin] }]) {
      expect(checkAdmission(world, one)).toEqual({ kind: "SystemTransaction" });
      expect(classify(world, one)).toBe("Drop");
    }
  });
});

describe("in execution", () => {
  test("sums beyond 64 bits", () => {
    const state = new World();
    const paying = {
      kind: "PayCoins",
      coins: [state.coin(alice)],
      amounts: [U64_MAX, 1n],
      recipients: [bob, bob],
    } as const;
    expect(faultOf(state.run(alice, paying))).toEqual({ kind: "ArithmeticOverflow" });
    const part = { ...paying, amounts: [U64_MAX], recipients: [bob] };
    expect(faultOf(state.run(alice, { ...part, coins: [state.coin(alice)] }))).toEqual({
      kind: "InsufficientCoinBalance",
    });
  });

  test("W2 embeddings, distances and losses of odd shapes", () => {
    const state = new World();
    const { id } = openTargets(state)[0]!;
    const square = { shape: [4, 4], values: new Float32Array(DIMENSION).fill(1) };
    const flaws = [
      { embedding: vectorTensor([]) },
      { embedding: vectorTensor(new Float32Array(DIMENSION + 1)) },
      { embedding: vectorTensor(new Float32Array(DIMENSION)) },
      { embedding: square },
      { distance_score: vectorTensor([]) },
      { distance_score: vectorTensor([0, 0]) },
      { distance_score: { shape: [1, 1], values: new Float32Array(1) } },
      { loss_score: vectorTensor([]) },
      { loss_score: vectorTensor(new Float32Array(4)) },
    ];
    for (const flaw of flaws) {
      const kind = submissionTo(state, id, state.coin(alice, 1), flaw);
      expect(statusOf(state.run(alice, kind))).not.toBe("Success");
    }
    expect(state.content("Target", id).status.kind).toBe("Open");
  });
});

test("W24 a coin that pays all it has is named in the effects though it is gone", () => {
  const state = new World();
  const pays = state.coin(alice);
  const kind = { kind: "TransferCoin", coin: pays, amount: undefined, recipient: bob } as const;
  const { effects, deleted } = state.run(alice, kind, [pays]);
  expect(effects.status.kind).toBe("Success");
  expect(deleted).toEqual([pays.object_id]);
  const gas = effects.changed_objects[effects.gas_object_index ?? -1];
  expect(gas).toMatchObject({
    object_id: pays.object_id,
    output_state: { kind: "NotExist" },
    id_operation: "Deleted",
  });
});
