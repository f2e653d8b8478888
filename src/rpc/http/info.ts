/**
 * `/`, `/health` and `/v1/info`: where to begin, whether the node answers, and what it and its
 * network are.
 *
 * @module
 */
import { present } from "../../base/assert.ts";
import { currentEpoch, currentParameters } from "../../ledger/readers.ts";
import { fullVersion } from "../../version.ts";
import {
  API_VERSION,
  healthView,
  indexView,
  type InfoView,
  infoView,
} from "../../wire/json/info.ts";
import type { HttpPorts } from "./ports.ts";
import { json, type Route, route } from "./route.ts";

/** Where whoever knows nothing of the node goes on. */
const LINKS = {
  docs: "/docs/api",
  openapi: "/openapi.json",
  info: "/v1/info",
  health: "/health",
  metrics: "/metrics",
} as const;

/** `GET /`, `GET /health` and `GET /v1/info`. */
export function infoRoutes(ports: HttpPorts): readonly Route[] {
  return [
    indexRoute(ports),
    route(
      {
        id: "getHealth",
        tag: "Node",
        method: "GET",
        path: "/health",
        summary: "Whether the node answers",
        ignoresQuery: true,
        answer: json(healthView, "It does"),
      },
      ({ reply }) => reply({ status: "ok" }),
    ),
    route(
      {
        id: "getInfo",
        tag: "Node",
        method: "GET",
        path: "/v1/info",
        summary: "What the node and its network are",
        answer: json(infoView, "The node and its network"),
      },
      ({ reply }) => reply(describe(ports)),
    ),
  ];
}

function indexRoute({ chain }: HttpPorts): Route {
  const name = "soma";
  return route(
    {
      id: "getIndex",
      tag: "Node",
      method: "GET",
      path: "/",
      summary: "Where to begin",
      ignoresQuery: true,
      answer: json(indexView, "What this is, and paths of this node that say more"),
    },
    ({ reply }) => reply({ name, version: fullVersion(), chain, links: LINKS }),
  );
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
    api_version: API_VERSION,
    server_version: fullVersion(),
  };
}
