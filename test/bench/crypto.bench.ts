/**
 * Hashes, signatures and the weights cipher, as entry points use them; pure versions where the
 * difference shows what the native ones are worth.
 *
 * @module
 */
import { applyAesCtr } from "../../src/crypto/aes-ctr.ts";
import { blsAggregate, blsKeygen, blsPublicKey, blsSign, blsVerify, blsVerifyAggregate } from "../../src/crypto/bls.ts";
import { blake2b256, pureHashes, typedDigest } from "../../src/crypto/digest.ts";
import { ed25519PublicKey, ed25519Sign, ed25519Verify, pureEd25519 } from "../../src/crypto/ed25519.ts";
import { type Bench, microsecondsEach, perSecond, repeat } from "./frame.ts";

const MESSAGE = new Uint8Array(32).fill(3);
const KIBIBYTE = new Uint8Array(1024).fill(5);
const MEBIBYTE = new Uint8Array(1024 * 1024).fill(5);
const SEED = new Uint8Array(32).fill(9);
const COMMITTEE_SIZES = [4, 100] as const;

const hashes: readonly Bench[] = [
  {
    name: "BLAKE2b-256 of 1 KiB",
    unit: "µs",
    setup: () => microsecondsEach(500, repeat(500, () => void blake2b256(KIBIBYTE))),
  },
  {
    name: "BLAKE2b-256 of 1 KiB, pure",
    unit: "µs",
    setup: () => microsecondsEach(20, repeat(20, () => void pureHashes.blake2b256([KIBIBYTE]))),
  },
  {
    name: "typed digest of 200 B",
    unit: "µs",
    setup: () => {
      const body = KIBIBYTE.subarray(0, 200);
      return microsecondsEach(500, repeat(500, () => void typedDigest("TransactionData", body)));
    },
  },
];
