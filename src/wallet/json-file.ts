/**
 * A JSON file of the wallet against its schema. A file that does not fit is named and left alone:
 * nothing of ours overwrites what it cannot read.
 *
 * @module
 */
import type { z } from "zod";

import { SomaError } from "../base/errors.ts";
import { readSmallFile } from "./small-file.ts";

/** What to say about a file that does not fit. */
export type Damage = {
  readonly code: string;
  /** What the file should be: "a list of keys". */
  readonly what: string;
  readonly hint: string;
};

/** The content of the file at `path`, or `undefined` when there is none. */
export function readJsonFile<T>(path: string, schema: z.ZodType<T>, damage: Damage): T | undefined {
  const text = readSmallFile(path);
  if (text === undefined) return undefined;
  const parsed = schema.safeParse(parseJson(path, text, damage));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue === undefined ? "" : issue.path.join(".");
  throw damaged(path, damage, `${field === "" ? "" : `${field}: `}${issue?.message}`);
}

/** The error for the file at `path`. */
export function damaged(path: string, damage: Damage, reason: string, cause?: unknown): SomaError {
  const { code, what, hint } = damage;
  return new SomaError(code, `${path} is not ${what} (${reason})`, { hint, cause });
}

function parseJson(path: string, text: string, damage: Damage): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw damaged(path, damage, text.trim() === "" ? "it is empty" : "it is not JSON", error);
  }
}
