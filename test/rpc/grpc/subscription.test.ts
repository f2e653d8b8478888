/**
 * Subscribers that are slow: nothing is skipped, and who falls too far behind is told where to go
 * on.
 *
 * @module
 */
import { afterAll, beforeEach, expect, test } from "bun:test";

import { fromBinary } from "@bufbuild/protobuf";

import { subscriptionMethods } from "../../../src/rpc/grpc/subscription-service.ts";
import { SubscribeCheckpointsResponseSchema } from "../../../src/wire/generated/soma_pb.js";
import { GRPC_CODE, GrpcError } from "../../../src/wire/grpc/status.ts";
import { ALICE, BOB, Surface, transfer } from "../surface.ts";

const LIMITS = { checkpointsMax: 3, bytesMax: 1_000_000 };

let surface: Surface;
const opened: Surface[] = [];

beforeEach(() => {
  surface = new Surface();
  opened.push(surface);
});
afterAll(() => opened.forEach((one) => one.close()));

function checkpoints(count: number): void {
  for (let made = 0; made < count; made++) {
    surface.chain.execute(transfer(surface, ALICE, BOB.address, 1n));
  }
}

function subscribe(signal: AbortSignal): AsyncIterator<Uint8Array> {
  const [method] = subscriptionMethods(surface.chain, LIMITS);
  if (method?.kind !== "ServerStream") throw new Error("subscriptions are a stream");
  return method.serve(new Uint8Array(), { signal })[Symbol.asyncIterator]();
}

async function next(stream: AsyncIterator<Uint8Array>): Promise<bigint | undefined> {
  const { value } = await stream.next();
  return value && fromBinary(SubscribeCheckpointsResponseSchema, value).cursor;
}

test("a subscriber that waits a little gets every checkpoint", async () => {
  const controller = new AbortController();
  const stream = subscribe(controller.signal);
  const { sequence_number: first } = surface.chain.reader.latest().summary;
  checkpoints(2);
  expect(await next(stream)).toBe(first + 1n);
  checkpoints(1);
  expect([await next(stream), await next(stream)]).toEqual([first + 2n, first + 3n]);
  controller.abort();
  expect((await stream.next()).done).toBe(true);
  expect(surface.chain.listening).toBe(0);
});

test("a subscriber that waits too long is told so, and not sent a gap", async () => {
  const stream = subscribe(new AbortController().signal);
  const { sequence_number: first } = surface.chain.reader.latest().summary;
  checkpoints(1);
  expect(await next(stream)).toBe(first + 1n);
  checkpoints(5);
  const error = await stream.next().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(GrpcError);
  expect(error).toMatchObject({
    code: GRPC_CODE.resourceExhausted,
    message: `checkpoints came faster than they were read; go on from ${first + 2n}`,
  });
});
