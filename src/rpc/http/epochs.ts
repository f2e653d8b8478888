/**
 * `/v1/epochs`: an epoch by its number, or the one that goes on.
 *
 * @module
 */
import { Hono } from "hono";

import { present } from "../../base/assert.ts";
import { ok, type Result } from "../../base/result.ts";
import { currentEpoch } from "../../ledger/readers.ts";
import { formatDigest } from "../../types/text.ts";
import { type EpochView, epochView } from "../../wire/json/epoch.ts";
import { parseU64 } from "../../wire/json/primitives.ts";
import type { EpochRecord, LedgerReader } from "../reader.ts";
import { readPath } from "./input.ts";
import type { HttpEnv } from "./ports.ts";
import { notFound } from "./problem.ts";
import { LIVE, respond } from "./respond.ts";

/** `GET /v1/epochs/{number or latest}`. */
export function epochRoutes(reader: LedgerReader): Hono<HttpEnv> {
  return new Hono<HttpEnv>().get("/:epoch", (context) => {
    const number = readPath(context, "epoch", parseName);
    const record = reader.epoch(number ?? present(currentEpoch(reader), "the epoch").epoch);
    if (record === undefined) throw notFound("epoch", context.req.param("epoch"));
    const isOver = number !== undefined && record.lastCheckpoint !== undefined;
    const tag = `${formatDigest(reader.chainId)}-${record.epoch}`;
    return respond(context, epochView, viewEpoch(record), isOver ? { kind: "OfChain", tag } : LIVE);
  });
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
