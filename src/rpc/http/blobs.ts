/**
 * `/v1/blobs`: files by their checksum. What is stored under a name is what hashes to it: an upload
 * is hashed while it streams and kept only if it fits, so uploading twice is harmless, and an
 * answer may be cached for ever.
 *
 * @module
 */
import type { Context } from "hono";

import { err, ok, type Result } from "../../base/result.ts";
import type { BlobInfo } from "../../blobs/store.ts";
import { type Digest, toDigest } from "../../types/address.ts";
import { formatDigest, parseDigest } from "../../types/text.ts";
import { type BlobView, blobView } from "../../wire/json/blob.ts";
import { timedBody } from "../../wire/timed-body.ts";
import { contentLength, tooLarge } from "./input.ts";
import type { BlobPorts, HttpEnv } from "./ports.ts";
import { badRequest, notFound } from "./problem.ts";
import { LIVE } from "./respond.ts";
import { json, parsed, type Route, route } from "./route.ts";
import { streamBlob } from "./stream-blob.ts";

const HEX_FORM = /^(?:0x)?([0-9a-fA-F]{64})$/;

const anyChecksum = parsed(parseChecksum, "64 hex digits or Base58");
const BYTES = "application/octet-stream";

/** `GET`, `HEAD` and `PUT /v1/blobs/{checksum}`. */
export function blobRoutes(blobs: BlobPorts): readonly Route[] {
  return [getRoute(blobs), putRoute(blobs)];
}

function getRoute(blobs: BlobPorts): Route {
  return route(
    {
      id: "getBlob",
      tag: "Blobs",
      method: "GET",
      path: "/v1/blobs/{checksum}",
      summary: "A file by its checksum, or the range of it that is asked for",
      params: { checksum: anyChecksum },
      ignoresQuery: true,
      answer: { type: BYTES, description: "The file" },
      isCached: true,
      problems: [404, 416],
    },
    async ({ context, params: { checksum } }) => {
      const blob = await blobs.store.find(checksum);
      if (blob === undefined) throw notFound("blob", formatDigest(checksum));
      return streamBlob(context, blobs, blob);
    },
  );
}

function putRoute(blobs: BlobPorts): Route {
  return route(
    {
      id: "putBlob",
      tag: "Blobs",
      method: "PUT",
      path: "/v1/blobs/{checksum}",
      summary: "Stores a file under its checksum; storing it again changes nothing",
      params: { checksum: anyChecksum },
      body: { type: BYTES, description: "The file", bytesMax: blobs.bytesMax },
      answer: json(blobView, "It is stored"),
      status: 201,
      problems: [413, 507],
    },
    async ({ context, params: { checksum }, reply }) => {
      const known = await blobs.store.find(checksum);
      if (known !== undefined) return reply(viewKnown(context, known));
      const { sizeBytes } = await receive(context, blobs, checksum);
      const headers = { location: `/v1/blobs/${checksum}` };
      return reply({ checksum, size: BigInt(sizeBytes) }, LIVE, { status: 201, headers });
    },
  );
}

/** The checksum in 64 hex digits or Base58. */
function parseChecksum(text: string): Result<Digest, string> {
  const hex = HEX_FORM.exec(text)?.[1];
  if (hex !== undefined) return ok(toDigest(hex.toLowerCase()));
  const digest = parseDigest(text);
  return digest.ok ? digest : err("a checksum of 64 hex digits, or in Base58, expected");
}

// The bytes that come again are not looked at: what is there is right.
function viewKnown(context: Context<HttpEnv>, { checksum, sizeBytes }: BlobInfo): BlobView {
  const promised = contentLength(context);
  if (promised !== undefined && promised !== sizeBytes) {
    const reason = `is ${promised}; the blob of this checksum has ${sizeBytes} bytes`;
    throw badRequest([{ field: "content-length", reason }]);
  }
  return { checksum: toDigest(checksum), size: BigInt(sizeBytes) };
}

async function receive(
  context: Context<HttpEnv>,
  { store, bytesMax }: BlobPorts,
  checksum: Digest,
): Promise<BlobInfo> {
  const sizeBytes = contentLength(context);
  if ((sizeBytes ?? 0) > bytesMax) throw tooLarge(bytesMax);
  const source = timedBody(context.req.raw.body, context.env?.patience);
  const bounds = { bytesMax, checksum, ...(sizeBytes === undefined ? {} : { sizeBytes }) };
  return store.write(source, bounds);
}
