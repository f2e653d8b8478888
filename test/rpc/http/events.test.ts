/**
 * `/v1/events`: every checkpoint in order, from any past one on, whoever reads how slowly.
 *
 * @module
 */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";

import { CheckpointLog } from "../../../src/rpc/checkpoint-log.ts";
import { eventOf } from "../../../src/rpc/http/events.ts";
import { SOMA } from "../../ledger/fixtures.ts";
import { ALICE, BOB, Surface, transfer } from "../surface.ts";

let surface: Surface;
beforeEach(() => {
  surface = new Surface();
});
afterEach(() => surface.close());

/** Makes `count` checkpoints. */
function proceed(count: number): void {
  for (let made = 0; made < count; made++) {
    surface.chain.execute(transfer(surface, ALICE, BOB.address, SOMA));
  }
}

type Event = { readonly id: string | undefined; readonly event: string; readonly data: unknown };

/** A stream that is read event by event; comments are passed over. */
class Reading {
  private readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  private text = "";

  constructor(response: Response) {
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    this.reader = response.body!.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  }

  /** The next event, or nothing at the end. */
  async next(): Promise<Event | undefined> {
    for (;;) {
      const end = this.text.indexOf("\n\n");
      if (end < 0) {
        const { value, done } = await this.reader.read();
        if (done) return undefined;
        this.text += new TextDecoder().decode(value);
        continue;
      }
      const lines = this.text.slice(0, end).split("\n");
      this.text = this.text.slice(end + 2);
      const field = (name: string): string | undefined =>
        lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
      const event = field("event");
      if (event === undefined) continue;
      return { id: field("id"), event, data: JSON.parse(field("data") ?? "null") };
    }
  }

  /** The numbers of the next `count` checkpoints. */
  async numbers(count: number): Promise<(string | undefined)[]> {
    const ids: (string | undefined)[] = [];
    while (ids.length < count) ids.push((await this.next())?.id);
    return ids;
  }

  cancel(): Promise<void> {
    return this.reader.cancel();
  }
}

async function listen(path: string, headers: Record<string, string> = {}): Promise<Reading> {
  return new Reading(await surface.ask(path, { headers }));
}

test("checkpoints come as they become final", async () => {
  const reading = await listen("/v1/events");
  const first = reading.next();
  proceed(2);
  expect(await first).toMatchObject({ id: "1", event: "checkpoint" });
  expect((await first)!.data).toEqual(await surface.read("/v1/checkpoints/1"));
  expect((await reading.next())?.id).toBe("2");
  await reading.cancel();
  expect(surface.chain.listening).toBe(0);
});

test("from a past one on, without a gap or a repetition into the present", async () => {
  proceed(5);
  const reading = await listen("/v1/events?from=2");
  expect(await reading.numbers(3)).toEqual(["2", "3", "4"]);
  proceed(3);
  expect(await reading.numbers(4)).toEqual(["5", "6", "7", "8"]);
  await reading.cancel();
});

test("a browser that comes back goes on after what it had", async () => {
  proceed(4);
  const reading = await listen("/v1/events?from=0", { "last-event-id": "3" });
  expect(await reading.numbers(1)).toEqual(["4"]);
  await reading.cancel();
});

test("the answer to HEAD opens no stream", async () => {
  const response = await surface.ask("/v1/events", { method: "HEAD" });
  expect([response.status, surface.chain.listening]).toEqual([200, 0]);
});

test.each([
  ["/v1/events?from=2", "from"],
  ["/v1/events?from=x", "from"],
  ["/v1/events?since=1", "since"],
])("%s is malformed", async (path, field) => {
  expect(await surface.problem(path)).toMatchObject({ status: 400, errors: [{ field }] });
});

test("a last event that is no number is malformed", async () => {
  const headers = { "last-event-id": "x" };
  const problem = await surface.problem("/v1/events", { headers });
  expect(problem).toMatchObject({ status: 400, errors: [{ field: "last-event-id" }] });
});

describe("the log", () => {
  const LIMITS = { checkpointsMax: 3, bytesMax: 1_000_000 };

  test("keeps so many, and tells who fell behind", () => {
    const { reader, feed } = surface.chain;
    const log = new CheckpointLog({ reader, feed, frameOf: eventOf }, LIMITS);
    const unlisten = log.listen(() => undefined);
    proceed(5);
    expect(log.next(2n, false)).toBe("Lost");
    expect(log.next(3n, false)).toBeInstanceOf(Uint8Array);
    expect(log.next(6n, false)).toBe("Wait");
    expect(log.next(2n, true)).toBeInstanceOf(Uint8Array);
    unlisten();
    expect(surface.chain.listening).toBe(0);
  });

  test("keeps so many bytes, and the last checkpoint however large it is", () => {
    const { reader, feed } = surface.chain;
    const log = new CheckpointLog(
      { reader, feed, frameOf: eventOf },
      { checkpointsMax: 1_000, bytesMax: 1 },
    );
    log.listen(() => undefined);
    proceed(2);
    expect(log.next(1n, false)).toBe("Lost");
    expect(log.next(2n, false)).toBeInstanceOf(Uint8Array);
  });
});
