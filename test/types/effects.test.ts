/**
 * Effects: the published vector, and the digest's sensitivity.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { decode, encode } from "../../src/bcs/schema.ts";
import { toDigest, toObjectId } from "../../src/types/address.ts";
import {
  effectsDigest,
  type TransactionEffects,
  transactionEffects,
} from "../../src/types/effects.ts";
import { SHARED } from "../../src/types/owner.ts";
import { formatDigest } from "../../src/types/text.ts";
import { refusal } from "../bcs/strict.ts";
import { computed } from "../vectors/wire_vectors.json";

function read(): TransactionEffects {
  const decoded = decode(transactionEffects, Uint8Array.fromHex(computed.effects.bcs));
  if (!decoded.ok) throw new Error(`${decoded.error.path}: ${decoded.error.reason}`);
  return decoded.value;
}

/** u64 below 256 in hex, little-endian. */
function u64(value: number): string {
  return value.toString(16).padStart(2, "0") + "00".repeat(7);
}

const ID = "1d".repeat(32);
const OLD = "0d".repeat(32);
const NEW = "ed".repeat(32);

/** Effects in which every shape of every part occurs. */
const EVERYTHING: TransactionEffects = {
  status: { kind: "Failure", error: { kind: "InvalidArguments", reason: "no" } },
  executed_epoch: 1n,
  transaction_fee: { base_fee: 2n, operation_fee: 3n, value_fee: 4n, total_fee: 9n },
  transaction_digest: toDigest(OLD),
  gas_object_index: 2,
  dependencies: [toDigest(OLD), toDigest(NEW)],
  version: 5n,
  changed_objects: [
    {
      object_id: toObjectId(ID),
      input_state: { kind: "NotExist" },
      output_state: { kind: "ObjectWrite", digest: toDigest(NEW), owner: { kind: "Immutable" } },
      id_operation: "Created",
    },
    {
      object_id: toObjectId(ID),
      input_state: { kind: "Exist", version: 6n, digest: toDigest(OLD), owner: SHARED },
      output_state: { kind: "NotExist" },
      id_operation: "Deleted",
    },
  ],
  unchanged_shared_objects: [
    {
      object_id: toObjectId(ID),
      state: { kind: "ReadOnlyRoot", version: 7n, digest: toDigest(OLD) },
    },
    { object_id: toObjectId(ID), state: { kind: "MutateDeleted", version: 8n } },
    { object_id: toObjectId(ID), state: { kind: "ReadDeleted", version: 9n } },
    { object_id: toObjectId(ID), state: { kind: "Cancelled", version: 10n } },
  ],
};

const EVERYTHING_HEX = [
  "00" + "0105026e6f" + u64(1),
  u64(2) + u64(3) + u64(4) + u64(9),
  `20${OLD}0102000000`,
  `0220${OLD}20${NEW}${u64(5)}`,
  `02${ID}000120${NEW}0201`,
  `${ID}01${u64(6)}20${OLD}01${u64(1)}0002`,
  `04${ID}00${u64(7)}20${OLD}${ID}01${u64(8)}${ID}02${u64(9)}${ID}03${u64(10)}`,
].join("");

describe("effects with everything in them", () => {
  test("have their published layout", () => {
    expect(encode(transactionEffects, EVERYTHING).toHex()).toBe(EVERYTHING_HEX);
  });
});

describe("published effects", () => {
  test("bytes and digest", () => {
    expect(encode(transactionEffects, read()).toHex()).toBe(computed.effects.bcs);
    expect(formatDigest(effectsDigest(read()))).toBe(computed.effects.effects_digest);
  });

  test("say what their description says", () => {
    const gas = { kind: "AddressOwner", address: computed.keypair.address };
    expect(read()).toMatchObject({
      status: { kind: "Success" },
      executed_epoch: 3n,
      transaction_fee: {
        base_fee: 1_000n,
        operation_fee: 600n,
        value_fee: 1_000_000n,
        total_fee: 1_001_600n,
      },
      gas_object_index: 0,
      dependencies: [],
      version: 10n,
      changed_objects: [
        {
          input_state: { kind: "Exist", owner: gas },
          output_state: { kind: "ObjectWrite", owner: gas },
          id_operation: "None",
        },
      ],
      unchanged_shared_objects: [],
    });
  });

  test("of another version are refused", () => {
    expect(refusal(transactionEffects, `01${computed.effects.bcs.slice(2)}`)).toBe(
      "TransactionEffects has no version with tag 1",
    );
  });

  test("have another digest when they failed", () => {
    const failed = { kind: "Failure" as const, error: { kind: "InsufficientGas" as const } };
    expect(effectsDigest({ ...read(), status: failed })).not.toBe(effectsDigest(read()));
  });
});
