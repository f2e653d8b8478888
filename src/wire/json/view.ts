/**
 * Views: how values look in JSON. One schema a resource turns a value into JSON where a node
 * answers and back where a client reads, so the two cannot drift apart, and describes the JSON to
 * tools that ask for a schema. Unknown fields are ignored: a newer node may say more.
 *
 * @module
 */
import { z } from "zod";

import { err, ok, type Result } from "../../base/result.ts";
import { encoderOf } from "./encoder.ts";

/** The JSON form of `T`: the output of the schema is the value, its input the JSON. */
export type View<T> = z.ZodType<T>;

/** What is wrong with a piece of JSON: where, such as `content.balance`, and why. */
export type JsonFault = { readonly field: string; readonly reason: string };

/** The JSON of a value of ours, ready for `JSON.stringify`. */
export function encodeView<T>(view: View<T>, value: T): unknown {
  return encoderOf(view)(value);
}

/** The value in JSON from outside, or everything that is wrong with it. */
export function decodeView<T>(view: View<T>, json: unknown): Result<T, readonly JsonFault[]> {
  const decoded = z.safeDecode(view, json);
  return decoded.success ? ok(decoded.data) : err(decoded.error.issues.flatMap(faultsOf));
}

/** The value in a JSON text that a node sent, or everything that is wrong with it. */
export function decodeText<T>(view: View<T>, text: string): Result<T, readonly JsonFault[]> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return err([{ field: "", reason: "it is not JSON" }]);
  }
  return decodeView(view, json);
}

/** The faults in one line. */
export function describeFaults(faults: readonly JsonFault[]): string {
  return faults
    .map(({ field, reason }) => (field === "" ? reason : `${field}: ${reason}`))
    .join("; ");
}

/** A view whose values have another shape than the JSON that `json` describes. */
export function mappedView<J, T>(
  json: View<J>,
  decode: (json: J) => T,
  encode: (value: T) => J,
): View<T> {
  return z.codec(json, z.custom<T>(), { decode, encode });
}

function faultsOf(issue: z.core.$ZodIssue): readonly JsonFault[] {
  const path = issue.path.map(String);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ field: [...path, key].join("."), reason: "is unknown" }));
  }
  return [{ field: path.join("."), reason: issue.message }];
}
