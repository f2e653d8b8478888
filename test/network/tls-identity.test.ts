/**
 * Who gets a connection: certificates, keys, chains and hellos that are not right are refused, by
 * the side that called and by the side that was called.
 *
 * @module
 */
import { afterEach, beforeEach, expect, test } from "bun:test";

import { utf8 } from "../../src/base/bytes.ts";
import { issueCertificate } from "../../src/network/certificate.ts";
import { encodeFrame, FRAME_KIND } from "../../src/network/frame.ts";
import { eventually } from "../conformance/transport.ts";
import { callAsObserver, callRaw, hello, type RawSocket } from "./raw-caller.ts";
import { DAY_MS, openTlsWorld, type TlsNode, type TlsWorld } from "./tls-world.ts";

let world: TlsWorld;
beforeEach(() => {
  world = openTlsWorld();
});
afterEach(() => world.close());

test("nodes of different chains do not connect, and both say why", async () => {
  const left = await world.node();
  const right = await world.node({ chainId: "c1".repeat(32) });
  listAsValidators(left, right);
  await eventually("both refused", () =>
    [left, right].every((node) => node.record.refusals.length > 0),
  );
  const reasons = [left, right].map((node) => node.record.refusals[0]?.reason ?? "");
  expect(reasons.some((reason) => /^chain id c[01]c[01]c[01]c[01] is not ours$/.test(reason))).toBe(
    true,
  );
  expect(reasons.some((reason) => reason.startsWith("peer said: chain id"))).toBe(true);
  expect(left.record.connected.size + right.record.connected.size).toBe(0);
});

test("an expired certificate and one not yet valid are refused", async () => {
  const nowMs = Date.now();
  const left = await world.node();
  const expired = await world.node({
    validity: { fromMs: nowMs - 2 * DAY_MS, toMs: nowMs - DAY_MS },
  });
  const early = await world.node({
    validity: { fromMs: nowMs + DAY_MS, toMs: nowMs + 2 * DAY_MS },
  });
  listAsValidators(left, expired, early);
  const refusedFor = (reason: string): boolean =>
    left.record.refusals.some((refusal) => refusal.reason === reason);
  await eventually(
    "both refused",
    () => refusedFor("certificate has expired") && refusedFor("certificate is not yet valid"),
  );
  expect(left.record.connected.size).toBe(0);
});

test("a stranger's key is refused by the called side", async () => {
  const validator = await world.node();
  const stranger = await world.node();
  validator.transport.setPeers("validator", []);
  stranger.transport.setPeers("observer", [validator.listed("validator")]);
  await eventually("refused", () => validator.record.refusals.length > 0);
  expect(validator.record.refusals[0]?.reason).toBe("network key is not a peer's");
  expect(validator.record.refusals[0]?.key).toBe(stranger.key);
  await eventually("told so", () =>
    stranger.record.refusals.some(
      (refusal) => refusal.reason === "peer said: network key is not a peer's",
    ),
  );
});

test("an impostor at a peer's address is refused, and the peer can still connect", async () => {
  const observer = await world.node();
  const impostor = await world.node();
  const expected = { ...impostor.listed("validator"), key: "ab".repeat(32) };
  observer.transport.setPeers("observer", [expected]);
  await eventually("refused", () => observer.record.refusals.length > 0);
  expect(observer.record.refusals[0]).toMatchObject({
    key: impostor.key,
    reason: "network key is not the expected one",
  });
  const genuine = await world.node();
  observer.transport.setPeers("observer", [
    { ...genuine.listed("validator"), address: impostor.listed("validator").address },
  ]);
  genuine.transport.setPeers("validator", [observer.listed("observer")]);
  await eventually("called again", () => observer.record.refusals.length > 3);
  observer.transport.setPeers("observer", [genuine.listed("validator")]);
  await eventually("connected to the real one", () => observer.record.connected.has(genuine.key));
});

