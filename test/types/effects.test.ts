/**
 * Effects: the published vector, and the digest's sensitivity.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { decode, encode } from "../../src/bcs/schema.ts";
import {
  effectsDigest,
  type TransactionEffects,
  transactionEffects,
} from "../../src/types/effects.ts";
import { formatDigest } from "../../src/types/text.ts";
import { refusal } from "../bcs/strict.ts";
import { computed } from "../vectors/wire_vectors.json";

function read(): TransactionEffects {
  const decoded = decode(transactionEffects, Uint8Array.fromHex(computed.effects.bcs));
  if (!decoded.ok) throw new Error(`${decoded.error.path}: ${decoded.error.reason}`);
  return decoded.value;
}

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
