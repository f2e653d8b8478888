/**
 * What the node serves in gRPC beside calls of one answer, and what tools ask for.
 *
 * @module
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";

import { create, fromBinary, toBinary } from "@bufbuild/protobuf";

import { frameMessage, FrameReader } from "../../../src/rpc/grpc/frame.ts";
import { formatDigest } from "../../../src/types/text.ts";
import { transactionDigest } from "../../../src/types/transaction.ts";
import {
  Health,
  HealthCheckResponse_ServingStatus as Serving,
} from "../../../src/wire/generated/grpc/health_pb.js";
import { ServerReflection } from "../../../src/wire/generated/grpc/reflection_v1_pb.js";
import {
  LedgerService,
  SubscribeCheckpointsRequestSchema,
  SubscribeCheckpointsResponseSchema,
} from "../../../src/wire/generated/soma_pb.js";
import { GRPC_CODE } from "../../../src/wire/grpc/status.ts";
import { NodePort } from "../node-port.ts";
import { ALICE, BOB, transfer } from "../surface.ts";

let node: NodePort;

beforeAll(async () => {
  node = new NodePort();
  await node.start();
});

afterAll(async () => {
  await node.stop();
  expect(node.reported).toEqual([]);
});

describe("SubscriptionService", () => {
  test("headers come before the first checkpoint, then every one in order", async () => {
    const stream = node.session.request({
      ":method": "POST",
      ":path": "/soma.rpc.SubscriptionService/SubscribeCheckpoints",
      "content-type": "application/grpc",
      te: "trailers",
    });
    const request = create(SubscribeCheckpointsRequestSchema, {
      readMask: { paths: ["transactions.digest", "sequence_number"] },
    });
    const greeted = new Promise<void>((resolve) => stream.once("response", () => resolve()));
    stream.end(frameMessage(toBinary(SubscribeCheckpointsRequestSchema, request)));
    await greeted;
    const reader = new FrameReader(1_000_000);
    const heard: bigint[] = [];
    const digests: (string | undefined)[] = [];
    const enough = Promise.withResolvers<void>();
    stream.on("data", (piece: Uint8Array) => {
      const cut = reader.push(new Uint8Array(piece));
      for (const bytes of cut.ok ? cut.value : []) {
        const { cursor = -1n, checkpoint } = fromBinary(SubscribeCheckpointsResponseSchema, bytes);
        heard.push(cursor);
        digests.push(...(checkpoint?.transactions.map(({ digest }) => digest) ?? []));
        expect(checkpoint?.summary).toBeUndefined();
      }
      if (heard.length === 3) enough.resolve();
    });
    const { summary } = node.surface.chain.reader.latest();
    const sent = [1n, 2n, 3n].map((amount) => {
      const data = transfer(node.surface, ALICE, BOB.address, amount);
      node.surface.chain.execute(data);
      return formatDigest(transactionDigest(data));
    });
    await enough.promise;
    expect(heard).toEqual([1n, 2n, 3n].map((step) => summary.sequence_number + step));
    expect(digests).toEqual(sent);
    stream.close();
    await new Promise((resolve) => stream.once("close", resolve));
  });
});

describe("what tools ask for", () => {
  test("health, of the node and of a service", async () => {
    for (const service of ["", "soma.rpc.LedgerService"]) {
      const { status } = await node.ask(Health.method.check, { service });
      expect(status).toBe(Serving.SERVING);
    }
    const { status } = await node.call(Health.method.check, { service: "odd" });
    expect(status).toBe(GRPC_CODE.notFound);
  });

  test("reflection, by symbol, with what the file imports", async () => {
    const { method } = ServerReflection;
    const listed = await node.ask(method.serverReflectionInfo, {
      messageRequest: { case: "listServices", value: "*" },
    });
    expect(JSON.stringify(listed.messageResponse.value)).toContain("soma.rpc.StateService");
    const file = await node.ask(method.serverReflectionInfo, {
      messageRequest: { case: "fileContainingSymbol", value: "soma.rpc.LedgerService.GetObject" },
    });
    expect(file.messageResponse.case).toBe("fileDescriptorResponse");
    const odd = await node.ask(method.serverReflectionInfo, {
      messageRequest: { case: "fileContainingSymbol", value: "odd.Thing" },
    });
    expect(odd.messageResponse.case).toBe("errorResponse");
  });

  test("every answer says which chain it is of and how far that is", async () => {
    const { headers } = await node.call(LedgerService.method.getServiceInfo, {});
    expect(headers["x-soma-chain"]).toBe("localnet");
    expect(headers["x-soma-version"]).toBeString();
    expect(headers["x-soma-checkpoint-height"]).toMatch(/^\d+$/);
  });
});
