/**
 * How values become columns and back: hex strings are stored as their bytes, and a u64 that sorts
 * as 8 big-endian bytes.
 *
 * @module
 */
import { assert } from "../base/assert.ts";
import { isU64 } from "../base/u64.ts";
import { PAGE_ROWS_MAX } from "./store.ts";

const U64_BYTES = 8;

/** The column of a u64 that sorts. */
export function orderedU64(value: bigint): Uint8Array {
  assert(isU64(value), "an ordered column is a u64");
  const column = new Uint8Array(U64_BYTES);
  new DataView(column.buffer).setBigUint64(0, value);
  return column;
}

/** The u64 in a column that sorts. */
export function fromOrderedU64(column: Uint8Array): bigint {
  assert(column.length === U64_BYTES, "an ordered column has eight bytes");
  return new DataView(column.buffer, column.byteOffset, U64_BYTES).getBigUint64(0);
}

/** The column of an id, digest or address. */
export function hexColumn(hex: string): Uint8Array {
  return Uint8Array.fromHex(hex);
}

/** The column of an id that may be missing. */
export function optionalHexColumn(hex: string | undefined): Uint8Array | null {
  return hex === undefined ? null : hexColumn(hex);
}

/** Asserts that a caller asks for a page and not for everything. */
export function pageLimit(limit: number): number {
  assert(Number.isInteger(limit) && limit >= 0 && limit <= PAGE_ROWS_MAX, "a page has a limit");
  return limit;
}
