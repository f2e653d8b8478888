/**
 * Sends a blob: all of it or the one range that is asked for, streamed from the store.
 *
 * @module
 */
import type { Context } from "hono";

import { contentRange, parseRange } from "../../blobs/range.ts";
import type { BlobInfo } from "../../blobs/store.ts";
import { toDigest } from "../../types/address.ts";
import { formatDigest } from "../../types/text.ts";
import type { BlobPorts, HttpEnv } from "./ports.ts";
import { notFound, RpcError } from "./problem.ts";
import { isKnown, type Lifetime } from "./respond.ts";

/** Answers `GET` or `HEAD` with a stored blob; the name in the path may be another's. */
export async function streamBlob(
  context: Context<HttpEnv>,
  { store }: BlobPorts,
  { checksum, sizeBytes }: BlobInfo,
  lifetime: Lifetime["kind"] = "Immutable",
): Promise<Response> {
  const tag = formatDigest(toDigest(checksum));
  const isUnchanged = isKnown(context, { kind: lifetime, tag });
  context.header("accept-ranges", "bytes");
  if (isUnchanged) return context.body(null, 304);
  const range = parseRange(rangeHeader(context, tag), sizeBytes);
  if (range === "unsatisfiable") throw unsatisfiable(sizeBytes);
  const { start, end } = range ?? { start: 0, end: sizeBytes };
  context.header("content-type", "application/octet-stream");
  // Anybody may store anything: no browser is to take it for a page of this node.
  context.header("x-content-type-options", "nosniff");
  context.header("content-length", `${end - start}`);
  if (range !== undefined) context.header("content-range", contentRange(range, sizeBytes));
  const status = range === undefined ? 200 : 206;
  if (context.req.method === "HEAD") return context.body(null, status);
  const stream = await store.read(checksum, range);
  if (stream === undefined) throw notFound("blob", tag);
  return context.body(stream, status);
}

// RFC 9110 §13.1.5: a range of another version is not wanted.
function rangeHeader(context: Context<HttpEnv>, tag: string): string | null {
  const condition = context.req.header("if-range");
  if (condition !== undefined && condition !== `"${tag}"`) return null;
  return context.req.header("range") ?? null;
}

function unsatisfiable(sizeBytes: number): RpcError {
  return new RpcError(416, "range_unsatisfiable", `the blob has ${sizeBytes} bytes`, {
    headers: { "content-range": `bytes */${sizeBytes}` },
  });
}
