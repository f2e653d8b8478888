/**
 * Ed25519 against RFC 8032 §7.1 and the edge cases of "Taming the many EdDSAs": which of them are
 * valid differs between libraries, so the table says what each of ours takes, and what a node does.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { ed25519 } from "@noble/curves/ed25519.js";

import {
  ed25519PublicKey,
  ed25519Sign,
  ed25519Verify,
  pureEd25519,
} from "../../src/crypto/ed25519.ts";
import { nativeEd25519 } from "../../src/crypto/native.ts";
import speccheck from "../vectors/ed25519_speccheck.json";

const RFC_8032 = [
  {
    seed: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    publicKey: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    message: "",
    signature:
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155" +
      "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
  },
  {
    seed: "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    publicKey: "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    message: "72",
    signature:
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da" +
      "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
  },
  {
    seed: "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
    publicKey: "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
    message: "af82",
    signature:
      "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac" +
      "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
  },
];

type Verifier = (key: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;

const bytes = (hex: string) => Uint8Array.fromHex(hex);
const strict: Verifier = (key, message, signature) =>
  ed25519.verify(signature, message, key, { zip215: false });

/** The numbers of the cases that `verifier` accepts. */
function accepted(verifier: Verifier): number[] {
  const numbers: number[] = [];
  for (const [number, row] of speccheck.cases.entries()) {
    const key = bytes(row.public_key);
    if (verifier(key, bytes(row.message), bytes(row.signature))) numbers.push(number);
  }
  return numbers;
}

describe("RFC 8032", () => {
  test.each(RFC_8032)("message $message", (row) => {
    const seed = bytes(row.seed);
    const message = bytes(row.message);
    expect(ed25519PublicKey(seed).toHex()).toBe(row.publicKey);
    expect(pureEd25519.publicKey(seed).toHex()).toBe(row.publicKey);
    expect(ed25519Sign(seed, message).toHex()).toBe(row.signature);
    expect(pureEd25519.sign(seed, message).toHex()).toBe(row.signature);
    expect(ed25519Verify(bytes(row.publicKey), message, bytes(row.signature))).toBe(true);
  });
});

describe("edge cases", () => {
  test("the rules are those of ZIP 215", () => {
    expect(accepted(pureEd25519.accepts)).toEqual(speccheck.accepted_by.zip215);
  });

  test("other rules and the native verifier differ, so neither decides", () => {
    expect(accepted(strict)).toEqual(speccheck.accepted_by.not_zip215);
    expect(accepted(nativeEd25519.accepts)).toEqual(speccheck.accepted_by.native);
  });

  test("what the native verifier accepts is valid, so it may say yes early", () => {
    const native = accepted(nativeEd25519.accepts);
    expect(speccheck.accepted_by.zip215).toEqual(expect.arrayContaining(native));
  });

  test("a node with the native verifier in front decides as one without", () => {
    expect(accepted(ed25519Verify)).toEqual(speccheck.accepted_by.zip215);
  });
});
