/**
 * Checkpoints as they become final, from a node's server-sent events. A connection that breaks is
 * opened again where it was, so none is missed and none comes twice. Browser-safe.
 *
 * @module
 */
import { type Backoff, backoffMs } from "../base/backoff.ts";
import { SomaError } from "../base/errors.ts";
import { type CheckpointView, checkpointView } from "../wire/json/checkpoint.ts";
import { decodeText, describeFaults } from "../wire/json/view.ts";
import { type HttpCaller, isPassing } from "./http.ts";
import { pause } from "./pause.ts";

/** Where to begin, and until when to listen. */
export type EventOptions = {
  /** The first checkpoint; the next one if absent. */
  readonly from?: bigint;
  readonly signal?: AbortSignal;
};

const BACKOFF: Backoff = { firstMs: 200, maxMs: 5_000 };
/** The longest that a timer can wait: a stream has no end of its own. */
const NO_TIMEOUT_MS = 0x7fff_ffff;
/** More text than this in one event is not a checkpoint. */
const EVENT_CHARACTERS_MAX = 16 * 1024 * 1024;

/** Every checkpoint from `from` on, for as long as somebody asks for the next. */
export async function* checkpointEvents(
  http: HttpCaller,
  { from, signal }: EventOptions = {},
): AsyncGenerator<CheckpointView, void, undefined> {
  let next = from;
  for (let attempt = 0; ; attempt++) {
    try {
      for await (const checkpoint of listen(http, next, signal)) {
        attempt = 0;
        next = checkpoint.sequence_number + 1n;
        yield checkpoint;
      }
    } catch (error) {
      if (!isPassing(error) && signal?.aborted !== true) throw error;
    }
    // It fails only when it is cut short.
    await pause(backoffMs(BACKOFF, attempt + 1, Math.random()), signal).catch(() => undefined);
    if (signal?.aborted === true) return;
  }
}

async function* listen(
  http: HttpCaller,
  from: bigint | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<CheckpointView, void, undefined> {
  const path = from === undefined ? "/v1/events" : `/v1/events?from=${from}`;
  const response = await http.send({ method: "GET", path, signal, timeoutMs: NO_TIMEOUT_MS });
  if (response.body === null) return;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    let text = "";
    for (;;) {
      const { done, value } = await readNext(reader, http.url, signal);
      if (done) return;
      text += value;
      if (text.length > EVENT_CHARACTERS_MAX) throw invalid(http.url, "an event has no end");
      const events = text.split("\n\n");
      text = events.pop() ?? "";
      for (const event of events) yield* readEvent(event, http.url);
    }
  } finally {
    // Whoever stops asking closes the connection.
    await reader.cancel().catch(() => undefined);
  }
}

type Chunk = { readonly done: boolean; readonly value?: string | undefined };

async function readNext(
  reader: { readonly read: () => Promise<Chunk> },
  url: string,
  signal: AbortSignal | undefined,
): Promise<Chunk> {
  try {
    return await reader.read();
  } catch (error) {
    if (signal?.aborted === true) return { done: true };
    throw new SomaError("connection_failed", `${url} stopped sending events`, { cause: error });
  }
}

function* readEvent(text: string, url: string): Generator<CheckpointView, void, undefined> {
  const lines = text.split("\n");
  if (!lines.includes("event: checkpoint")) return;
  const data = lines.filter((line) => line.startsWith("data: ")).map((line) => line.slice(6));
  const decoded = decodeText(checkpointView, data.join("\n"));
  if (!decoded.ok) throw invalid(url, describeFaults(decoded.error));
  yield decoded.value;
}

function invalid(url: string, why: string): SomaError {
  return new SomaError("answer_invalid", `${url}/v1/events sent what is not expected: ${why}`);
}
