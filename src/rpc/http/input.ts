/**
 * What a request says, read strictly: every parameter is known, given once and well-formed, and a
 * body has its media type and its limit. A fault names its field.
 *
 * @module
 */
import type { Context } from "hono";

import { concatBytes, fromUtf8 } from "../../base/bytes.ts";
import type { Result } from "../../base/result.ts";
import { decodeView, type View } from "../../wire/json/view.ts";
import type { HttpEnv } from "./ports.ts";
import { badRequest, RpcError } from "./problem.ts";

const JSON_TYPE = "application/json";
const CONTENT_LENGTH = /^[0-9]{1,15}$/;

/** A part of the path. */
export function readPath<T>(
  context: Context<HttpEnv>,
  field: string,
  parse: (text: string) => Result<T, string>,
): T {
  const parsed = parse(context.req.param(field) ?? "");
  if (parsed.ok) return parsed.value;
  throw badRequest([{ field, reason: parsed.error }]);
}

/** The query; `view` is of an object of texts and refuses fields that it does not know. */
export function readQuery<T>(context: Context<HttpEnv>, view: View<T>): T {
  const fields: Record<string, string> = {};
  for (const [field, values] of Object.entries(context.req.queries())) {
    const [value = "", ...others] = values;
    if (others.length > 0) throw badRequest([{ field, reason: "is given more than once" }]);
    fields[field] = value;
  }
  const decoded = decodeView(view, fields);
  if (decoded.ok) return decoded.value;
  throw badRequest(decoded.error);
}

/** The JSON body. */
export async function readJson<T>(
  context: Context<HttpEnv>,
  view: View<T>,
  bytesMax: number,
): Promise<T> {
  const type = context.req.header("content-type") ?? "";
  if (type.split(";", 1)[0]?.trim().toLowerCase() !== JSON_TYPE) {
    throw new RpcError(415, "media_type_unsupported", `the body must be ${JSON_TYPE}`);
  }
  const text = fromUtf8(await readBody(context, bytesMax));
  const decoded = decodeView(view, text === undefined ? undefined : parseJson(text));
  if (decoded.ok) return decoded.value;
  const faults = decoded.error;
  throw badRequest(faults.map(({ field, reason }) => ({ field: field || "body", reason })));
}

/** How many bytes the request says its body has. */
export function contentLength(context: Context<HttpEnv>): number | undefined {
  const header = context.req.header("content-length");
  if (header === undefined) return undefined;
  if (CONTENT_LENGTH.test(header)) return Number(header);
  throw badRequest([{ field: "content-length", reason: "is not a number of bytes" }]);
}

/** That a body is larger than what is taken here. */
export function tooLarge(bytesMax: number): RpcError {
  return new RpcError(413, "body_too_large", `a body here has at most ${bytesMax} bytes`);
}

async function readBody(context: Context<HttpEnv>, bytesMax: number): Promise<Uint8Array> {
  if ((contentLength(context) ?? 0) > bytesMax) throw tooLarge(bytesMax);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of context.req.raw.body ?? []) {
    size += chunk.length;
    if (size > bytesMax) throw tooLarge(bytesMax);
    chunks.push(chunk);
  }
  return concatBytes(...chunks);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
    throw new RpcError(400, "json_invalid", "the body is not JSON");
  }
}
