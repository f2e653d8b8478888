/**
 * Reservations: the first transaction on an input holds it until it is settled or time passes.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { Reservations } from "../../src/node/reservations.ts";
import { toDigest, toObjectId } from "../../src/types/address.ts";
import type { ObjectRef } from "../../src/types/object.ts";

const hex = (n: number): string => n.toString(16).padStart(64, "0");
const digest = (n: number) => toDigest(hex(n));
const ref = (n: number, version: bigint = 1n): ObjectRef => ({
  object_id: toObjectId(hex(n)),
  version,
  digest: digest(n),
});

test("a second digest on a held input conflicts, the first one does not", () => {
  const reservations = new Reservations(1_000);
  reservations.reserve(digest(1), [ref(10), ref(11)], 0);
  expect(reservations.conflict(digest(1), [ref(10)])).toBeUndefined();
  expect(reservations.conflict(digest(2), [ref(12), ref(11)])).toEqual({
    input: ref(11),
    holder: digest(1),
  });
});

test("another version of the object is another input", () => {
  const reservations = new Reservations(1_000);
  reservations.reserve(digest(1), [ref(10, 1n)], 0);
  expect(reservations.conflict(digest(2), [ref(10, 2n)])).toBeUndefined();
});

test("a settled transaction frees its inputs and no others", () => {
  const reservations = new Reservations(1_000);
  reservations.reserve(digest(1), [ref(10)], 0);
  reservations.reserve(digest(2), [ref(10), ref(11)], 0);
  reservations.release(digest(2));
  expect(reservations.conflict(digest(3), [ref(10)])?.holder).toBe(digest(1));
  expect(reservations.conflict(digest(3), [ref(11)])).toBeUndefined();
});

test("holds expire, and reserving again extends them", () => {
  const reservations = new Reservations(1_000);
  reservations.reserve(digest(1), [ref(10)], 0);
  reservations.reserve(digest(1), [ref(10)], 900);
  reservations.reserve(digest(2), [ref(20)], 1_500);
  expect(reservations.conflict(digest(3), [ref(10)])?.holder).toBe(digest(1));
  reservations.reserve(digest(4), [ref(30)], 1_900);
  expect(reservations.conflict(digest(3), [ref(10)])).toBeUndefined();
  expect(reservations.size).toBe(2);
});
