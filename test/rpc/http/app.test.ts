/**
 * What all routes of a node have in common: headers of the chain, problems, methods, and silence
 * about what went wrong inside.
 *
 * @module
 */
import { afterAll, describe, expect, test } from "bun:test";

import { formatDigest } from "../../../src/types/text.ts";
import { fullVersion } from "../../../src/version.ts";
import { DAY_MS, START_MS, VALIDATORS } from "../../ledger/fixtures.ts";
import { post, Surface } from "../surface.ts";

const surface = new Surface();
afterAll(() => surface.close());

const PATHS = [
  "/",
  "/health",
  "/v1/info",
  "/v1/parameters",
  "/v1/validators",
  "/v1/targets",
  "/v1/models",
  "/v1/checkpoints/latest",
  "/v1/epochs/latest",
] as const;

test("every answer says which chain it is of and how far that is", async () => {
  for (const path of [...PATHS, "/v1/nothing", "/v1/objects/0x1"]) {
    const { headers } = await surface.ask(path);
    expect(headers.get("x-soma-chain-id")).toBe(formatDigest(surface.chain.reader.chainId));
    expect(headers.get("x-soma-version")).toBe(fullVersion());
    expect(headers.get("x-soma-epoch")).toBe("0");
    expect(headers.get("x-soma-checkpoint-height")).toBe("0");
    expect(headers.get("access-control-allow-origin")).toBe("*");
  }
});

test("the answer to HEAD has the headers of the answer to GET and no body", async () => {
  for (const path of PATHS) {
    const [get, head] = [await surface.ask(path), await surface.ask(path, { method: "HEAD" })];
    expect(head.status).toBe(200);
    const text = await get.text();
    const { "content-length": length, ...rest } = head.headers.toJSON();
    expect(get.headers.toJSON()).toMatchObject(rest);
    expect(length).toBe(`${Buffer.byteLength(text)}`);
    expect(await head.text()).toBe("");
  }
});

test("a page of another origin is told what it may send", async () => {
  const { status, headers } = await surface.ask("/v1/transactions", {
    method: "OPTIONS",
    headers: { "access-control-request-headers": "content-type" },
  });
  expect(status).toBe(204);
  expect(headers.get("access-control-allow-methods")).toContain("POST");
  expect(headers.get("access-control-allow-headers")).toBe("content-type");
});

describe("what is not there", () => {
  test.each(["/v1", "/v1/objects", "/v2/info", "/v1/objects/a/b", "/v1/infos"])(
    "%s is a problem",
    async (path) => {
      const problem = await surface.problem(path);
      expect(problem).toMatchObject({ status: 404, code: "route_not_found" });
    },
  );

  test.each([
    ["/v1/info", "POST", "GET"],
    ["/v1/transactions", "GET", "POST"],
    ["/v1/transactions", "DELETE", "POST"],
    ["/v1/blobs/abc", "POST", "PUT"],
    ["/v1/transactions/simulate", "GET", "POST"],
    ["/v1/transactions/simulate", "HEAD", "POST"],
    ["/", "POST", "GET"],
  ])("%s does not take %s", async (path, method, takes) => {
    const response = await surface.ask(path, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toContain(takes);
    expect(response.headers.get("allow")?.split(", ")).not.toContain(method);
    if (method === "HEAD") return;
    expect(await response.json()).toMatchObject({ status: 405, code: "method_not_allowed" });
  });
});

test("our own trouble is reported, and the client learns nothing of it", async () => {
  const secret = new Error("disk sector 4711");
  const broken = new Surface({
    runner: {
      execute: () => Promise.reject(secret),
      simulate: () => {
        throw secret;
      },
    },
  });
  const body = post({ tx_bytes: broken.unsigned().toBase64() });
  const response = await broken.ask("/v1/transactions/simulate", body);
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain("4711");
  expect(broken.reported).toEqual([secret]);
  broken.close();
});

test("whoever knows nothing of the node finds the way", async () => {
  const { links, ...index } = await surface.read("/");
  expect(index).toEqual({ name: "soma", version: fullVersion(), chain: "testnet" });
  const paths = Object.values(links as Record<string, string>);
  expect(paths).toHaveLength(5);
  for (const path of paths) expect((await surface.ask(path)).status).toBe(200);
});

test("health and information", async () => {
  expect(await surface.read("/health")).toEqual({ status: "ok" });
  expect(await surface.read("/v1/info")).toEqual({
    chain_id: formatDigest(surface.chain.reader.chainId),
    chain: "testnet",
    epoch: 0,
    epoch_start_timestamp_ms: `${START_MS}`,
    epoch_duration_ms: `${DAY_MS}`,
    checkpoint_height: "0",
    timestamp_ms: `${START_MS}`,
    protocol_version: "1",
    api_version: 1,
    server_version: fullVersion(),
  });
});

test("the validators and the parameters", async () => {
  const { total_stake, join_stake, low_stake, very_low_stake, validators } =
    await surface.read("/v1/validators");
  expect(total_stake).toBe("80000000000000");
  // 0.12 % of all when it is added, 0.08 % and 0.04 % of what there is.
  expect([join_stake, low_stake, very_low_stake]).toEqual([
    "96115338407",
    "64000000000",
    "32000000000",
  ]);
  expect(validators).toHaveLength(VALIDATORS.length);
  expect(validators).toMatchObject(VALIDATORS.map(() => ({ status: "active" })));
  const parameters = await surface.read("/v1/parameters");
  expect(parameters).toMatchObject({ protocol_version: "1", target_embedding_dim: 16 });
});
