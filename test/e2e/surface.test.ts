/**
 * The surface of a running local network, from outside: every route answers as the reference says,
 * what an operator watches moves, and the page is there.
 *
 * @module
 */
import { afterAll, beforeAll, expect, test } from "bun:test";

import { z } from "zod";

import type { OpenApiDocument } from "../../src/rpc/http/openapi/document.ts";
import { Described } from "../rpc/described.ts";
import { freePortBase, ID, Shell } from "./shell.ts";

const shell = new Shell();
const base = freePortBase();
const url = `http://127.0.0.1:${base}`;
let address = "";
let described: Described;

beforeAll(async () => {
  ({ address } = await shell.json(z.object({ address: ID }), "wallet", "new"));
  await shell.startLocalnet(base);
  await shell.json(z.object({ status: z.literal("Success") }), "faucet");
  const response = await fetch(`${url}/openapi.json`);
  described = new Described((await response.json()) as OpenApiDocument);
});
afterAll(() => shell.close());

/** What a route answers, held against the reference. */
async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(`${url}${path}`, init);
  expect(await described.faults(init.method ?? "GET", path, response)).toEqual([]);
  return response;
}

async function first(path: string): Promise<Record<string, unknown>> {
  const { data } = (await (await ask(path)).json()) as { data: Record<string, unknown>[] };
  return data[0]!;
}

/** Something for every parameter that there is. */
async function examples(): Promise<Readonly<Record<string, string>>> {
  const coin = await first(`/v1/addresses/${address}/objects`);
  const { digest } = await first(`/v1/addresses/${address}/transactions`);
  const { model_id: model, manifest } = await first("/v1/models");
  const { target_id: target } = await first("/v1/targets");
  const { checksum } = z.object({ checksum: z.string() }).parse(manifest);
  return Object.fromEntries(
    Object.entries({ coin: coin["object_id"], digest, model, target, checksum, address }).map(
      ([name, value]) => [name, String(value)],
    ),
  );
}

test("every route that reads answers as the reference says", async () => {
  const known = await examples();
  const idOf = (path: string): string =>
    known[path.includes("target") || path.startsWith("/data") ? "target" : "model"]!;
  const skipped = new Set(["/v1/events"]);
  for (const [template, { get }] of Object.entries(described.document.paths)) {
    if (get === undefined || skipped.has(template)) continue;
    const id = template.includes("/objects") ? known["coin"] : idOf(template);
    const values = { ...known, id, checkpoint: "latest", epoch: "latest" };
    const path = template.replaceAll(/\{(\w+)\}/g, (_, name: keyof typeof values) => values[name]!);
    const { status } = await ask(path);
    // Nobody has won the target yet.
    expect([template, status]).toEqual([template, template === "/data/{id}" ? 404 : 200]);
  }
});

test("what an operator watches: the chain, each validator's rounds, and the clients", async () => {
  const read = async (): Promise<ReadonlyMap<string, number>> => {
    const text = await (await ask("/metrics")).text();
    const samples = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    return new Map(
      samples.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.split(" ").at(-1))]),
    );
  };
  const before = await read();
  await shell.json(z.object({ status: z.literal("Success") }), "faucet");
  const after = await read();
  for (const name of [
    'soma_consensus_round{node="validator-0"}',
    'soma_consensus_commit{node="validator-3"}',
    'soma_total_ingested_transactions{node="fullnode"}',
    "soma_watermark_checkpoint",
    "soma_watermark_transaction",
    "process_cpu_seconds_total",
  ]) {
    expect([name, after.get(name)! > before.get(name)!]).toEqual([name, true]);
  }
  expect(after.get('soma_peers_connected{node="validator-0"}')).toBe(4);
  expect(after.get("soma_client_connections")).toBeGreaterThan(0);
  expect(after.get('soma_peer_offences_total{node="validator-1"}')).toBe(0);
});
