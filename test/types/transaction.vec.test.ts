/**
 * The thirteen transactions of the published vectors: bytes, digest, what is signed, the signature
 * and the signed form.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { decode, encode } from "../../src/bcs/schema.ts";
import { ed25519Sign, ed25519Verify } from "../../src/crypto/ed25519.ts";
import { formatDigest } from "../../src/types/text.ts";
import {
  decodeTransaction,
  signedTransaction,
  signingDigest,
  type TransactionData,
  transactionData,
  transactionDigest,
} from "../../src/types/transaction.ts";
import { computed } from "../vectors/wire_vectors.json";

const seed = Uint8Array.fromHex(computed.keypair.secret_key_hex);
const publicKey = Uint8Array.fromHex(computed.keypair.public_key_hex);

function read(hex: string): TransactionData {
  const decoded = decode(transactionData, Uint8Array.fromHex(hex));
  if (!decoded.ok) throw new Error(`${decoded.error.path}: ${decoded.error.reason}`);
  return decoded.value;
}

describe("published transactions", () => {
  test("there are thirteen", () => expect(computed.transactions.length).toBe(13));

  for (const vector of computed.transactions) {
    describe(vector.kind, () => {
      const data = read(vector.transaction_data_bcs);

      test("is of the kind that its name says", () => {
        expect<string>(data.kind.kind).toBe(vector.kind.split("(", 1)[0]!);
        expect<string>(data.sender).toBe(computed.keypair.address);
        expect(data.gas_payment).toMatchObject([{ object_id: "44".repeat(32), version: 9n }]);
      });

      test("bytes and digests", () => {
        expect(encode(transactionData, data).toHex()).toBe(vector.transaction_data_bcs);
        expect<string>(transactionDigest(data)).toBe(vector.transaction_digest_hex);
        expect(formatDigest(transactionDigest(data))).toBe(vector.transaction_digest);
        expect(signingDigest(data).toHex()).toBe(vector.signing_digest_hex);
      });

      test("signature and signed form", () => {
        const signature = ed25519Sign(seed, signingDigest(data));
        const user = Uint8Array.of(0, ...signature, ...publicKey);
        expect(user.toHex()).toBe(vector.user_signature_hex);
        const signed = { data, signatures: [user] };
        expect(encode(signedTransaction, signed).toHex()).toBe(vector.signed_transaction_bcs);
        expect(decodeTransaction(Uint8Array.fromHex(vector.signed_transaction_bcs))).toEqual({
          ok: true,
          value: signed,
        });
        expect(ed25519Verify(publicKey, signingDigest(data), signature)).toBe(true);
      });
    });
  }
});
