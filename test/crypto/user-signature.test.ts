/**
 * User signatures: what is accepted for an address, and the sentence for everything that is not.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { AssertionError } from "../../src/base/assert.ts";
import { ed25519Address, multisigAddress } from "../../src/crypto/address.ts";
import { blake2b256 } from "../../src/crypto/digest.ts";
import { ed25519PublicKey, ed25519Sign } from "../../src/crypto/ed25519.ts";
import { combineMultisig } from "../../src/crypto/multisig.ts";
import {
  decodeUserSignature,
  encodeUserSignature,
  signDigest,
  userSignatureAddress,
  verifyUserSignature,
} from "../../src/crypto/user-signature.ts";

const seed = new Uint8Array(32).fill(3);
const digest = blake2b256(Uint8Array.of(1));
const address = ed25519Address(ed25519PublicKey(seed));
const signature = signDigest(seed, digest);

describe("by one key", () => {
  test("a flag, the signature and the key", () => {
    const key = ed25519PublicKey(seed).toHex();
    expect(signature.toHex()).toBe(`00${ed25519Sign(seed, digest).toHex()}${key}`);
    expect(verifyUserSignature(signature, digest, address)).toBeUndefined();
    const decoded = decodeUserSignature(signature);
    if (!decoded.ok) throw new Error(decoded.error);
    expect(userSignatureAddress(decoded.value)).toBe(address);
    expect(encodeUserSignature(decoded.value).toHex()).toBe(signature.toHex());
  });

  test("not by another address, not for another digest", () => {
    const other = "00".repeat(32);
    expect(verifyUserSignature(signature, digest, other)).toBe(
      "the signature is not by the sender",
    );
    expect(verifyUserSignature(signature, blake2b256(), address)).toBe(
      "the signature is not valid",
    );
    expect(() => verifyUserSignature(signature, new Uint8Array(31), address)).toThrow(
      AssertionError,
    );
  });

  test("no length but its own", () => {
    for (let size = 0; size < signature.length; size++) {
      expect(verifyUserSignature(signature.subarray(0, size), digest, address)).toBeString();
    }
    expect(verifyUserSignature(new Uint8Array([...signature, 0]), digest, address)).toBe(
      "an Ed25519 signature has 97 bytes, not 98",
    );
    expect(verifyUserSignature(new Uint8Array(), digest, address)).toBe(
      "the signature's scheme is not one for users",
    );
  });

  test("no flipped bit", () => {
    for (let byte = 0; byte < signature.length; byte++) {
      const damaged = signature.slice();
      damaged[byte]! ^= 1 << (byte % 8);
      expect(verifyUserSignature(damaged, digest, address)).toBeString();
    }
  });

  test.each([1, 3, 4, 255])("no scheme with flag %d", (flag) => {
    const other = signature.slice();
    other[0] = flag;
    expect(verifyUserSignature(other, digest, address)).toBe(
      "the signature's scheme is not one for users",
    );
  });
});

describe("by a committee", () => {
  const seeds = [seed, new Uint8Array(32).fill(4)];
  const pk_map = seeds.map((item) => ({ public_key: ed25519PublicKey(item), weight: 1 }));
  const committee = { pk_map, threshold: 2 };

  function signedBy(signers: readonly Uint8Array[]): Uint8Array {
    const signatures = signers.map((item) => ({
      publicKey: ed25519PublicKey(item),
      signature: ed25519Sign(item, digest),
    }));
    const combined = combineMultisig(committee, signatures);
    if (!combined.ok) throw new Error(combined.error);
    return encodeUserSignature({ kind: "Multisig", multisig: combined.value });
  }

  test("for the address of the committee", () => {
    const both = signedBy(seeds);
    expect(both[0]).toBe(2);
    expect(verifyUserSignature(both, digest, multisigAddress(committee))).toBeUndefined();
    expect(verifyUserSignature(both, digest, address)).toBe("the signature is not by the sender");
    expect(verifyUserSignature(signedBy([seed]), digest, multisigAddress(committee))).toBe(
      "Insufficient weight=1 threshold=2",
    );
  });

  test("no cut, no byte too many", () => {
    const both = signedBy(seeds);
    const of = multisigAddress(committee);
    for (let size = 0; size < both.length; size++) {
      expect(verifyUserSignature(both.subarray(0, size), digest, of)).toBeString();
    }
    expect(verifyUserSignature(new Uint8Array([...both, 0]), digest, of)).toBe(
      "the multisig is malformed: 1 bytes are left over",
    );
    expect(verifyUserSignature(both.subarray(0, 20), digest, of)).toBe(
      "the multisig is malformed: sigs.0.content: needs 64 bytes, 17 are left",
    );
  });
});
