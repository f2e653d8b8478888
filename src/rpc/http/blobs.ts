/**
 * `/v1/blobs`: files by their checksum. What is stored under a name is what hashes to it: an upload
 * is hashed while it streams and kept only if it fits, so uploading twice is harmless, and an
 * answer may be cached for ever.
 *
 * @module
 */
import { type Context, Hono } from "hono";

import { err, ok, type Result } from "../../base/result.ts";
import type { BlobInfo } from "../../blobs/store.ts";
import { type Digest, toDigest } from "../../types/address.ts";
import { formatDigest, parseDigest } from "../../types/text.ts";
import { blobView } from "../../wire/json/blob.ts";
import { contentLength, readPath, tooLarge } from "./input.ts";
import type { BlobPorts, HttpEnv } from "./ports.ts";
import { badRequest, notFound } from "./problem.ts";
import { respond } from "./respond.ts";
import { streamBlob } from "./stream-blob.ts";

const HEX_FORM = /^(?:0x)?([0-9a-fA-F]{64})$/;

/** `GET`, `HEAD` and `PUT /v1/blobs/{checksum}`. */
export function blobRoutes(blobs: BlobPorts): Hono<HttpEnv> {
  return new Hono<HttpEnv>()
    .get("/:checksum", async (context) => {
      const checksum = readChecksum(context);
      const blob = await blobs.store.find(checksum);
      if (blob === undefined) throw notFound("blob", formatDigest(checksum));
      return streamBlob(context, blobs, blob);
    })
    .put("/:checksum", async (context) => {
      const checksum = readChecksum(context);
      const known = await blobs.store.find(checksum);
      if (known !== undefined) return answerKnown(context, known);
      const { sizeBytes } = await receive(context, blobs, checksum);
      context.header("location", `/v1/blobs/${checksum}`);
      context.status(201);
      return respond(context, blobView, { checksum, size: BigInt(sizeBytes) });
    });
}

/** The checksum in 64 hex digits or Base58. */
export function parseChecksum(text: string): Result<Digest, string> {
  const hex = HEX_FORM.exec(text)?.[1];
  if (hex !== undefined) return ok(toDigest(hex.toLowerCase()));
  const digest = parseDigest(text);
  return digest.ok ? digest : err("a checksum of 64 hex digits, or in Base58, expected");
}

function readChecksum(context: Context<HttpEnv>): Digest {
  return readPath(context, "checksum", parseChecksum);
}

// The bytes that come again are not looked at: what is there is right.
function answerKnown(context: Context<HttpEnv>, { checksum, sizeBytes }: BlobInfo): Response {
  const promised = contentLength(context);
  if (promised !== undefined && promised !== sizeBytes) {
    const reason = `is ${promised}; the blob of this checksum has ${sizeBytes} bytes`;
    throw badRequest([{ field: "content-length", reason }]);
  }
  return respond(context, blobView, { checksum: toDigest(checksum), size: BigInt(sizeBytes) });
}

async function receive(
  context: Context<HttpEnv>,
  { store, bytesMax }: BlobPorts,
  checksum: Digest,
): Promise<BlobInfo> {
  const sizeBytes = contentLength(context);
  if ((sizeBytes ?? 0) > bytesMax) throw tooLarge(bytesMax);
  const source = context.req.raw.body ?? new Blob([]).stream();
  const bounds = { bytesMax, checksum, ...(sizeBytes === undefined ? {} : { sizeBytes }) };
  return store.write(source, bounds);
}
