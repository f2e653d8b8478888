/**
 * Cursors: where a list goes on, as a text that means nothing to clients. It names the kind of its
 * list, so that the cursor of one is not taken for that of another.
 *
 * @module
 */
import { SomaError } from "../base/errors.ts";
import { isU64 } from "../base/u64.ts";
import type { OwnedCursor, RankCursor } from "../storage/store.ts";

/** The kinds of lists. */
export type ListKind = "owned" | "targets" | "models" | "transactions";

const SEPARATOR = ":";
const CURSOR_CHARACTERS_MAX = 256;
const NUMBER = /^(?:0|[1-9][0-9]{0,19})$/;
const ID = /^[0-9a-f]{64}$/;
const TYPE = /^[A-Za-z]{1,32}$/;

/** The cursor after a row of a list of owned objects. */
export function ownedCursor({ type, rank, id }: OwnedCursor): string {
  return encodeCursor("owned", type, `${rank}`, id);
}

/** The place that a cursor of a list of owned objects names. */
export function parseOwnedCursor(cursor: string): OwnedCursor {
  const [type = "", ...place] = decodeCursor("owned", cursor, 3);
  if (!TYPE.test(type)) throw invalidCursor();
  return { type, ...rankOf(place) };
}

/** The cursor after a row of a list that is sorted by rank. */
export function rankCursor(kind: ListKind, { rank, id }: RankCursor): string {
  return encodeCursor(kind, `${rank}`, id);
}

/** The place that a cursor of a list sorted by rank names. */
export function parseRankCursor(kind: ListKind, cursor: string): RankCursor {
  return rankOf(decodeCursor(kind, cursor, 2));
}

/** The cursor after a transaction. */
export function sequenceCursor(sequence: bigint): string {
  return encodeCursor("transactions", `${sequence}`);
}

/** The transaction that a cursor names. */
export function parseSequenceCursor(cursor: string): bigint {
  const [sequence = ""] = decodeCursor("transactions", cursor, 1);
  return numberOf(sequence);
}

function encodeCursor(kind: ListKind, ...parts: readonly string[]): string {
  return Buffer.from([kind, ...parts].join(SEPARATOR)).toString("base64url");
}

function decodeCursor(kind: ListKind, cursor: string, count: number): readonly string[] {
  if (cursor.length > CURSOR_CHARACTERS_MAX) throw invalidCursor();
  const text = Buffer.from(cursor, "base64url").toString("latin1");
  const [of, ...parts] = text.split(SEPARATOR);
  if (of !== kind || parts.length !== count) throw invalidCursor();
  return parts;
}

function rankOf([rank = "", id = ""]: readonly string[]): RankCursor {
  if (!ID.test(id)) throw invalidCursor();
  return { rank: numberOf(rank), id };
}

function numberOf(text: string): bigint {
  const value = NUMBER.test(text) ? BigInt(text) : -1n;
  if (!isU64(value)) throw invalidCursor();
  return value;
}

function invalidCursor(): SomaError {
  return new SomaError("cursor_invalid", "the cursor is not one that this list gave", {
    hint: "start the list again without a cursor",
  });
}
