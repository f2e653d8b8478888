/**
 * `/data/{target_id}` and `/model/{model_id}`: the file that won a target, and the encrypted
 * weights of a model, by the names of the ledger.
 *
 * @module
 */
import { type Context, Hono } from "hono";

import { findModel } from "../../ledger/readers.ts";
import type { Manifest } from "../../types/manifest.ts";
import { formatObjectId, parseObjectId } from "../../types/text.ts";
import { viewModel } from "../../wire/json/model.ts";
import { readPath } from "./input.ts";
import type { HttpEnv, HttpPorts } from "./ports.ts";
import { notFound } from "./problem.ts";
import { streamBlob } from "./stream-blob.ts";

/** `GET /data/{id}`. */
export function dataRoutes(ports: HttpPorts): Hono<HttpEnv> {
  return new Hono<HttpEnv>().get("/:id", (context) => {
    const id = readPath(context, "id", parseObjectId);
    const content = ports.reader.find(id)?.content;
    if (content?.kind !== "Target") throw notFound("target", formatObjectId(id));
    const manifest = content.winning_data_manifest;
    if (manifest === undefined) throw notFound("data", `of target ${formatObjectId(id)} yet`);
    return sendFile(context, ports, manifest);
  });
}

/** `GET /model/{id}`. */
export function weightRoutes(ports: HttpPorts): Hono<HttpEnv> {
  return new Hono<HttpEnv>().get("/:id", (context) => {
    const id = readPath(context, "id", parseObjectId);
    const model = findModel(ports.reader, id);
    if (model === undefined) throw notFound("model", formatObjectId(id));
    const { manifest } = viewModel(id, model);
    if (manifest === undefined) throw notFound("weights", `of model ${formatObjectId(id)} yet`);
    return sendFile(context, ports, manifest);
  });
}

async function sendFile(
  context: Context<HttpEnv>,
  { blobs }: HttpPorts,
  { url, metadata }: Manifest,
): Promise<Response> {
  const { checksum } = metadata;
  const named = { checksum, sizeBytes: Number(metadata.size), url };
  const blob =
    (await blobs.store.find(checksum)) ?? (await blobs.fetch?.(named, context.req.raw.signal));
  if (blob === undefined) throw notFound("file", `at this node; its owner hosts it at ${url}`);
  return streamBlob(context, blobs, blob, "OfChain");
}
