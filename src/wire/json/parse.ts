/**
 * JSON text from outside. An object that has a name twice is refused: readers differ in which of
 * the two counts, so what one checks, another would execute.
 *
 * @module
 */
import { err, ok, type Result } from "../../base/result.ts";
import type { JsonFault } from "./view.ts";

/** Names, with the colon after them, other texts, and what opens and closes lists and objects. */
const TOKEN = /("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}[\]]/g;

/** An object or list that is open, the names it had, and the last of them. */
type Open = { readonly names: Set<string>; last: string };

/** The value of a JSON text; a fault without a field says that it is no JSON. */
export function parseJson(text: string): Result<unknown, JsonFault> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
    return err({ field: "", reason: "is not JSON" });
  }
  const repeated = findRepeated(text);
  return repeated === undefined ? ok(value) : err({ field: repeated, reason: "is there twice" });
}

/** Where a valid JSON text has a name twice in one object, such as `content.balance`. */
function findRepeated(text: string): string | undefined {
  const open: Open[] = [];
  for (const [token, name, colon] of text.matchAll(TOKEN)) {
    if (token === "{" || token === "[") open.push({ names: new Set(), last: "" });
    else if (token === "}" || token === "]") open.pop();
    else if (colon !== undefined) {
      const object = open.at(-1)!;
      object.last = String(JSON.parse(name!));
      if (object.names.has(object.last)) return pathOf(open);
      object.names.add(object.last);
    }
  }
  return undefined;
}

function pathOf(open: readonly Open[]): string {
  return open
    .map(({ last }) => last)
    .filter((name) => name !== "")
    .join(".");
}
