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
import { cachingHeaders, isKnown, type Lifetime, send } from "./respond.ts";

/** Answers `GET` or `HEAD` with a stored blob; the name in the path may be another's. */
export async function streamBlob(
  context: Context<HttpEnv>,
  { store }: BlobPorts,
  { checksum, sizeBytes }: BlobInfo,
  lifetime: Lifetime["kind"] = "Immutable",
): Promise<Response> {
  const tag = formatDigest(toDigest(checksum));
  const caching = { ...cachingHeaders({ kind: lifetime, tag }), "accept-ranges": "bytes" };
  if (isKnown(context, caching)) return send(context, null, { status: 304, headers: caching });
  const range = parseRange(rangeHeader(context, tag), sizeBytes);
  if (range === "unsatisfiable") throw unsatisfiable(sizeBytes);
  const { start, end } = range ?? { start: 0, end: sizeBytes };
  const headers = {
    ...caching,
    "content-type": "application/octet-stream",
    // Anybody may store anything: no browser is to take it for a page of this node.
    "x-content-type-options": "nosniff",
    "content-length": `${end - start}`,
    ...(range && { "content-range": contentRange(range, sizeBytes) }),
  };
  const status = range === undefined ? 200 : 206;
  if (context.req.method === "HEAD") return send(context, null, { status, headers });
  const stream = await store.read(checksum, range);
  if (stream === undefined) throw notFound("blob", tag);
  return send(context, stream, { status, headers });
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
