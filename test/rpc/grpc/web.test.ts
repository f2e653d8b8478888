/**
 * The node's methods as a browser calls them: Connect in JSON, gRPC-web in bytes.
 *
 * @module
 */
import { afterAll, beforeAll, expect, test } from "bun:test";

import { create, fromBinary, toBinary } from "@bufbuild/protobuf";

import { frameMessage, FrameReader } from "../../../src/rpc/grpc/frame.ts";
import {
  GetBalanceRequestSchema,
  GetBalanceResponseSchema,
} from "../../../src/wire/generated/soma_pb.js";
import { SOMA } from "../../ledger/fixtures.ts";
import { NodePort } from "../node-port.ts";
import { ALICE, NOBODY } from "../surface.ts";

let node: NodePort;
let base: string;

beforeAll(async () => {
  node = new NodePort();
  await node.start();
  base = `http://127.0.0.1:${node.port.port}/soma.rpc`;
});

afterAll(async () => {
  await node.stop();
  expect(node.reported).toEqual([]);
});

function post(path: string, type: string, body: string | Uint8Array): Promise<Response> {
  return fetch(`${base}.${path}`, { method: "POST", headers: { "content-type": type }, body });
}

test("Connect in JSON", async () => {
  const body = JSON.stringify({ owner: NOBODY.address });
  const response = await post("StateService/GetBalance", "application/json", body);
  expect(await response.json()).toEqual({ balance: "0" });
  expect(response.headers.get("access-control-allow-origin")).toBe("*");
  expect(response.headers.get("x-soma-chain")).toBe("localnet");
});

test("an error names the field", async () => {
  const response = await post("LedgerService/GetObject", "application/json", "{}");
  const { code, message, details } = (await response.json()) as Record<string, unknown>;
  expect([response.status, code, message]).toEqual([
    400,
    "invalid_argument",
    "object_id: is missing",
  ]);
  expect(JSON.stringify(details)).toContain("google.rpc.BadRequest");
});

test("gRPC-web: the answer, then its trailers, in one body", async () => {
  const request = create(GetBalanceRequestSchema, { owner: ALICE.address });
  const body = frameMessage(toBinary(GetBalanceRequestSchema, request));
  const response = await post("StateService/GetBalance", "application/grpc-web+proto", body);
  const bytes = await response.bytes();
  const [, , , , length = 0] = bytes;
  const cut = new FrameReader(1_000).push(bytes.subarray(0, 5 + length));
  const [message] = cut.ok ? cut.value : [];
  const { balance } = fromBinary(GetBalanceResponseSchema, message ?? new Uint8Array());
  expect(balance).toBeGreaterThan(2_000n * SOMA);
  expect(Buffer.from(bytes.subarray(5 + length)).toString("latin1")).toContain("grpc-status: 0");
});

test("a page of elsewhere may ask, and unknown methods are not found", async () => {
  const preflight = await fetch(`${base}.StateService/GetBalance`, {
    method: "OPTIONS",
    headers: { origin: "http://a.example", "access-control-request-method": "POST" },
  });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get("access-control-allow-origin")).toBe("*");
  expect((await post("StateService/GetNothing", "application/json", "{}")).status).toBe(404);
});
