/**
 * Checkpoints from a stream that breaks: none is missed, none comes twice.
 *
 * @module
 */
import { afterAll, expect, test } from "bun:test";

import { SomaError } from "../../src/base/errors.ts";
import { checkpointEvents } from "../../src/client/events.ts";
import { HttpCaller } from "../../src/client/http.ts";
import { Services } from "../../src/client/services.ts";
import { Soma } from "../../src/client/soma.ts";
import { eventOf } from "../../src/rpc/http/events.ts";
import { TestChain } from "../rpc/chain.ts";

const asked: string[] = [];
const CHECKPOINTS = 4;
const chain = new TestChain();
for (let count = 1; count < CHECKPOINTS; count++) chain.endEpoch();

/** Two events a connection, the second one cut in the middle of its text. */
function serve(request: Request): Response {
  const url = new URL(request.url);
  asked.push(url.search);
  const from = Number(url.searchParams.get("from") ?? 0);
  const [first, next] = [from, from + 1].map((place) => chain.reader.checkpoint(BigInt(place)));
  if (first === undefined) return new Response("no", { status: 404 });
  const half = next === undefined ? new Uint8Array() : eventOf(next).slice(0, 40);
  return new Response(Buffer.concat([eventOf(first), half]));
}

const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: serve });
afterAll(() => server.stop(true));

test("goes on where it broke off", async () => {
  const http = new HttpCaller(server.url.href, { attempts: 1 });
  const heard: bigint[] = [];
  for await (const { sequence_number } of checkpointEvents(http, { from: 0n })) {
    heard.push(sequence_number);
    if (heard.length === 3) break;
  }
  expect(heard).toEqual([0n, 1n, 2n]);
  expect(asked.slice(0, 3)).toEqual(["?from=0", "?from=1", "?from=2"]);
});

test("a node that is starting is waited for", async () => {
  let refusals = 2;
  const starting = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request) =>
      refusals-- > 0 ? new Response("starting\n", { status: 503 }) : serve(request),
  });
  const http = new HttpCaller(starting.url.href, { attempts: 1 });
  const first = await checkpointEvents(http, { from: 0n }).next();
  expect(first.value?.sequence_number).toBe(0n);
  await starting.stop(true);
});

test("whoever is told to stop hears no more, wherever it was", async () => {
  const silent = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: () => new Promise<Response>(() => undefined),
  });
  const abort = new AbortController();
  const http = new HttpCaller(silent.url.href, { attempts: 1 });
  const heard = checkpointEvents(http, { signal: abort.signal }).next();
  abort.abort();
  expect(await heard).toEqual({ done: true, value: undefined });
  await silent.stop(true);
});

test("what a node refuses is an error, not another try", async () => {
  const http = new HttpCaller(server.url.href, { attempts: 1 });
  const events = checkpointEvents(http, { from: BigInt(CHECKPOINTS) });
  const failure = await events.next().catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(SomaError);
});

test("a connection without an account, or without a service, says what it needs", () => {
  const soma = new Soma({ rpc: server.url.href });
  expect(() => soma.me).toThrow("can only read");
  expect(() => new Services({}).advanceEpoch()).toThrow("where the admin service is");
});
