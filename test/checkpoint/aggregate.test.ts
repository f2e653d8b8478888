/**
 * Gathering signatures: a quorum by power on one digest, one vote an authority, liars left out.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { AssertionError } from "../../src/base/assert.ts";
import { SignatureAggregator } from "../../src/checkpoint/aggregate.ts";
import { toDigest } from "../../src/types/address.ts";
import { committeeOf } from "./committee.ts";

const good = toDigest("a".repeat(64));
const other = toDigest("b".repeat(64));
const signature = (n: number): Uint8Array => new Uint8Array(48).fill(n);

describe("a quorum", () => {
  test("needs three of four, on the same digest", () => {
    const aggregator = new SignatureAggregator(committeeOf(4));
    aggregator.add(2, good, signature(2));
    aggregator.add(0, good, signature(0));
    aggregator.add(1, other, signature(1));
    expect(aggregator.quorum(good)).toBeUndefined();
    aggregator.add(3, good, signature(3));
    expect(aggregator.quorum(good)).toEqual({
      digest: good,
      signers: [0, 2, 3],
      signatures: [signature(0), signature(2), signature(3)],
    });
    expect(aggregator.quorum(other)).toBeUndefined();
  });

  test("the first vote of an authority stays", () => {
    const aggregator = new SignatureAggregator(committeeOf(1));
    aggregator.add(0, other, signature(1));
    aggregator.add(0, good, signature(2));
    expect(aggregator.quorum(good)).toBeUndefined();
    expect(aggregator.quorum(other)?.signatures).toEqual([signature(1)]);
  });

  test("an authority with an invalid signature is out for good", () => {
    const aggregator = new SignatureAggregator(committeeOf(4));
    for (const n of [0, 1, 2]) aggregator.add(n, good, signature(n));
    aggregator.refuse(1);
    expect(aggregator.quorum(good)).toBeUndefined();
    aggregator.add(1, good, signature(1));
    expect(aggregator.quorum(good)).toBeUndefined();
    aggregator.add(3, good, signature(3));
    expect(aggregator.quorum(good)?.signers).toEqual([0, 2, 3]);
  });
});

test("the tally shows the power behind each digest", () => {
  const aggregator = new SignatureAggregator(committeeOf(4));
  aggregator.add(0, good, signature(0));
  aggregator.add(1, good, signature(1));
  aggregator.add(2, other, signature(2));
  expect(aggregator.tally()).toEqual(
    new Map([
      [good, 5_000],
      [other, 2_500],
    ]),
  );
});

test("a signer outside the committee is our own bug", () => {
  const aggregator = new SignatureAggregator(committeeOf(4));
  expect(() => aggregator.add(4, good, signature(0))).toThrow(AssertionError);
});
