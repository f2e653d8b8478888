/**
 * Unsigned 64-bit arithmetic on `bigint`. A result out of range is a failed assertion: our own
 * rules exclude it.
 *
 * @module
 */
import { AssertionError } from "./assert.ts";

/** The largest unsigned 64-bit integer. */
export const U64_MAX = 0xffff_ffff_ffff_ffffn;

/** An amount left the range that our own rules keep it in. */
export class RangeFault extends AssertionError {}

/** Whether `value` fits in 64 unsigned bits. */
export function isU64(value: bigint): boolean {
  return value >= 0n && value <= U64_MAX;
}

/** left + right, asserted to fit. */
export function addU64(left: bigint, right: bigint): bigint {
  const sum = left + right;
  if (!isU64(sum)) throw new RangeFault("sum fits in u64");
  return sum;
}

/** left − right, asserted not to be negative. */
export function subU64(left: bigint, right: bigint): bigint {
  if (left < right) throw new RangeFault("difference is not negative");
  return left - right;
}

/** ⌊value × numerator ÷ denominator⌋ without intermediate overflow. */
export function mulDiv(value: bigint, numerator: bigint, denominator: bigint): bigint {
  if (denominator <= 0n) throw new RangeFault("denominator is positive");
  return (value * numerator) / denominator;
}

/** The smaller of two integers. */
export function minU64(left: bigint, right: bigint): bigint {
  return left < right ? left : right;
}

/** The larger of two integers. */
export function maxU64(left: bigint, right: bigint): bigint {
  return left > right ? left : right;
}
