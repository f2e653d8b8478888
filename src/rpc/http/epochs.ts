/**
 * `/v1/epochs`: an epoch by its number, or the one that goes on.
 *
 * @module
 */
import { present } from "../../base/assert.ts";
import { ok, type Result } from "../../base/result.ts";
import { currentEpoch } from "../../ledger/readers.ts";
import { formatDigest } from "../../types/text.ts";
import { type EpochView, epochView } from "../../wire/json/epoch.ts";
import { parseU64 } from "../../wire/json/primitives.ts";
import type { EpochRecord, LedgerReader } from "../reader.ts";
import { notFound } from "./problem.ts";
import { LIVE } from "./respond.ts";
import { json, parsed, type Route, route } from "./route.ts";

/** `GET /v1/epochs/{number or latest}`. */
export function epochRoutes(reader: LedgerReader): readonly Route[] {
  return [
    route(
      {
        id: "getEpoch",
        tag: "Chain",
        method: "GET",
        path: "/v1/epochs/{epoch}",
        summary: "An epoch, or the one that goes on",
        params: { epoch: parsed(parseName, "A number or `latest`") },
        answer: json(epochView, "The epoch"),
        isCached: true,
        problems: [404],
      },
      ({ params: { epoch: number }, reply }) => {
        const record = reader.epoch(number ?? present(currentEpoch(reader), "the epoch").epoch);
        if (record === undefined) throw notFound("epoch", `${number}`);
        const isOver = number !== undefined && record.lastCheckpoint !== undefined;
        const tag = `${formatDigest(reader.chainId)}-${record.epoch}`;
        return reply(viewEpoch(record), isOver ? { kind: "OfChain", tag } : LIVE);
      },
    ),
  ];
}

function parseName(text: string): Result<bigint | undefined, string> {
  return text === "latest" ? ok(undefined) : parseU64(text);
}

function viewEpoch(record: EpochRecord): EpochView {
  return {
    epoch: record.epoch,
    start_timestamp_ms: record.startMs,
    end_timestamp_ms: record.endMs,
    first_checkpoint: record.firstCheckpoint,
    last_checkpoint: record.lastCheckpoint,
    protocol_version: record.protocolVersion,
    committee: record.committee.members,
  };
}
