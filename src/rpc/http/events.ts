/**
 * `/v1/events`: every checkpoint as it becomes final, as server-sent events. The id of an event is
 * the number of its checkpoint, so that a client that comes back goes on where it was.
 *
 * @module
 */
import { type Context, Hono } from "hono";
import { z } from "zod";

import { utf8 } from "../../base/bytes.ts";
import type { CheckpointBundle } from "../../types/bundle.ts";
import { checkpointView, viewCheckpoint } from "../../wire/json/checkpoint.ts";
import { parseU64, u64 } from "../../wire/json/primitives.ts";
import { encodeView, type View } from "../../wire/json/view.ts";
import { CheckpointLog } from "../checkpoint-log.ts";
import { readQuery } from "./input.ts";
import type { HttpEnv, HttpPorts } from "./ports.ts";
import { badRequest, unavailable } from "./problem.ts";
import { subscribe } from "./subscriber.ts";

/** Clients that listen at once. */
const SUBSCRIBERS_MAX = 1_024;
/** A client that takes nothing for so long is gone. */
const SILENCE_SECONDS = 120;

const eventsQuery: View<{ readonly from?: bigint | undefined }> = z.strictObject({
  from: u64.optional(),
});

/** `GET /v1/events`. */
export function eventRoutes(ports: HttpPorts): Hono<HttpEnv> {
  const log = new CheckpointLog({ reader: ports.reader, feed: ports.feed, frameOf: eventOf });
  return new Hono<HttpEnv>().get("/", (context) => {
    const next = ports.reader.latest().summary.sequence_number + 1n;
    const from = readStart(context) ?? next;
    if (from > next) {
      throw badRequest([{ field: "from", reason: `is above the next checkpoint, ${next}` }]);
    }
    if (log.listening >= SUBSCRIBERS_MAX) {
      throw unavailable("too_many_subscribers", "too many clients listen at the moment");
    }
    context.header("content-type", "text/event-stream");
    context.header("cache-control", "no-store");
    if (context.req.method === "HEAD") return context.body(null, 200);
    context.env?.allowSilence?.(SILENCE_SECONDS);
    return context.body(subscribe(log, from, from < next), 200);
  });
}

// A browser that reconnects says what it had last; otherwise the query says where to begin.
function readStart(context: Context<HttpEnv>): bigint | undefined {
  const { from } = readQuery(context, eventsQuery);
  const header = context.req.header("last-event-id");
  if (header === undefined || header === "") return from;
  const last = parseU64(header);
  if (last.ok) return last.value + 1n;
  throw badRequest([{ field: "last-event-id", reason: last.error }]);
}

/** A checkpoint as a server-sent event. */
export function eventOf(bundle: CheckpointBundle): Uint8Array {
  const data = JSON.stringify(encodeView(checkpointView, viewCheckpoint(bundle)));
  const { sequence_number: id } = bundle.summary;
  return utf8(`id: ${id}\nevent: checkpoint\ndata: ${data}\n\n`);
}
