/**
 * The bytes and names of commits.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { toHex } from "../../src/base/bytes.ts";
import { decode, encode } from "../../src/bcs/schema.ts";
import { blake2b256Hex } from "../../src/crypto/digest.ts";
import { toDigest, ZERO_DIGEST } from "../../src/types/address.ts";
import { type Commit, commit, nameCommit } from "../../src/types/commit.ts";

const [FIRST, SECOND] = ["1a", "2b"].map((byte) => toDigest(byte.repeat(32)));
const COMMIT: Commit = {
  index: 258,
  previous_digest: ZERO_DIGEST,
  timestamp_ms: 1_700_000_000_000n,
  leader: { round: 4, author: 1, digest: SECOND! },
  leader_offset: 0,
  reputation: { points: [1], ranking: [], ranking_before: [], ranked_round: 7 },
  blocks: [
    { round: 3, author: 0, digest: FIRST! },
    { round: 4, author: 1, digest: SECOND! },
  ],
};

describe("a commit", () => {
  test("is written as its version and its fields in order", () => {
    const expected = [
      "00",
      "02010000",
      ZERO_DIGEST,
      "0068e5cf8b010000",
      `0400000001000000${SECOND}`,
      "00000000",
      "02",
      `0300000000000000${FIRST}`,
      `0400000001000000${SECOND}`,
      "0101000000",
      "00",
      "00",
      "07000000",
    ];
    expect(toHex(encode(commit, COMMIT))).toBe(expected.join(""));
  });

  test("is read back, and refused when cut or with bytes left over", () => {
    const bytes = encode(commit, COMMIT);
    expect(decode(commit, bytes)).toEqual({ ok: true, value: COMMIT });
    for (let size = 0; size < bytes.length; size++) {
      expect(decode(commit, bytes.subarray(0, size)).ok).toBe(false);
    }
    expect(decode(commit, Uint8Array.from([...bytes, 0])).ok).toBe(false);
  });

  test("is named by its index and the hash of its bytes", () => {
    const { index, digest } = nameCommit(COMMIT);
    expect(index).toBe(258);
    expect(digest).toBe(toDigest(blake2b256Hex(encode(commit, COMMIT))));
    expect(nameCommit({ ...COMMIT, timestamp_ms: 0n }).digest).not.toBe(digest);
  });
});
