/**
 * The TLS transport over real loopback sockets: the shared behaviours, and what strangers, wrong
 * peers and slow readers cannot do.
 *
 * @module
 */
import { afterEach, beforeEach, expect, test } from "bun:test";

import { utf8 } from "../../src/base/bytes.ts";
import { SomaError } from "../../src/base/errors.ts";
import { issueCertificate } from "../../src/network/certificate.ts";
import { encodeFrame, FRAME_BYTES_MAX, FRAME_KIND } from "../../src/network/frame.ts";
import { encodeHello } from "../../src/network/hello.ts";
import { OBSERVER_FRAME_BYTES_MAX } from "../../src/network/limits.ts";
import { tlsOptions } from "../../src/network/tls.ts";
import { eventually, mesh, transportConformance } from "../conformance/transport.ts";
import { CHAIN_ID, DAY_MS, openTlsWorld, type TlsNode, type TlsWorld } from "./tls-world.ts";

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

test("an impostor at a peer's address is refused by the calling side", async () => {
  const observer = await world.node();
  const impostor = await world.node();
  const expected = { ...impostor.listed("validator"), key: "ab".repeat(32) };
  observer.transport.setPeers("observer", [expected]);
  await eventually("refused", () => observer.record.refusals.length > 0);
  expect(observer.record.refusals[0]).toMatchObject({
    key: impostor.key,
    reason: "network key is not the expected one",
  });
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

/** Frames a member of the committee may send that end its connection, and what it is told. */
const FAULTS: readonly [string, (peer: string) => Uint8Array[], string][] = [
  ["a frame of length 0", () => [Uint8Array.of(0, 0, 0, 0)], "frame of length 0"],
  [
    "a frame of length 2^32 - 1",
    () => [Uint8Array.of(255, 255, 255, 255)],
    `frame of 4294967295 bytes, at most ${OBSERVER_FRAME_BYTES_MAX} are allowed`,
  ],
  [
    "an observer's frame above its limit",
    () => [Uint8Array.of(0, 0x10, 0, 1)],
    `frame of ${OBSERVER_FRAME_BYTES_MAX + 1} bytes, at most ${OBSERVER_FRAME_BYTES_MAX} are allowed`,
  ],
  ["a frame of an unknown kind", () => [encodeFrame(9, utf8("?"))], "frame kind 9 is not expected"],
  [
    "a second hello",
    (key) => [encodeFrame(FRAME_KIND.hello, hello(key))],
    "frame kind 1 is not expected",
  ],
];

for (const [what, frames, reason] of FAULTS) {
  test(`${what} ends an open connection, and the peer is held off`, async () => {
    const node = await world.node({ limits: { faultHoldMs: 60_000 } });
    const caller = await callAsObserver(node);
    caller.write(encodeFrame(FRAME_KIND.hello, hello(caller.key)));
    await eventually("open", () => node.record.connected.size === 1);
    for (const frame of frames(caller.key)) caller.write(frame);
    await eventually("closed", () => caller.closed);
    expect(node.record.departures).toEqual([{ key: caller.key, reason }]);
    const again = await callRaw(node, caller.tls);
    await eventually("closed again", () => again.closed);
    expect(node.record.refusals[0]?.reason).toBe("refused for a while after a fault");
  });
}

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
    const caller = await callAsObserver(node);
    caller.write(frame(caller.key));
    await eventually("closed", () => caller.closed);
    expect(node.record.refusals[0]?.reason).toStartWith(reason);
    expect(node.record.connected.size).toBe(0);
  });
}

test("a slow reader cannot grow memory, and is let go", async () => {
  const queue = { framesMax: 100, bytesMax: 4_194_304 };
  const node = await world.node({ limits: { queue, stallMs: 60 } });
  const caller = await callAsObserver(node);
  caller.write(encodeFrame(FRAME_KIND.hello, hello(caller.key)));
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
  const caller = await callAsObserver(left, [right]);
  caller.write(encodeFrame(FRAME_KIND.hello, hello(caller.key)));
  await eventually("the silent one is let go", () => left.record.departures.length === 1);
  expect(left.record.departures[0]).toEqual({ key: caller.key, reason: "silent for too long" });
  expect(left.record.connected.has(right.key)).toBe(true);
});

test("a newer connection of the same key takes the place of the older", async () => {
  const node = await world.node();
  const first = await callAsObserver(node);
  first.write(encodeFrame(FRAME_KIND.hello, hello(first.key)));
  await eventually("open", () => node.record.connected.size === 1);
  const second = await callRaw(node, first.tls);
  second.write(encodeFrame(FRAME_KIND.hello, hello(first.key)));
  await eventually("replaced", () => node.record.departures.length === 1 && first.closed);
  expect(node.record.departures[0]?.reason).toBe("replaced by a newer connection");
  expect(node.record.connected.has(first.key)).toBe(true);
  second.write(encodeFrame(FRAME_KIND.message, utf8("here")));
  await eventually("heard", () => node.record.inbox.length === 1);
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

function listAsValidators(...nodes: readonly TlsNode[]): void {
  const listed = nodes.map((node) => node.listed("validator"));
  for (const node of nodes) node.transport.setPeers("validator", listed);
}

function hello(key: string): Uint8Array {
  return encodeHello({ chain_id: CHAIN_ID, epoch: 0n, network_key: key });
}

type RawTls = { rejectUnauthorized: false; secureOptions?: number; cert?: string; key?: string };
type RawSocket = {
  readonly closed: boolean;
  readonly write: (bytes: Uint8Array) => void;
  readonly pause: () => void;
};

/** A socket of our own making to a node, with TLS options or without TLS. */
async function callRaw(node: TlsNode, tls: RawTls | undefined): Promise<RawSocket> {
  let closed = false;
  const ready = Promise.withResolvers<void>();
  const socket = await Bun.connect({
    hostname: "127.0.0.1",
    port: node.port,
    ...(tls === undefined ? {} : { tls }),
    socket: {
      open: () => (tls === undefined ? ready.resolve() : undefined),
      handshake: () => ready.resolve(),
      data: () => undefined,
      error: () => undefined,
      close: () => {
        closed = true;
        ready.resolve();
      },
    },
  });
  await ready.promise;
  return {
    get closed() {
      return closed;
    },
    write: (bytes) => void socket.write(bytes),
    pause: () => socket.pause(),
  };
}

/** A raw TLS socket whose key `node` has listed as an observer, beside `others`. */
async function callAsObserver(
  node: TlsNode,
  others: readonly TlsNode[] = [],
): Promise<RawSocket & { key: string; tls: RawTls }> {
  const nowMs = Date.now();
  const { seed, key } = await world.node();
  const { cert, key: secret } = tlsOptions(
    issueCertificate(seed, { fromMs: nowMs - DAY_MS, toMs: nowMs + DAY_MS }),
  );
  const tls: RawTls = { rejectUnauthorized: false, cert, key: secret };
  const validators = others.map((other) => other.listed("validator"));
  const observer = { key, class: "observer" as const, address: undefined };
  node.transport.setPeers("validator", [...validators, observer]);
  const socket = await callRaw(node, tls);
  return {
    get closed() {
      return socket.closed;
    },
    write: socket.write,
    pause: socket.pause,
    key,
    tls,
  };
}
