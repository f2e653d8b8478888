/**
 * Cursors of lists. A cursor names the list that gave it, filters included, so that it is not taken
 * for that of another; to clients it is opaque.
 *
 * @module
 */
import { concatBytes, equalBytes, fromUtf8, utf8 } from "../base/bytes.ts";
import { blake2b256 } from "../crypto/digest.ts";

const NAME_BYTES = 8;

/** The cursor of the list called `name` around the place `inner`. */
export function sealCursor(name: string, inner: string): Uint8Array {
  return concatBytes(nameBytes(name), utf8(inner));
}

/** The place in a cursor of the list called `name`; `undefined` when it is another's. */
export function openCursor(name: string, cursor: Uint8Array): string | undefined {
  if (!equalBytes(cursor.subarray(0, NAME_BYTES), nameBytes(name))) return undefined;
  return fromUtf8(cursor.subarray(NAME_BYTES));
}

function nameBytes(name: string): Uint8Array {
  return blake2b256(utf8(name)).subarray(0, NAME_BYTES);
}
