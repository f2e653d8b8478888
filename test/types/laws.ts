/**
 * What holds for every codec and all values: encodings read back, nothing else reads as them, and
 * no bytes make a decoder throw.
 *
 * @module
 */
import { expect, test } from "bun:test";

import fc from "fast-check";

import { type Codec, decode, encode } from "../../src/bcs/schema.ts";
import { expectCanonical } from "../bcs/strict.ts";

/** Places of one encoding that are damaged in turn; longer ones are sampled evenly. */
const PLACES = 80;

/** Tests that values of `arbitrary` round-trip and that damage to some of them is noticed. */
export function testCodec<T>(codec: Codec<T>, arbitrary: fc.Arbitrary<T>): void {
  test(`${codec.name}: what is encoded reads back`, () => {
    fc.assert(
      fc.property(arbitrary, (value) => {
        const bytes = encode(codec, value);
        expect(decode(codec, bytes)).toEqual({ ok: true, value });
      }),
    );
  });

  test(`${codec.name}: cut, lengthened or changed in a bit it is refused or another value`, () => {
    fc.assert(
      fc.property(arbitrary, (value) => expectDamageIsNoticed(codec, encode(codec, value))),
      // Shrinking would take minutes, and the fault is in the layout, not in the value.
      { numRuns: 4, endOnFailure: true },
    );
  });

  test(`${codec.name}: overwritten anywhere it is refused or another value`, () => {
    const edit = fc.tuple(fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 4 }));
    fc.assert(
      fc.property(arbitrary, fc.array(edit, { minLength: 1, maxLength: 3 }), (value, edits) => {
        const bytes = encode(codec, value);
        for (const [at, patch] of edits) {
          const offset = at % bytes.length;
          bytes.set(patch.subarray(0, bytes.length - offset), offset);
        }
        expectCanonical(codec, bytes);
      }),
    );
  });
}

function expectDamageIsNoticed<T>(codec: Codec<T>, good: Uint8Array): void {
  expect(decode(codec, Uint8Array.of(...good, 0)).ok).toBe(false);
  const step = Math.max(1, Math.floor(good.length / PLACES));
  for (let at = 0; at < good.length; at += step) {
    expect(decode(codec, good.subarray(0, at)).ok).toBe(false);
    for (let bit = 0; bit < 8; bit++) {
      const flipped = good.slice();
      flipped[at]! ^= 1 << bit;
      expectCanonical(codec, flipped);
    }
  }
}
