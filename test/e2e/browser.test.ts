/**
 * The SDK in a browser: bundled for one, without anything of this runtime, and used by a page of
 * another origin on a running network.
 *
 * @module
 */
import { afterAll, beforeAll, expect, test } from "bun:test";

import { HAS_BROWSER, openPage } from "./browser.ts";
import { freePortBase, Shell } from "./shell.ts";

const SDK = new URL("../../src/sdk.ts", import.meta.url).pathname;
const RUNTIME = /\b(?:Bun\.|Buffer\.|process\.(?!env\.NODE_ENV)|require\(|node:|bun:)/;
const CHARACTERS_MAX = 800_000;

const PAGE = `<!doctype html><script type="module">
  import { Keypair, Soma, SomaError } from "/sdk.js";
  const told = {};
  try {
    const urls = await (await fetch("/urls")).json();
    const soma = new Soma(urls, Keypair.generate());
    told.chain = (await soma.client.info()).chain;
    told.funded = String(await soma.fund());
    const abort = new AbortController();
    const heard = soma.events({ signal: abort.signal }).next();
    const bob = Keypair.generate().address;
    const views = await Promise.all([1n, 2n, 3n].map((n) => soma.me.transferCoin(bob, n)));
    told.statuses = views.map(({ status }) => status.kind);
    told.held = String(await soma.balance(bob));
    told.heard = typeof (await heard).value.sequence_number;
    abort.abort();
    told.coins = 0;
    for await (const coin of soma.client.objects(soma.address, "Coin")) told.coins++;
    const refused = await soma.client.object("00".repeat(32)).catch((error) => error);
    told.refused = refused instanceof SomaError && refused.code;
  } catch (error) {
    told.error = String(error?.stack ?? error);
  }
  await fetch("/told", { method: "POST", body: JSON.stringify(told) });
</script>`;

const shell = new Shell();
const base = freePortBase();
let code = "";

beforeAll(async () => {
  await shell.startLocalnet(base);
  const { outputs, success } = await Bun.build({ entrypoints: [SDK], target: "browser" });
  expect(success).toBe(true);
  expect(outputs).toHaveLength(1);
  code = await outputs[0]!.text();
});
afterAll(() => shell.close());

test("the bundle needs nothing of this runtime, and is small", () => {
  const lines = code.split("\n").filter((line) => !/^\s*(?:\/\/|\*|\/\*)/.test(line));
  expect(lines.filter((line) => RUNTIME.test(line))).toEqual([]);
  expect(code.length).toBeLessThan(CHARACTERS_MAX);
});

test.skipIf(!HAS_BROWSER)("a page of another origin uses the network", async () => {
  const { promise: told, resolve } = Promise.withResolvers<unknown>();
  const at = (port: number): string => `http://127.0.0.1:${base + port}`;
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    routes: {
      "/": new Response(PAGE, { headers: { "content-type": "text/html" } }),
      "/sdk.js": new Response(code, { headers: { "content-type": "text/javascript" } }),
      "/urls": Response.json({ rpc: at(0), faucet: at(1), scoring: at(2) }),
      "/told": { POST: async (request) => Response.json(resolve(await request.json()) ?? null) },
    },
  });
  const close = openPage(server.url.href);
  expect(await told).toEqual({
    chain: "localnet",
    funded: "500000000000",
    statuses: ["Success", "Success", "Success"],
    held: "6",
    heard: "bigint",
    coins: 5,
    refused: "object_not_found",
  });
  await close();
  await server.stop(true);
});