test("another key is shown on the same port, and the old one no more", async () => {
  const [node, observer] = [await world.node(), await world.node()];
  const other = await world.node();
  await other.transport.stop();
  const call = (key: string): void =>
    observer.transport.setPeers("observer", [{ ...node.listed("validator"), key }]);
  const accept = (): void => node.transport.setPeers("validator", [observer.listed("observer")]);
  call(node.key);
  accept();
  await eventually("connected", () => observer.record.connected.has(node.key));
  const validity = { fromMs: Date.now() - DAY_MS, toMs: Date.now() + DAY_MS };
  node.transport.showKey(other.key, issueCertificate(other.seed, validity));
  accept();
  expect([node.transport.key, node.transport.port]).toEqual([other.key, node.port]);
  await eventually("told", () => !observer.record.connected.has(node.key));
  await eventually("refused", () => observer.record.refusals.some(({ key }) => key === other.key));
  call(other.key);
  await eventually("connected again", () => observer.record.connected.has(other.key));
});

test("a connection without a client certificate is refused", async () => {
  const node = await world.node();
  const socket = await callRaw(node, { rejectUnauthorized: false });
  await eventually("refused", () => node.record.refusals.length > 0);
  expect(node.record.refusals[0]?.reason).toBe("no certificate");
  await eventually("closed", () => socket.closed);
});

test("TLS 1.2 is refused", async () => {
  const node = await world.node();
  const SSL_OP_NO_TLS_1_3 = 0x2000_0000;
  const socket = await callRaw(node, {
    rejectUnauthorized: false,
    secureOptions: SSL_OP_NO_TLS_1_3,
  });
  await eventually("closed", () => socket.closed);
  expect(node.record.connected.size).toBe(0);
});

test("bytes that are not TLS are refused", async () => {
  const node = await world.node();
  const socket = await callRaw(node, undefined);
  socket.write(utf8("GET / HTTP/1.1\r\n\r\n"));
  await eventually("closed", () => socket.closed);
  expect(node.record.refusals).toHaveLength(1);
});

test("a caller that never speaks is let go", async () => {
  const node = await world.node({ limits: { helloMs: 30 } });
  const silent = await callRaw(node, undefined);
  await eventually("closed", () => silent.closed);
  expect(node.record.refusals[0]?.reason).toBe("no hello in time");
  expect(node.transport.stats().pending).toBe(0);
});

test("connections without a hello are bounded", async () => {
  const node = await world.node({ limits: { pendingMax: 3, pendingPerAddressMax: 3 } });
  const sockets: RawSocket[] = [];
  for (let index = 0; index < 5; index++) sockets.push(await callRaw(node, undefined));
  await eventually("two closed", () => sockets.filter((socket) => socket.closed).length === 2);
  expect(node.transport.stats().pending).toBe(3);
  expect(node.record.refusals.map((refusal) => refusal.reason)).toEqual([
    "too many connections without a hello",
    "too many connections without a hello",
  ]);
});

const BAD_HELLOS: readonly [string, (key: string) => Uint8Array, string][] = [
  [
    "a message first",
    () => encodeFrame(FRAME_KIND.message, utf8("x")),
    "first frame is not a hello",
  ],
  ["a hello cut short", (key) => encodeFrame(1, hello(key).subarray(1)), "hello is malformed"],
  ["a hello of another key", () => encodeFrame(1, hello("ee".repeat(32))), "hello names another"],
  [
    "a hello of another protocol",
    (key) => encodeFrame(1, hello(key).fill(0x20, 0, 4)),
    "hello of another protocol",
  ],
  [
    "a large frame before hello",
    () => Uint8Array.of(0, 0, 2, 1),
    "frame of 513 bytes, at most 512",
  ],
];

for (const [what, frame, reason] of BAD_HELLOS) {
  test(`${what} is refused`, async () => {
    const node = await world.node();
    const caller = await callAsObserver(world, node);
    caller.write(frame(caller.key));
    await eventually("closed", () => caller.closed);
    expect(node.record.refusals[0]?.reason).toStartWith(reason);
    expect(node.record.connected.size).toBe(0);
  });
}

function listAsValidators(...nodes: readonly TlsNode[]): void {
  const listed = nodes.map((node) => node.listed("validator"));
  for (const node of nodes) node.transport.setPeers("validator", listed);
}
