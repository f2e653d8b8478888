/**
 * What a peer that is let in cannot do: break the framing, fill memory, or hold a dead connection.
 *
 * @module
 */
import { afterEach, beforeEach, expect, test } from "bun:test";

import { utf8 } from "../../src/base/bytes.ts";
import { encodeFrame, FRAME_KIND } from "../../src/network/frame.ts";
import { eventually, mesh } from "../conformance/transport.ts";
import { callAsObserver, callRaw, helloFrame } from "./raw-caller.ts";
import { openTlsWorld, type TlsWorld } from "./tls-world.ts";

let world: TlsWorld;
beforeEach(() => {
  world = openTlsWorld();
});
afterEach(() => world.close());

/** Frames a member of the committee may send that end its connection, and what it is told. */
const FAULTS: readonly [string, (peer: string) => Uint8Array[], string][] = [
  ["a frame of length 0", () => [Uint8Array.of(0, 0, 0, 0)], "frame of length 0"],
  [
    "a frame of length 2^32 - 1",
    () => [Uint8Array.of(255, 255, 255, 255)],
    "frame of 4294967295 bytes, at most 1048576 are allowed",
  ],
  [
    "an observer's frame above its limit",
    () => [Uint8Array.of(0, 0x10, 0, 1)],
    "frame of 1048577 bytes, at most 1048576 are allowed",
  ],
  ["a frame of an unknown kind", () => [encodeFrame(9, utf8("?"))], "frame kind 9 is not expected"],
  ["a second hello", (key) => [helloFrame(key)], "frame kind 1 is not expected"],
];

for (const [what, frames, reason] of FAULTS) {
  test(`${what} ends an open connection, and the peer is held off`, async () => {
    const node = await world.node({ limits: { faultHoldMs: 60_000 } });
    const caller = await callAsObserver(world, node);
    caller.write(helloFrame(caller.key));
    await eventually("open", () => node.record.connected.size === 1);
    for (const frame of frames(caller.key)) caller.write(frame);
    await eventually("closed", () => caller.closed);
    expect(node.record.departures).toEqual([{ key: caller.key, reason }]);
    const again = await callRaw(node, caller.tls);
    await eventually("closed again", () => again.closed);
    expect(node.record.refusals[0]?.reason).toBe("refused for a while after a fault");
  });
}

test("a slow reader cannot grow memory, and is let go", async () => {
  const queue = { framesMax: 100, bytesMax: 4_194_304 };
  const node = await world.node({ limits: { queue, stallMs: 60 } });
  const caller = await callAsObserver(world, node);
  caller.write(helloFrame(caller.key));
  await eventually("open", () => node.record.connected.size === 1);
  caller.pause();
  const chunk = new Uint8Array(65_536);
  let refusedCount = 0;
  for (let index = 0; index < 2_000; index++) {
    if (!node.transport.send(caller.key, chunk)) refusedCount += 1;
    const queuedBytes = node.transport.stats().peers[0]?.queuedBytes ?? 0;
    expect(queuedBytes).toBeLessThanOrEqual(queue.bytesMax);
  }
  expect(refusedCount).toBeGreaterThan(1_000);
  expect(node.transport.stats().peers[0]?.messagesRefused).toBe(refusedCount);
  await eventually("let go", () => node.record.departures.length === 1);
  expect(node.record.departures[0]?.reason).toBe("does not read");
});

test("heartbeats keep a quiet connection, silence ends it", async () => {
  const limits = { heartbeatMs: 20, idleMs: 80 };
  const [left, right] = [await world.node({ limits }), await world.node({ limits })];
  await mesh([left, right]);
  const caller = await callAsObserver(world, left, [right]);
  caller.write(helloFrame(caller.key));
  await eventually("the silent one is let go", () => left.record.departures.length === 1);
  expect(left.record.departures[0]).toEqual({ key: caller.key, reason: "silent for too long" });
  expect(left.record.connected.has(right.key)).toBe(true);
});

test("a newer connection of the same key takes the place of the older", async () => {
  const node = await world.node();
  const first = await callAsObserver(world, node);
  first.write(helloFrame(first.key));
  await eventually("open", () => node.record.connected.size === 1);
  const second = await callRaw(node, first.tls);
  second.write(helloFrame(first.key));
  await eventually("replaced", () => node.record.departures.length === 1 && first.closed);
  expect(node.record.departures[0]?.reason).toBe("replaced by a newer connection");
  expect(node.record.connected.has(first.key)).toBe(true);
  second.write(encodeFrame(FRAME_KIND.message, utf8("here")));
  await eventually("heard", () => node.record.inbox.length === 1);
});
