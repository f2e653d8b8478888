/**
 * The published objects, target bodies and derived ids.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { decode, encode } from "../../src/bcs/schema.ts";
import { deriveObjectId, toDigest } from "../../src/types/address.ts";
import { objectDigest, type SomaObject, somaObject } from "../../src/types/object.ts";
import { target } from "../../src/types/target.ts";
import { formatDigest, formatObjectId } from "../../src/types/text.ts";
import { computed } from "../vectors/wire_vectors.json";

function read(hex: string): SomaObject {
  const decoded = decode(somaObject, Uint8Array.fromHex(hex));
  if (!decoded.ok) throw new Error(`${decoded.error.path}: ${decoded.error.reason}`);
  return decoded.value;
}

describe("published objects", () => {
  test("bytes and digests", () => {
    expect(computed.objects.length).toBe(3);
    for (const vector of computed.objects) {
      const object = read(vector.bcs);
      expect(encode(somaObject, object).toHex()).toBe(vector.bcs);
      expect(formatDigest(objectDigest(object))).toBe(vector.digest);
    }
  });

  test("a coin says what its name says", () => {
    const [coin] = computed.objects;
    expect(read(coin!.bcs)).toMatchObject({
      id: "11".repeat(32),
      version: 7n,
      owner: { kind: "AddressOwner", address: computed.keypair.address },
      previous_transaction: "00".repeat(32),
      content: { kind: "Coin", balance: 5_000_000_000n },
    });
  });

  test("stake and target say what their names say", () => {
    const [, stake, open] = computed.objects.map(({ bcs }) => read(bcs));
    expect(stake).toMatchObject({
      id: "12".repeat(32),
      version: 8n,
      previous_transaction: "ab".repeat(32),
      content: {
        kind: "StakedSoma",
        pool_id: "99".repeat(32),
        stake_activation_epoch: 3n,
        principal: 1_000_000_000n,
      },
    });
    expect(open).toMatchObject({
      id: "66".repeat(32),
      version: 4n,
      owner: { kind: "Shared", initial_shared_version: 1n },
      content: { kind: "Target", status: { kind: "Open" } },
    });
  });

  test("target bodies", () => {
    const bodies = computed.target_contents;
    for (const hex of [bodies.open, bodies["filled(fill_epoch=2)"]]) {
      const decoded = decode(target, Uint8Array.fromHex(hex));
      expect(decoded.ok && encode(target, decoded.value).toHex()).toBe(hex);
    }
    const filled = decode(target, Uint8Array.fromHex(bodies["filled(fill_epoch=2)"]));
    expect(filled).toMatchObject({ value: { status: { kind: "Filled", fill_epoch: 2n } } });
  });

  test("ids derive from the transaction and a counter", () => {
    expect(computed.object_id_derivation.length).toBe(3);
    for (const vector of computed.object_id_derivation) {
      const id = deriveObjectId(toDigest(vector.tx_digest_hex), vector.creation_num);
      expect(formatObjectId(id)).toBe(vector.object_id);
    }
  });
});
