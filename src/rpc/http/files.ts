/**
 * `/data/{target_id}` and `/model/{model_id}`: the file that won a target, and the encrypted
 * weights of a model, by the names of the ledger.
 *
 * @module
 */
import type { Context } from "hono";

import { findModel } from "../../ledger/readers.ts";
import type { Manifest } from "../../types/manifest.ts";
import { formatObjectId } from "../../types/text.ts";
import { viewModel } from "../../wire/json/model.ts";
import { objectId } from "../../wire/json/primitives.ts";
import type { HttpEnv, HttpPorts } from "./ports.ts";
import { notFound } from "./problem.ts";
import { type Route, route } from "./route.ts";
import { streamBlob } from "./stream-blob.ts";

const ofLedger = {
  tag: "Blobs",
  method: "GET",
  params: { id: objectId },
  answer: { type: "application/octet-stream", description: "The file" },
  ignoresQuery: true,
  isCached: true,
  problems: [404, 416, 502],
} as const;

/** `GET /data/{id}` and `GET /model/{id}`. */
export function fileRoutes(ports: HttpPorts): readonly Route[] {
  return [dataRoute(ports), weightRoute(ports)];
}

function dataRoute(ports: HttpPorts): Route {
  return route(
    {
      ...ofLedger,
      id: "getWinningData",
      path: "/data/{id}",
      summary: "The file that won a target",
    },
    ({ context, params: { id } }) => {
      const content = ports.reader.find(id)?.content;
      if (content?.kind !== "Target") throw notFound("target", formatObjectId(id));
      const manifest = content.winning_data_manifest;
      if (manifest === undefined) throw notFound("data", `of target ${formatObjectId(id)} yet`);
      return sendFile(context, ports, manifest);
    },
  );
}

function weightRoute(ports: HttpPorts): Route {
  return route(
    {
      ...ofLedger,
      id: "getWeights",
      path: "/model/{id}",
      summary: "The weights of a model, encrypted by the key that the model shows",
    },
    ({ context, params: { id } }) => {
      const model = findModel(ports.reader, id);
      if (model === undefined) throw notFound("model", formatObjectId(id));
      const { manifest } = viewModel(id, model);
      if (manifest === undefined) throw notFound("weights", `of model ${formatObjectId(id)} yet`);
      return sendFile(context, ports, manifest);
    },
  );
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
