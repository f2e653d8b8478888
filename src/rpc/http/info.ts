/**
 * `/health` and `/v1/info`: whether the node answers, and what it and its network are.
 *
 * @module
 */
import { Hono } from "hono";

import { present } from "../../base/assert.ts";
import { currentEpoch, currentParameters } from "../../ledger/readers.ts";
import { fullVersion } from "../../version.ts";
import { healthView, type InfoView, infoView } from "../../wire/json/info.ts";
import type { HttpEnv, HttpPorts } from "./ports.ts";
import { respond } from "./respond.ts";

/** `GET /health`. */
export function healthRoutes(): Hono<HttpEnv> {
  return new Hono<HttpEnv>().get("/", (context) => respond(context, healthView, { status: "ok" }));
}

/** `GET /v1/info`. */
export function infoRoutes(ports: HttpPorts): Hono<HttpEnv> {
  return new Hono<HttpEnv>().get("/", (context) => respond(context, infoView, describe(ports)));
}

function describe({ chain, reader }: HttpPorts): InfoView {
  const { summary } = reader.latest();
  const epoch = present(currentEpoch(reader), "the epoch");
  const parameters = present(currentParameters(reader), "the parameters");
  return {
    chain_id: reader.chainId,
    chain,
    epoch: epoch.epoch,
    epoch_start_timestamp_ms: epoch.start_timestamp_ms,
    epoch_duration_ms: parameters.protocol.epoch_duration_ms,
    checkpoint_height: summary.sequence_number,
    timestamp_ms: summary.timestamp_ms,
    protocol_version: parameters.protocol_version,
    server_version: fullVersion(),
  };
}
