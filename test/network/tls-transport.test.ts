/**
 * The TLS transport over real loopback sockets: the shared behaviours, and how it comes back.
 *
 * @module
 */
import { afterEach, beforeEach, expect, test } from "bun:test";

import { present } from "../../src/base/assert.ts";
import { SomaError } from "../../src/base/errors.ts";
import { FRAME_BYTES_MAX } from "../../src/network/frame.ts";
import { eventually, mesh, transportConformance } from "../conformance/transport.ts";
import { openTlsWorld, type TlsWorld } from "./tls-world.ts";

transportConformance("tls", openTlsWorld);

let world: TlsWorld;
beforeEach(() => {
  world = openTlsWorld();
});
afterEach(() => world.close());

test("the epoch of the hello is told when a peer connects", async () => {
  const [left, right] = [await world.node(), await world.node()];
  await mesh([left, right]);
  expect(left.record.connected.get(right.key)?.epoch).toBe(7n);
});

test("a key of a later epoch is refused before, and not held against its peer", async () => {
  const [left, right] = [await world.node(), await world.node()];
  right.transport.setPeers("validator", [left.listed("validator")]);
  const listed = right.listed("validator");
  left.transport.setPeers("validator", [{ ...listed, fromEpoch: 8n }]);
  await eventually("refused", () => left.record.refusals.length > 0);
  expect(left.record.refusals[0]?.reason).toBe("network key is not the peer's in this epoch");
  expect(left.record.connected.size).toBe(0);
  left.transport.setPeers("validator", [{ ...listed, fromEpoch: 7n }]);
  await eventually("connected", () => left.record.connected.has(right.key));
});

test("a seed is called by whoever lists it, and gets nothing that is for validators", async () => {
  const [left, right] = [await world.node(), await world.node()];
  right.transport.setPeers("observer", [left.listed("observer")]);
  left.transport.setPeers("validator", [{ ...right.listed("validator"), isSeed: true }]);
  await eventually("connected", () => left.record.connected.has(right.key));
  expect(left.transport.broadcast(new Uint8Array(4), "validator")).toBe(0);
  expect(left.transport.send(right.key, new Uint8Array(4))).toBe(true);
});

test.each(["there", "elsewhere"])("a peer is called in both of its places: %s", async (place) => {
  const [left, right] = [await world.node(), await world.node()];
  right.transport.setPeers("validator", [left.listed("observer")]);
  const listed = right.listed("validator");
  const [real, dead] = [present(listed.address, "a place"), { host: "127.0.0.1", port: 9 }];
  const [address, otherAddress] = place === "there" ? [real, dead] : [dead, real];
  left.transport.setPeers("observer", [{ ...listed, address, otherAddress }]);
  await eventually("connected", () => left.record.connected.has(right.key));
  right.transport.disconnect(left.key, "once more", 0);
  await eventually(
    "again",
    () => left.record.departures.length > 0 && left.record.connected.size > 0,
  );
});

test("the largest message arrives whole", async () => {
  const [left, right] = [await world.node(), await world.node()];
  await mesh([left, right]);
  const payload = new Uint8Array(FRAME_BYTES_MAX - 1).fill(0x5a);
  expect(left.transport.send(right.key, payload)).toBe(true);
  await eventually("it arrived", () => right.record.inbox.length === 1);
  expect(right.record.inbox[0]?.payload).toBe("5a".repeat(payload.length));
});

test("a port that is taken is an error that says so", async () => {
  const node = await world.node();
  const failure = await world.node({ port: node.port }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(SomaError);
  expect(String(failure)).toContain(`cannot listen on 127.0.0.1:${node.port}`);
});

test("a peer that misbehaves is held off for as long as its owner says", async () => {
  const [left, right] = [await world.node(), await world.node()];
  await mesh([left, right]);
  left.transport.disconnect(right.key, "sends junk", 50);
  await eventually("gone", () => right.record.departures.length === 1);
  expect(right.record.departures[0]?.reason).toBe("peer said: sends junk");
  await eventually("back", () => [left, right].every((node) => node.record.connected.size === 1));
});

test("a killed connection comes back by itself", async () => {
  const [left, right] = [await world.node(), await world.node()];
  await mesh([left, right]);
  for (let time = 1; time <= 3; time++) {
    left.transport.disconnect(right.key, "drill", 0);
    await eventually("gone", () => right.record.departures.length === time);
    await eventually("back", () => [left, right].every((node) => node.record.connected.size === 1));
  }
  expect(left.transport.stats().peers[0]?.connections).toBe(4);
});

test("a peer that starts late is connected when it is there", async () => {
  const late = await world.node();
  const early = await world.node();
  await late.transport.stop();
  early.transport.setPeers("observer", [late.listed("validator")]);
  await eventually("called in vain", () => early.record.refusals.length >= 3);
  expect(early.record.refusals[0]?.reason).toStartWith("cannot connect");
  const started = await world.restart(late);
  started.transport.setPeers("validator", [early.listed("observer")]);
  await eventually("connected", () => early.record.connected.has(late.key));
});

test("a bug in an event handler stops the process instead of the connection", async () => {
  const script = new URL("crashing-handler.ts", import.meta.url).pathname;
  const child = Bun.spawn([process.execPath, script], { stdout: "pipe", stderr: "pipe" });
  const [code, stderr] = await Promise.all([child.exited, child.stderr.text()]);
  expect(code).toBe(70);
  expect(stderr).toContain("AssertionError: the handler is right");
});

test("what was sent before a stop arrives", async () => {
  const [left, right] = [await world.node(), await world.node()];
  await mesh([left, right]);
  for (let index = 0; index < 20; index++) left.transport.send(right.key, new Uint8Array(100_000));
  await left.transport.stop();
  await eventually("all arrived", () => right.record.inbox.length === 20);
  await eventually("told", () => right.record.departures.length === 1);
  expect(right.record.departures[0]?.reason).toBe("peer said: shutting down");
});
