/**
 * The bytes, digests and signatures of consensus blocks, field by field.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { AssertionError } from "../../src/base/assert.ts";
import { concatBytes, toHex } from "../../src/base/bytes.ts";
import { blake2b256, blake2b256Hex } from "../../src/crypto/digest.ts";
import { ed25519PublicKey, ed25519Sign, ed25519Verify } from "../../src/crypto/ed25519.ts";
import { toDigest } from "../../src/types/address.ts";
import {
  type Block,
  blockSignatureCheck,
  decodeSignedBlock,
  genesisBlock,
  signBlock,
  type SignedBlock,
  wholeSlots,
} from "../../src/types/block.ts";
import { testCommittee } from "../consensus/fixtures.ts";

const SEED = new Uint8Array(32).fill(7);
const DIGEST = toDigest("5a".repeat(32));
// The digest of `BODY` with a signature of 64 ones, computed apart from this code.
const GOLDEN = "54b18485daa93c1c68b30dc85cb36b5164046a726e78ccc882cffeadb1faf811";
const BODY: Block = {
  epoch: 3n,
  round: 258,
  author: 1,
  timestamp_ms: 1_700_000_000_000n,
  ancestors: [
    { round: 257, author: 1, digest: DIGEST },
    { round: 257, author: 0, digest: DIGEST },
  ],
  transactions: [Uint8Array.of(1, 2, 3), new Uint8Array(0)],
  commit_votes: [{ index: 9, digest: DIGEST }],
};

function signed(changes: Partial<Block> = {}): SignedBlock {
  return signBlock({ ...BODY, ...changes }, (message) => ed25519Sign(SEED, message));
}

describe("a block's bytes", () => {
  test("are the version, the fields in order, and the signature", () => {
    const { bytes, signature } = signed();
    const expected = [
      "00", // version 1
      "0300000000000000", // epoch
      "02010000", // round
      "01000000", // author
      "0068e5cf8b010000", // timestamp
      "02", // ancestors
      `01010000${"01000000"}${DIGEST}`,
      `01010000${"00000000"}${DIGEST}`,
      "02", // transactions
      "03010203",
      "00",
      "01", // commit votes
      `09000000${DIGEST}`,
      toHex(signature),
    ];
    expect(toHex(bytes)).toBe(expected.join(""));
  });

  test("decode to what was encoded", () => {
    const block = signed();
    const decoded = decodeSignedBlock(block.bytes);
    expect(decoded).toEqual({ ok: true, value: block });
  });

  test("cut anywhere are refused", () => {
    const { bytes } = signed();
    for (let size = 0; size < bytes.length; size++) {
      expect(decodeSignedBlock(bytes.subarray(0, size)).ok).toBe(false);
    }
  });

  test("with something added anywhere do not decode to the same block", () => {
    const block = signed();
    for (const place of [0, 1, 30, block.bytes.length - 64, block.bytes.length]) {
      const [front, back] = [block.bytes.subarray(0, place), block.bytes.subarray(place)];
      const decoded = decodeSignedBlock(concatBytes(front, Uint8Array.of(0), back));
      expect(decoded.ok && decoded.value.ref.digest === block.ref.digest).toBe(false);
    }
  });

  test("of an unknown version are refused, with the place named", () => {
    const bytes = Uint8Array.from(signed().bytes);
    bytes[0] = 1;
    const decoded = decodeSignedBlock(bytes);
    expect(decoded.ok).toBe(false);
    expect(!decoded.ok && decoded.error.reason).toContain("tag 1");
  });

  test("with an over-long count are refused", () => {
    const bytes = Uint8Array.from(signed().bytes);
    const countAt = 1 + 8 + 4 + 4 + 8;
    expect(bytes[countAt]).toBe(2);
    const padded = concatBytes(
      bytes.subarray(0, countAt),
      Uint8Array.of(0x82, 0),
      bytes.subarray(countAt + 1),
    );
    expect(decodeSignedBlock(padded).ok).toBe(false);
  });
});

describe("a block's digest", () => {
  test("covers what is in the block and the signature", () => {
    const block = signed();
    const inner = blake2b256(block.bytes.subarray(0, block.bytes.length - 64));
    expect(toHex(block.innerDigest)).toBe(toHex(inner));
    expect(block.ref.digest).toBe(toDigest(blake2b256Hex(inner, block.signature)));
    expect(block.ref).toMatchObject({ round: 258, author: 1 });
  });

  test("changes with every bit", () => {
    const block = signed();
    for (let at = 0; at < block.bytes.length; at++) {
      const bytes = Uint8Array.from(block.bytes);
      bytes[at] = bytes[at]! ^ 1;
      const decoded = decodeSignedBlock(bytes);
      expect(decoded.ok && decoded.value.ref.digest === block.ref.digest).toBe(false);
    }
  });

  test("does not change by accident", () => {
    const block = signBlock(BODY, () => new Uint8Array(64).fill(1));
    expect(block.ref.digest).toBe(toDigest(GOLDEN));
  });
});

describe("a block's signature", () => {
  const committee = testCommittee(4);
  const withKey = {
    ...committee,
    members: committee.members.map((member) => ({ ...member, worker_key: ed25519PublicKey(SEED) })),
  };

  function isValid(block: SignedBlock): boolean {
    const check = blockSignatureCheck(block, withKey)!;
    return ed25519Verify(check.publicKey, check.message, check.signature);
  }

  test("is checked under the author's worker key, with an intent in front of the digest", () => {
    const block = signed();
    const check = blockSignatureCheck(block, withKey)!;
    expect(toHex(check.message)).toBe(`010000${toHex(block.innerDigest)}`);
    expect(isValid(block)).toBe(true);
  });

  test("does not fit another block", () => {
    const [one, other] = [signed(), signed({ round: 259 })];
    const mixed = concatBytes(other.bytes.subarray(0, -64), one.signature);
    const decoded = decodeSignedBlock(mixed);
    expect(decoded.ok && isValid(decoded.value)).toBe(false);
  });

  test("of an author outside of the committee cannot be checked", () => {
    expect(blockSignatureCheck(signed({ author: 4 }), withKey)).toBeUndefined();
  });

  test("has 64 bytes, or it is our bug", () => {
    expect(() => signBlock(BODY, () => new Uint8Array(63))).toThrow(AssertionError);
  });
});

describe("a page of blocks", () => {
  const page = [3, 4, 4].map((round) => ({ round, author: 1 }));

  test("does not split a slot", () => {
    expect(wholeSlots(page, { round: 4, author: 1 })).toBe(1);
    expect(wholeSlots(page, { round: 4, author: 2 })).toBe(3);
    expect(wholeSlots(page, undefined)).toBe(3);
  });

  test("holds at least what fits of one slot", () => {
    expect(wholeSlots(page.slice(1), { round: 4, author: 1 })).toBe(2);
  });
});

describe("a genesis block", () => {
  test("is the same for everybody and different for each author and epoch", () => {
    const digests = [genesisBlock(3n, 0, 5n), genesisBlock(3n, 1, 5n), genesisBlock(4n, 0, 5n)].map(
      ({ ref }) => ref.digest,
    );
    expect(new Set(digests).size).toBe(3);
    expect(genesisBlock(3n, 0, 5n).ref.digest).toBe(digests[0]!);
  });

  test("is of round 0, empty and unsigned", () => {
    const { block, signature } = genesisBlock(3n, 2, 5n);
    expect(block).toEqual({
      epoch: 3n,
      round: 0,
      author: 2,
      timestamp_ms: 5n,
      ancestors: [],
      transactions: [],
      commit_votes: [],
    });
    expect(signature).toHaveLength(0);
  });
});
