/**
 * Hashes, signatures and the weights cipher as entry points use them, and the pure versions where
 * the difference tells what the native ones are worth.
 *
 * @module
 */
import { present } from "../../src/base/assert.ts";
import { fixedBytes } from "../../src/bcs/schema.ts";
import { applyAesCtr } from "../../src/crypto/aes-ctr.ts";
import {
  blsAggregate,
  blsKeygen,
  blsPublicKey,
  blsSign,
  blsVerify,
  blsVerifyAggregate,
} from "../../src/crypto/bls.ts";
import { blake2b256, pureHashes, typedDigest } from "../../src/crypto/digest.ts";
import {
  ed25519PublicKey,
  ed25519Sign,
  ed25519Verify,
  pureEd25519,
} from "../../src/crypto/ed25519.ts";
import { SUM_BYTES, sumExpansions } from "../../src/crypto/shake-sum.ts";
import { type Bench, micros, rate } from "./frame.ts";

const MESSAGE = new Uint8Array(32).fill(3);
const BODY = new Uint8Array(200).fill(5);
const KIBIBYTE = new Uint8Array(1024).fill(5);
const MEBIBYTE = new Uint8Array(1024 * 1024).fill(5);
const KEY = new Uint8Array(32).fill(9);

const publicKey = ed25519PublicKey(KEY);
const signature = ed25519Sign(KEY, MESSAGE);

/** The keys of a committee and its signatures of MESSAGE, apart and as one. */
function committee(size: number): {
  keys: Uint8Array[];
  signatures: Uint8Array[];
  sum: Uint8Array;
} {
  const secrets = Array.from({ length: size }, (_, index) =>
    blsKeygen(new Uint8Array(32).fill(index + 1)),
  );
  const signatures = secrets.map((secret) => blsSign(secret, MESSAGE));
  const sum = present(blsAggregate(signatures), "a sum of signatures");
  return { keys: secrets.map(blsPublicKey), signatures, sum };
}

const four = committee(4);
const hundred = committee(100);
const SUM = new Uint8Array(SUM_BYTES);
const ELEMENT = { element: BODY.subarray(0, 84), sign: 1 } as const;
const secret = blsKeygen(KEY);

/** The benches of this area. */
export const benches: readonly Bench[] = [
  micros("BLAKE2b-256 of 1 KiB", 500, () => blake2b256(KIBIBYTE)),
  micros("BLAKE2b-256 of 1 KiB, pure", 20, () => pureHashes.blake2b256([KIBIBYTE])),
  micros("typed digest of 200 B", 500, () =>
    typedDigest("TransactionData", fixedBytes(BODY.length), BODY),
  ),
  micros("SHAKE256 of 84 B, summed into 1,024 lanes", 200, () => sumExpansions(SUM, [ELEMENT])),
  micros("Ed25519 sign", 20, () => ed25519Sign(KEY, MESSAGE)),
  micros("Ed25519 verify", 20, () => ed25519Verify(publicKey, MESSAGE, signature)),
  micros("Ed25519 verify, pure", 2, () => pureEd25519.accepts(publicKey, MESSAGE, signature)),
  micros("BLS sign", 1, () => blsSign(secret, MESSAGE)),
  micros("BLS verify", 1, () => blsVerify(four.keys[0]!, MESSAGE, four.signatures[0]!)),
  micros("BLS verify aggregate of 4", 1, () => blsVerifyAggregate(four.keys, MESSAGE, four.sum)),
  micros("BLS verify aggregate of 100", 1, () =>
    blsVerifyAggregate(hundred.keys, MESSAGE, hundred.sum),
  ),
  micros("BLS aggregate 4 signatures", 1, () => blsAggregate(four.signatures)),
  rate("AES-256-CTR", { amount: 1.048576, unit: "MB/s" }, 4, () => applyAesCtr(KEY, MEBIBYTE)),
];
