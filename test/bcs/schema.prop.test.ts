/**
 * Random schemas with random values: our bytes are those of `@mysten/bcs`, they read back, and no
 * bytes at all make the decoder throw or accept a second form of a value.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { bcs, type BcsType } from "@mysten/bcs";
import fc from "fast-check";

import {
  bool,
  bytes,
  type Codec,
  decode,
  encode,
  map,
  option,
  struct,
  tagged,
  text,
  u8,
  u16,
  u32,
  u64,
  vector,
} from "../../src/bcs/schema.ts";
import { expectCanonical } from "./strict.ts";

/** A type in both libraries, with values of it in the form of each. */
type Sample = {
  readonly ours: Codec<unknown>;
  readonly theirs: BcsType<unknown>;
  readonly values: fc.Arbitrary<readonly [ours: unknown, theirs: unknown]>;
};

/** Joins codecs of one type: the pairs that `values` gives fit them. */
function sample<A, B>(
  ours: Codec<A>,
  theirs: object,
  values: fc.Arbitrary<readonly [A, B]>,
): Sample {
  return {
    ours: { ...ours, write: (writer, value) => ours.write(writer, value as A) },
    theirs: theirs as BcsType<unknown>,
    values,
  };
}

function same<T>(values: fc.Arbitrary<T>): fc.Arbitrary<readonly [T, T]> {
  return values.map((value) => [value, value]);
}

const wellFormed = fc.string({ unit: "grapheme", maxLength: 12 });
const PRIMITIVES: readonly Sample[] = [
  sample(u8, bcs.u8(), same(fc.nat(0xff))),
  sample(u16, bcs.u16(), same(fc.nat(0xffff))),
  sample(u32, bcs.u32(), same(fc.integer({ min: 0, max: 0xffff_ffff }))),
  sample(u64, bcs.u64(), same(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }))),
  sample(bool, bcs.bool(), same(fc.boolean())),
  sample(text, bcs.string(), same(wellFormed)),
  sample(bytes, bcs.byteVector(), same(fc.uint8Array({ maxLength: 200 }))),
];

function optionOf(item: Sample): Sample {
  const some = item.values.map(([a, b]) => [a, b] as const);
  const none = fc.constant([undefined, null] as const);
  return sample(option(item.ours), bcs.option(item.theirs), fc.oneof(some, none));
}

function vectorOf(item: Sample): Sample {
  const values = fc
    .array(item.values, { maxLength: 5 })
    .map((pairs) => [pairs.map(([a]) => a), pairs.map(([, b]) => b)] as const);
  return sample(vector(item.ours), bcs.vector(item.theirs), values);
}

function mapOf(item: Sample): Sample {
  const values = fc
    .uniqueArray(fc.tuple(wellFormed, item.values), { maxLength: 6, selector: ([key]) => key })
    .map(
      (pairs) =>
        [
          new Map(pairs.map(([key, [a]]) => [key, a])),
          new Map(pairs.map(([key, [, b]]) => [key, b])),
        ] as const,
    );
  return sample(map(text, item.ours), bcs.map(bcs.string(), item.theirs), values);
}

function structOf(first: Sample, second: Sample): Sample {
  return sample(
    struct<{ a: unknown; b: unknown }>("Struct", { a: first.ours, b: second.ours }),
    bcs.struct("Struct", { a: first.theirs, b: second.theirs }),
    fc.tuple(first.values, second.values).map(([a, b]) => [
      { a: a[0], b: b[0] },
      { a: a[1], b: b[1] },
    ]),
  );
}

type Variant =
  { kind: "Left"; value: unknown } | { kind: "Right"; value: unknown } | { kind: "No" };

function variantOf(left: Sample, right: Sample): Sample {
  const inner = (item: Sample) => bcs.struct("Fields", { value: item.theirs });
  const values: fc.Arbitrary<readonly [Variant, object]> = fc.oneof(
    left.values.map(([a, b]) => [{ kind: "Left", value: a }, { Left: { value: b } }] as const),
    right.values.map(([a, b]) => [{ kind: "Right", value: a }, { Right: { value: b } }] as const),
    fc.constant([{ kind: "No" }, { No: true }] as const),
  );
  return sample(
    tagged<Variant>("Variant", {
      Left: { value: left.ours },
      Right: { value: right.ours },
      No: {},
    }),
    bcs.enum("Variant", { Left: inner(left), Right: inner(right), No: null }),
    values,
  );
}

const { schemas } = fc.letrec<{ schemas: Sample }>((tie) => ({
  schemas: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom(...PRIMITIVES),
    // An option of an option has two forms of absence; nothing of ours nests them.
    fc.constantFrom(...PRIMITIVES).map(optionOf),
    tie("schemas").map(vectorOf),
    tie("schemas").map(mapOf),
    fc.tuple(tie("schemas"), tie("schemas")).map(([a, b]) => structOf(a, b)),
    fc.tuple(tie("schemas"), tie("schemas")).map(([a, b]) => variantOf(a, b)),
  ),
}));

const samples = schemas.chain((schema) =>
  schema.values.map(([ours, theirs]) => ({ schema, ours, theirs })),
);

describe("random schemas", () => {
  test("encode as the oracle does, and read back", () => {
    fc.assert(
      fc.property(samples, ({ schema, ours, theirs }) => {
        const written = encode(schema.ours, ours);
        expect(written.toHex()).toBe(schema.theirs.serialize(theirs).toBytes().toHex());
        expect(decode(schema.ours, written)).toEqual({ ok: true, value: ours });
      }),
      { numRuns: 1000 },
    );
  });

  test("refuse every cut of their encoding and every byte too many", () => {
    fc.assert(
      fc.property(samples, fc.double({ min: 0, max: 0.999, noNaN: true }), (item, share) => {
        const { schema, ours } = item;
        const written = encode(schema.ours, ours);
        const cut = written.subarray(0, Math.floor(written.length * share));
        expect(decode(schema.ours, cut).ok).toBe(false);
        expect(decode(schema.ours, new Uint8Array([...written, 0])).ok).toBe(false);
      }),
    );
  });

  test("never throw, and accept one form of a value only", () => {
    const damaged = fc.tuple(samples, fc.nat(), fc.nat(0xff)).map(([item, at, byte]) => {
      const written = encode(item.schema.ours, item.ours);
      written[at % written.length] = byte;
      return { schema: item.schema, input: written };
    });
    const random = fc.record({ schema: schemas, input: fc.uint8Array({ maxLength: 40 }) });
    fc.assert(
      fc.property(fc.oneof(damaged, random), ({ schema, input }) => {
        expectCanonical(schema.ours, input);
      }),
      { numRuns: 1000 },
    );
  });
});
