/**
 * The node's methods as a browser calls them: Connect in JSON, gRPC-web in bytes.
 *
 * @module
 */
import { afterAll, beforeAll, expect, test } from "bun:test";

import { create, fromBinary, toBinary } from "@bufbuild/protobuf";

import { MESSAGE_BYTES_MAX } from "../../../src/rpc/grpc/call.ts";
import { frameMessage, FrameReader } from "../../../src/rpc/grpc/frame.ts";
import { readWebBody } from "../../../src/rpc/grpc/web-body.ts";
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

test("bytes that are no message are the client's mistake, and it is told so", async () => {
  const bytes = new Uint8Array([0x0a, 0xff]);
  const plain = await post("StateService/GetBalance", "application/proto", bytes);
  expect(plain.status).toBe(400);
  expect(await plain.json()).toMatchObject({ code: "invalid_argument" });
  const type = "application/grpc-web+proto";
  for (const body of [frameMessage(bytes), new Uint8Array([1, 0, 0, 0, 1, 7])]) {
    const framed = await post("StateService/GetBalance", type, body);
    expect(await framed.text()).toContain("grpc-status: 3\r\n");
  }
});

test("a body that stops is given up, and what is too large is not read to its end", async () => {
  const stalled = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new Uint8Array(3)),
  });
  const request = (body: ReadableStream): Request =>
    new Request("http://a.example/", { method: "POST", body });
  const patience = { baseMs: 20, bytesPerSecond: 1_000 };
  expect(await readWebBody(request(stalled), patience)).toBeUndefined();
  let pulled = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      pulled++;
      controller.enqueue(new Uint8Array(1_048_576));
    },
  });
  const body = await readWebBody(request(endless));
  expect(body?.length).toBeGreaterThan(MESSAGE_BYTES_MAX);
  expect(pulled).toBeLessThan(10);
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
