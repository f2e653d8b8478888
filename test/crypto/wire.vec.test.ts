/**
 * Keys, addresses, signatures, digests and commitments against `wire_vectors.json`.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { base58 } from "@scure/base";

import { concatBytes, u64le, utf8 } from "../../src/base/bytes.ts";
import { fixedBytes } from "../../src/bcs/schema.ts";
import { ed25519Address } from "../../src/crypto/address.ts";
import { AesCtr, applyAesCtr } from "../../src/crypto/aes-ctr.ts";
import { formatSecretKey, parseSecretKey } from "../../src/crypto/bech32.ts";
import { DEFAULT_PATH, parsePath } from "../../src/crypto/derive.ts";
import { blake2b256, blake2b256Hex, typedDigest } from "../../src/crypto/digest.ts";
import { ed25519PublicKey } from "../../src/crypto/ed25519.ts";
import { intentMessage, SCOPE } from "../../src/crypto/intent.ts";
import { formatKeyBase64, parseKeyBase64 } from "../../src/crypto/key-text.ts";
import { parseMnemonic, seedFromMnemonic } from "../../src/crypto/mnemonic.ts";
import { signDigest, verifyUserSignature } from "../../src/crypto/user-signature.ts";
import vectors from "../vectors/wire_vectors.json";

const { computed, external_golden, golden_from_repo } = vectors;
const { keypair } = computed;
const seed = Uint8Array.fromHex(keypair.secret_key_hex);

/** The typed digest of bytes that are the BCS of a value already. */
function digestOf(typeName: string, bytes: Uint8Array): string {
  return typedDigest(typeName, fixedBytes(bytes.length), bytes);
}

function base58Of(hex: string): string {
  return base58.encode(Uint8Array.fromHex(hex));
}

function seedOf(mnemonic: string): Uint8Array {
  const phrase = parseMnemonic(mnemonic);
  const path = parsePath(DEFAULT_PATH);
  if (!phrase.ok || !path.ok) throw new Error("the vector parses");
  return seedFromMnemonic(phrase.value, path.value);
}

describe("keys", () => {
  test("public key, address and text forms", () => {
    const key = ed25519PublicKey(seed);
    expect(key.toHex()).toBe(keypair.public_key_hex);
    expect(ed25519Address(key)).toBe(keypair.address);
    expect(formatSecretKey(seed)).toBe(keypair.bech32_somaprivkey);
    expect(parseSecretKey(keypair.bech32_somaprivkey)).toEqual({ ok: true, value: seed });
    expect(formatKeyBase64(seed)).toBe(keypair.keystore_entry_base64);
    expect(parseKeyBase64(keypair.keystore_entry_base64)).toEqual({ ok: true, value: seed });
    expect(formatKeyBase64(key)).toBe(keypair.public_key_base64_with_flag);
  });

  test("from mnemonics", () => {
    const { address, secret_key_hex } = computed.mnemonic_abandon_about;
    const abandoned = seedOf(`${"abandon ".repeat(11)}about`);
    expect(abandoned.toHex()).toBe(secret_key_hex);
    expect(ed25519Address(ed25519PublicKey(abandoned))).toBe(address);
    for (const row of external_golden) {
      const derived = seedOf(row.mnemonic);
      expect(derived.toHex()).toBe(row.secret_key_hex);
      expect(ed25519PublicKey(derived).toHex()).toBe(row.public_key_hex);
      expect(ed25519Address(ed25519PublicKey(derived))).toBe(row.address);
      expect(formatSecretKey(derived)).toBe(row.bech32_somaprivkey);
    }
  });

  test("of the published multisig committee, alone", () => {
    const [row] = golden_from_repo;
    for (const [index, hex] of row!.secret_keys_hex!.entries()) {
      const key = ed25519PublicKey(Uint8Array.fromHex(hex));
      expect(key.toHex()).toBe(row!.public_keys_hex![index]!);
      expect(ed25519Address(key)).toBe(row!.single_sig_addresses![index]!);
    }
  });
});

describe("transactions", () => {
  test.each(computed.transactions)("$kind", (row) => {
    const data = Uint8Array.fromHex(row.transaction_data_bcs);
    expect(digestOf("TransactionData", data)).toBe(row.transaction_digest_hex);
    expect(base58Of(row.transaction_digest_hex)).toBe(row.transaction_digest);
    const digest = blake2b256(intentMessage(SCOPE.transactionData, data));
    expect(digest.toHex()).toBe(row.signing_digest_hex);
    const signature = signDigest(seed, digest);
    expect(signature.toHex()).toBe(row.user_signature_hex);
    expect(verifyUserSignature(signature, digest, keypair.address)).toBeUndefined();
    const signed = `01000001${row.transaction_data_bcs}0161${row.user_signature_hex}`;
    expect(signed).toBe(row.signed_transaction_bcs);
  });
});

describe("digests", () => {
  test.each(computed.objects)("$name", (row) => {
    const digest = digestOf("Object", Uint8Array.fromHex(row.bcs));
    expect(base58Of(digest)).toBe(row.digest);
    if (row.digest_hex !== undefined) expect(digest).toBe(row.digest_hex);
  });

  test("effects", () => {
    const digest = digestOf("TransactionEffects", Uint8Array.fromHex(computed.effects.bcs));
    expect(base58Of(digest)).toBe(computed.effects.effects_digest);
  });

  test.each(computed.object_id_derivation)("object id $creation_num", (row) => {
    const parts = concatBytes(
      Uint8Array.fromHex(row.tx_digest_hex),
      u64le(BigInt(row.creation_num)),
    );
    expect(`0x${blake2b256Hex(parts)}`).toBe(row.object_id);
  });
});

describe("commitments", () => {
  test.each(computed.commitment)("to $data_utf8", (row) => {
    const digest = blake2b256Hex(utf8(row.data_utf8));
    expect(base58Of(digest)).toBe(row.b58);
    if (row.hex !== undefined) expect(digest).toBe(row.hex);
  });

  test("to a tensor and to a key", () => {
    const { bcs, embedding_commitment_hex, embedding_commitment_b58 } = computed.tensor;
    expect(blake2b256Hex(Uint8Array.fromHex(bcs))).toBe(embedding_commitment_hex);
    expect(base58Of(embedding_commitment_hex)).toBe(embedding_commitment_b58);
    const { key_hex, key_b58, commitment_hex } = computed.decryption_key_commitment;
    expect(base58Of(key_hex)).toBe(key_b58);
    expect(blake2b256Hex(Uint8Array.fromHex(key_hex))).toBe(commitment_hex);
  });
});

describe("weights", () => {
  test.each(computed.encrypt_weights)("$ciphertext_hex", (row) => {
    const key = base58.decode(row.key_b58);
    const plain =
      row.plaintext_hex === undefined
        ? utf8(row.plaintext_utf8)
        : Uint8Array.fromHex(row.plaintext_hex);
    const cipher = applyAesCtr(key, plain);
    expect(cipher.toHex()).toBe(row.ciphertext_hex);
    const stream = new AesCtr(key);
    const back = concatBytes(stream.apply(cipher.subarray(0, 7)), stream.apply(cipher.subarray(7)));
    expect(back.toHex()).toBe(plain.toHex());
  });
});
