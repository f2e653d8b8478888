/**
 * Bodies, read strictly: each has its media type and its limit, and a fault names its field.
 *
 * @module
 */
import type { Context } from "hono";

import { concatBytes, fromUtf8 } from "../../base/bytes.ts";
import { err } from "../../base/result.ts";
import { parseJson } from "../../wire/json/parse.ts";
import { decodeView, type JsonFault, type View } from "../../wire/json/view.ts";
import { timedBody } from "../../wire/timed-body.ts";
import type { HttpEnv } from "./ports.ts";
import { badRequest, RpcError } from "./problem.ts";

const JSON_TYPE = "application/json";
const NO_JSON: JsonFault = { field: "", reason: "is not UTF-8" };
const CONTENT_LENGTH = /^[0-9]{1,15}$/;

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
  const parsed = text === undefined ? err(NO_JSON) : parseJson(text);
  if (!parsed.ok && parsed.error.field === "") {
    throw new RpcError(400, "json_invalid", "the body is not JSON");
  }
  const decoded = parsed.ok ? decodeView(view, parsed.value) : err([parsed.error]);
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
  for await (const chunk of timedBody(context.req.raw.body, context.env?.patience)) {
    size += chunk.length;
    if (size > bytesMax) throw tooLarge(bytesMax);
    chunks.push(chunk);
  }
  return concatBytes(...chunks);
}
