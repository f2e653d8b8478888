/**
 * Random values made fit for JSON: what goes as a number stays within whole numbers, −0 becomes
 * 0, and fields that are absent are left out.
 *
 * @module
 */
import { assert } from "../../../src/base/assert.ts";

/** Fields that are JSON numbers: epochs, counts and rates. */
const COUNTS =
  /(?:^|_)(?:epoch|rate|bps|ppm|power|count|dim|hits|target|base_fees|changes|api_version)$/;
/** Fields whose names look so and that are decimal text. */
const TEXTS = /^(?:target_epoch_fee_collection|submission_bond_per_byte)$/;

/** The value with every part that JSON cannot carry made into one that it can. */
export function fit<T>(value: T): T {
  // Every branch keeps the shape of what it is given.
  return fitPart(value, "") as T;
}

function fitPart(value: unknown, field: string): unknown {
  if (typeof value === "bigint") return isCount(field) ? BigInt.asUintN(53, value) : value;
  if (typeof value === "number") return value === 0 ? 0 : value;
  if (value instanceof Float32Array) return value.map((one) => (one === 0 ? 0 : one));
  if (value instanceof Uint8Array || value instanceof Set) return value;
  if (Array.isArray(value)) return value.map((one) => fitPart(one, field));
  if (typeof value !== "object" || value === null) return value;
  assert(!(value instanceof Map), "no view has a map");
  const fields = Object.entries(value).map(([name, part]) => [name, fitPart(part, name)]);
  return Object.fromEntries(fields.filter(([, part]) => part !== undefined));
}

function isCount(field: string): boolean {
  return COUNTS.test(field) && !TEXTS.test(field);
}
