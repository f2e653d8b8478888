/**
 * `/v1/events`: every checkpoint as it becomes final, as server-sent events. The id of an event is
 * the number of its checkpoint, so that a client that comes back goes on where it was.
 *
 * @module
 */
import type { Context } from "hono";

import { utf8 } from "../../base/bytes.ts";
import type { CheckpointBundle } from "../../types/bundle.ts";
import { checkpointView, viewCheckpoint } from "../../wire/json/checkpoint.ts";
import { parseU64, u64 } from "../../wire/json/primitives.ts";
import { encodeView } from "../../wire/json/view.ts";
import { CheckpointLog } from "../checkpoint-log.ts";
import type { LedgerReader } from "../reader.ts";
import type { HttpEnv, HttpPorts } from "./ports.ts";
import { badRequest, unavailable } from "./problem.ts";
import { cachingHeaders, LIVE, send } from "./respond.ts";
import { type Route, route } from "./route.ts";
import { subscribe } from "./subscriber.ts";

/** Clients that listen at once. */
const SUBSCRIBERS_MAX = 1_024;
/** A client that takes nothing for so long is gone. */
const SILENCE_SECONDS = 120;

/** `GET /v1/events`. */
export function eventRoutes(ports: HttpPorts): readonly Route[] {
  const { reader, feed } = ports;
  const log = new CheckpointLog({ reader, feed, frameOf: eventOf });
  return [
    route(
      {
        id: "listenToCheckpoints",
        tag: "Chain",
        method: "GET",
        path: "/v1/events",
        summary: "Every checkpoint as it becomes final, as server-sent events",
        query: { from: u64.optional().meta({ description: "The first; the next one if absent" }) },
        answer: {
          type: "text/event-stream",
          description: "Events called `checkpoint`, each with the checkpoint as its data",
          view: checkpointView,
        },
        problems: [503],
      },
      ({ context, query }) => listen(context, log, startOf(context, reader, query.from)),
    ),
  ];
}

/** Where a stream begins, and whether some of it may be in the past. */
type Start = { readonly from: bigint; readonly isCatchingUp: boolean };

function listen(
  context: Context<HttpEnv>,
  log: CheckpointLog,
  { from, isCatchingUp }: Start,
): Response {
  if (log.listening >= SUBSCRIBERS_MAX) {
    throw unavailable("too_many_subscribers", "too many clients listen at the moment");
  }
  const headers = { ...cachingHeaders(LIVE), "content-type": "text/event-stream" };
  if (context.req.method === "HEAD") return send(context, null, { headers });
  context.env?.allowSilence?.(SILENCE_SECONDS);
  return send(context, subscribe(log, from, isCatchingUp), { headers });
}

// A browser that reconnects says what it had last; otherwise the query says where to begin.
function startOf(
  context: Context<HttpEnv>,
  reader: LedgerReader,
  asked: bigint | undefined,
): Start {
  const next = reader.latest().summary.sequence_number + 1n;
  const from = afterLast(context) ?? asked ?? next;
  if (from <= next) return { from, isCatchingUp: from < next };
  throw badRequest([{ field: "from", reason: `is above the next checkpoint, ${next}` }]);
}

function afterLast(context: Context<HttpEnv>): bigint | undefined {
  const header = context.req.header("last-event-id");
  if (header === undefined || header === "") return undefined;
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
