/**
 * Sums of expansions against SHAKE256 itself and plain arithmetic.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { shake256 } from "@noble/hashes/sha3.js";
import fc from "fast-check";

import { AssertionError } from "../../src/base/assert.ts";
import { ELEMENT_BYTES_MAX, SUM_BYTES, sumExpansions } from "../../src/crypto/shake-sum.ts";

const ZERO = new Uint8Array(SUM_BYTES);
const elements = fc.uint8Array({ maxLength: ELEMENT_BYTES_MAX });
const sums = fc.uint8Array({ minLength: SUM_BYTES, maxLength: SUM_BYTES });
const signs = fc.constantFrom<1 | -1>(1, -1);

test("one element is expanded as SHAKE256 does, whatever its length", () => {
  for (let size = 0; size <= ELEMENT_BYTES_MAX; size++) {
    const element = Uint8Array.from({ length: size }, (_, index) => index * 7 + size);
    const expanded = shake256(element, { dkLen: SUM_BYTES });
    expect(sumExpansions(ZERO, [{ element, sign: 1 }]).toHex()).toBe(expanded.toHex());
  }
});

test("lanes of 16 bits are added and taken away, and wrap", () => {
  const summands = fc.array(fc.record({ element: elements, sign: signs }), { maxLength: 4 });
  fc.assert(
    fc.property(sums, summands, (start, list) => {
      const before = start.toHex();
      const lanes = new Uint16Array(start.slice().buffer);
      for (const { element, sign } of list) {
        const expanded = new Uint16Array(shake256(element, { dkLen: SUM_BYTES }).slice().buffer);
        for (const [lane, value] of expanded.entries()) lanes[lane]! += sign * value;
      }
      expect(sumExpansions(start, list).toHex()).toBe(new Uint8Array(lanes.buffer).toHex());
      expect(start.toHex()).toBe(before);
    }),
    { numRuns: 50 },
  );
});

test("what does not fit is our own mistake", () => {
  const long = new Uint8Array(ELEMENT_BYTES_MAX + 1);
  expect(() => sumExpansions(ZERO, [{ element: long, sign: 1 }])).toThrow(AssertionError);
  expect(() => sumExpansions(new Uint8Array(1), [])).toThrow(AssertionError);
});
