/**
 * A network is ready when each of its services did what it is for, and not before.
 *
 * @module
 */
import { afterAll, beforeEach, expect, test } from "bun:test";

import { checkReady } from "../../src/localnet/ready.ts";
import { formatAddress } from "../../src/types/text.ts";
import { account } from "../ledger/fixtures.ts";

const FAUCET = account("faucet");

/** What each path was asked, and what it answers instead of being fine. */
const asked: string[] = [];
/** Paths that fail. */
const broken = new Set<string>();
const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  fetch: async (request) => {
    const { pathname } = new URL(request.url);
    asked.push(`${request.method} ${pathname} ${await request.text()}`.trim());
    if (!broken.has(pathname)) return Response.json({});
    return new Response("the reason\n", { status: 503 });
  },
});
const url = `http://127.0.0.1:${server.port}`;
const URLS = { rpc: url, faucet: url, scoring: url, admin: url };

beforeEach(() => {
  asked.length = 0;
  broken.clear();
});
afterAll(() => server.stop(true));

test("it reads from the node, has the faucet pay, and asks scoring", async () => {
  await checkReady(URLS, FAUCET);
  const gift = JSON.stringify({ recipient: formatAddress(FAUCET) });
  expect(asked.toSorted()).toEqual(["GET /health", "GET /v1/info", `POST /gas ${gift}`]);
});

test("services that were left out are not asked", async () => {
  await checkReady({ ...URLS, faucet: undefined, scoring: undefined }, FAUCET);
  expect(asked).toEqual(["GET /v1/info"]);
});

test.each([
  ["/v1/info", "the node"],
  ["/gas", "the faucet"],
  ["/health", "scoring"],
])("what fails at %s is told of %s", async (path, name) => {
  broken.add(path);
  const failure = await checkReady(URLS, FAUCET).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: "not_ready" });
  expect(String(failure)).toContain(`${name} does not work: 503 the reason`);
});

test("a service that nobody can reach is told", async () => {
  const gone = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response() });
  const rpc = `http://127.0.0.1:${gone.port}`;
  await gone.stop(true);
  const failure = await checkReady({ ...URLS, rpc }, FAUCET).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: "not_ready" });
  expect(String(failure)).toContain("the node does not work");
});
