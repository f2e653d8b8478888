/**
 * Cursors: where a list of the ledger goes on, as text. Surfaces seal it with the name of the list
 * before a client sees it; it may come back changed all the same, so every part is checked.
 *
 * @module
 */
import { SomaError } from "../base/errors.ts";
import { isU64 } from "../base/u64.ts";
import type { OwnedCursor, RankCursor } from "../storage/store.ts";

const OWNED = /^([A-Za-z]{1,32}) ([0-9]{1,20}) ([0-9a-f]{64})$/;
const RANK = /^([0-9]{1,20}) ([0-9a-f]{64})$/;
const SEQUENCE = /^[0-9]{1,20}$/;

/** The cursor after a row of a list of owned objects. */
export function ownedCursor({ type, rank, id }: OwnedCursor): string {
  return `${type} ${rank} ${id}`;
}

/** The place that a cursor of a list of owned objects names. */
export function parseOwnedCursor(cursor: string): OwnedCursor {
  const [, type = "", rank = "", id = ""] = partsOf(OWNED, cursor);
  return { type, rank: numberOf(rank), id };
}

/** The cursor after a row of a list that is sorted by rank. */
export function rankCursor({ rank, id }: RankCursor): string {
  return `${rank} ${id}`;
}

/** The place that a cursor of a list sorted by rank names. */
export function parseRankCursor(cursor: string): RankCursor {
  const [, rank = "", id = ""] = partsOf(RANK, cursor);
  return { rank: numberOf(rank), id };
}

/** The cursor after a transaction. */
export function sequenceCursor(sequence: bigint): string {
  return `${sequence}`;
}

/** The transaction that a cursor names. */
export function parseSequenceCursor(cursor: string): bigint {
  const [sequence] = partsOf(SEQUENCE, cursor);
  return numberOf(sequence);
}

function partsOf(form: RegExp, cursor: string): RegExpExecArray {
  return form.exec(cursor) ?? refuse();
}

function numberOf(digits: string): bigint {
  const value = BigInt(digits);
  return isU64(value) ? value : refuse();
}

function refuse(): never {
  throw new SomaError("cursor_invalid", "the cursor is not one that this list gave", {
    hint: "start the list again without a cursor",
  });
}
