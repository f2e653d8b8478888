/**
 * Votes on protocol versions: in one order only, and equal when they say the same.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { decode, encode } from "../../src/bcs/schema.ts";
import { toDigest } from "../../src/types/address.ts";
import { sameVotes, versionVotes } from "../../src/types/version-vote.ts";

const [a, b] = ["a", "b"].map((letter) => toDigest(letter.repeat(64)));
const votes = [
  { version: 2n, parameters: a! },
  { version: 3n, parameters: b! },
];

test("votes ascend by version", () => {
  expect(decode(versionVotes, encode(versionVotes, votes))).toEqual({ ok: true, value: votes });
  const tail = encode(versionVotes, votes).subarray(1);
  const half = tail.length / 2;
  const swapped = Uint8Array.of(2, ...tail.subarray(half), ...tail.subarray(0, half));
  expect(decode(versionVotes, swapped)).toMatchObject({
    error: { reason: "versions are not in ascending order" },
  });
});

test("lists are the same or not", () => {
  expect(sameVotes(votes, [...votes])).toBe(true);
  expect(sameVotes(votes, votes.slice(1))).toBe(false);
  expect(sameVotes(votes, [votes[0]!, { version: 3n, parameters: a! }])).toBe(false);
});
