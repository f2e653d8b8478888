/**
 * Pages of lists. A cursor names the list that gave it, filters included, so that it is not taken
 * for that of another; clients see opaque text.
 *
 * @module
 */
import { z } from "zod";

import { err, ok, type Result } from "../../base/result.ts";
import type { PageView } from "../../wire/json/page.ts";
import { textView } from "../../wire/json/primitives.ts";
import type { View } from "../../wire/json/view.ts";
import { openCursor, sealCursor } from "../cursor.ts";
import type { ListPage, PageRequest } from "../reader.ts";
import { badRequest } from "./problem.ts";

/** Which page a query asks for. */
export type PageQuery = {
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
};

/** Rows of a page unless a query says otherwise. */
const LIMIT_DEFAULT = 50;
const LIMIT_MAX = 1_000;
const LIMIT_FORM = /^[1-9][0-9]{0,3}$/;
const CURSOR_CHARACTERS_MAX = 1_024;

/** The fields of a query that ask for a page. */
export const pageQuery: {
  readonly limit: z.ZodOptional<View<number>>;
  readonly cursor: z.ZodOptional<z.ZodString>;
} = {
  limit: textView(parseLimit, String, { description: `1 to ${LIMIT_MAX}` }).optional(),
  cursor: z.string().max(CURSOR_CHARACTERS_MAX, "is too long").optional(),
};

/** The page of the list called `name` that a query asks for. */
export function pageRequest(
  name: string,
  { limit = LIMIT_DEFAULT, cursor }: PageQuery,
): PageRequest {
  if (cursor === undefined) return { after: undefined, limit };
  const inner = openText(name, cursor);
  if (inner !== undefined) return { after: inner, limit };
  const reason = "is not one that this list gave; start again without it";
  throw badRequest([{ field: "cursor", reason }]);
}

/** A page as clients get it. */
export function viewPage<T, V>(
  name: string,
  { items, next }: ListPage<T>,
  view: (item: T) => V,
): PageView<V> {
  return {
    data: items.map(view),
    next_cursor:
      next === undefined
        ? null
        : sealCursor(name, next).toBase64({ alphabet: "base64url", omitPadding: true }),
  };
}

function parseLimit(text: string): Result<number, string> {
  const limit = LIMIT_FORM.test(text) ? Number(text) : 0;
  return limit >= 1 && limit <= LIMIT_MAX
    ? ok(limit)
    : err(`a whole number from 1 to ${LIMIT_MAX} expected`);
}

function openText(name: string, cursor: string): string | undefined {
  try {
    return openCursor(name, Uint8Array.fromBase64(cursor, { alphabet: "base64url" }));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
