/**
 * Proof of possession: bound to the key, the address and its purpose.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { blsKeygen, blsPublicKey, blsSign } from "../../src/crypto/bls.ts";
import { authorityMessage, SCOPE } from "../../src/crypto/intent.ts";
import { popMessage, proveBlsPossession, verifyBlsPossession } from "../../src/crypto/pop.ts";

const secret = blsKeygen(new Uint8Array(32).fill(1));
const key = blsPublicKey(secret);
const address = "ab".repeat(32);
const proof = proveBlsPossession(secret, address);

describe("proof of possession", () => {
  test("signs the intent, key and address as one byte vector, and epoch 0", () => {
    const expected = `080001${"8001"}${key.toHex()}${address}${"00".repeat(8)}`;
    expect(popMessage(key, address).toHex()).toBe(expected);
  });

  test("is valid for its key and address only", () => {
    const other = blsKeygen(new Uint8Array(32).fill(2));
    expect(verifyBlsPossession(key, address, proof)).toBe(true);
    expect(verifyBlsPossession(key, "cd".repeat(32), proof)).toBe(false);
    expect(verifyBlsPossession(blsPublicKey(other), address, proof)).toBe(false);
    expect(verifyBlsPossession(key, address, proveBlsPossession(other, address))).toBe(false);
  });

  test("is no signature made for anything else", () => {
    const body = popMessage(key, address).slice(3, -8);
    const checkpoint = blsSign(secret, authorityMessage(SCOPE.checkpointSummary, body, 0n));
    expect(verifyBlsPossession(key, address, checkpoint)).toBe(false);
    expect(verifyBlsPossession(key, address, new Uint8Array())).toBe(false);
    expect(verifyBlsPossession(new Uint8Array(), address, proof)).toBe(false);
  });
});
