/**
 * What every transport must do, whatever carries its bytes. A world opens nodes that can reach each
 * other; each node records what its transport told it.
 *
 * @module
 */
import { afterEach, beforeEach, expect, test } from "bun:test";

import { toHex, utf8 } from "../../src/base/bytes.ts";
import type {
  Peer,
  PeerAddress,
  PeerClass,
  Refusal,
  Transport,
  TransportEvents,
} from "../../src/network/transport.ts";

/** What a transport has told its owner. */
export type Recorder = TransportEvents & {
  readonly inbox: { readonly from: Peer; readonly payload: string }[];
  readonly connected: Map<string, Peer>;
  readonly departures: { readonly key: string; readonly reason: string }[];
  readonly refusals: Refusal[];
};

/** A node of a world: its transport and what it was told. */
export type Node = {
  readonly key: string;
  readonly transport: Transport;
  readonly record: Recorder;
  readonly listed: (peerClass: PeerClass) => PeerAddress;
};

/** Opens started nodes that can reach each other. */
export type World = {
  readonly node: () => Promise<Node>;
  /** Stops a node and starts another with the same key and address. */
  readonly restart: (node: Node) => Promise<Node>;
  readonly close: () => Promise<void>;
};

const SETTLE_MS = 3_000;

/** Events that end in lists. */
export function recorder(): Recorder {
  const inbox: Recorder["inbox"] = [];
  const connected: Recorder["connected"] = new Map();
  const departures: Recorder["departures"] = [];
  const refusals: Recorder["refusals"] = [];
  return {
    inbox,
    connected,
    departures,
    refusals,
    onMessage: (from, payload) => inbox.push({ from, payload: toHex(payload) }),
    onConnected: (peer) => connected.set(peer.key, peer),
    onDisconnected: (peer, reason) => {
      connected.delete(peer.key);
      departures.push({ key: peer.key, reason });
    },
    onRefused: (refusal) => refusals.push(refusal),
  };
}

/** Waits until `holds`, or fails saying what never happened. */
export async function eventually(what: string, holds: () => boolean): Promise<void> {
  const deadline = performance.now() + SETTLE_MS;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`never happened: ${what}`);
    await Bun.sleep(2);
  }
}

/** Lists `nodes` to each other as validators and waits until all are connected. */
export async function mesh(nodes: readonly Node[]): Promise<void> {
  const listed = nodes.map((node) => node.listed("validator"));
  for (const node of nodes) node.transport.setPeers("validator", listed);
  await eventually("a full mesh", () =>
    nodes.every((node) => node.record.connected.size === nodes.length - 1),
  );
}

/** Registers the tests every transport passes. */
export function transportConformance(name: string, open: () => World): void {
  let world: World;
  beforeEach(() => {
    world = open();
  });
  afterEach(() => world.close());

  const pair = async (): Promise<[Node, Node]> => {
    const nodes: [Node, Node] = [await world.node(), await world.node()];
    await mesh(nodes);
    return nodes;
  };

  test(`${name}: two peers exchange messages in order, both ways`, async () => {
    const [left, right] = await pair();
    for (let index = 0; index < 50; index++) {
      expect(left.transport.send(right.key, Uint8Array.of(index))).toBe(true);
      expect(right.transport.send(left.key, Uint8Array.of(index, index))).toBe(true);
    }
    await eventually("all arrived", () =>
      [left, right].every((node) => node.record.inbox.length === 50),
    );
    expect(right.record.inbox.map((one) => one.payload)).toEqual(numbered(50, 1));
    expect(left.record.inbox.map((one) => one.payload)).toEqual(numbered(50, 2));
    expect(left.record.inbox[0]?.from.key).toBe(right.key);
    expect(left.record.inbox[0]?.from.class).toBe("validator");
  });

  test(`${name}: four peers hear a broadcast, each once`, async () => {
    const nodes = await Promise.all([0, 1, 2, 3].map(() => world.node()));
    await mesh(nodes);
    for (const node of nodes) expect(node.transport.broadcast(utf8(node.key))).toBe(3);
    await eventually("all heard all", () => nodes.every((node) => node.record.inbox.length === 3));
    for (const node of nodes) {
      const heard = node.record.inbox.map((one) => one.from.key).sort();
      expect(heard).toEqual(
        nodes
          .map((other) => other.key)
          .filter((key) => key !== node.key)
          .sort(),
      );
    }
  });

  test(`${name}: an empty message is a message`, async () => {
    const [left, right] = await pair();
    left.transport.send(right.key, new Uint8Array(0));
    await eventually("it arrived", () => right.record.inbox.length === 1);
    expect(right.record.inbox[0]?.payload).toBe("");
  });

  test(`${name}: a peer that is not connected takes nothing`, async () => {
    const node = await world.node();
    expect(node.transport.send("ff".repeat(32), utf8("hello"))).toBe(false);
    expect(node.transport.broadcast(utf8("hello"))).toBe(0);
  });

  test(`${name}: observers call validators and are told apart from them`, async () => {
    const [validator, other, observer] = [
      await world.node(),
      await world.node(),
      await world.node(),
    ];
    const committee = [validator.listed("validator"), other.listed("validator")];
    const all = [...committee, observer.listed("observer")];
    for (const node of [validator, other]) node.transport.setPeers("validator", all);
    observer.transport.setPeers("observer", committee);
    await eventually("all connected", () =>
      [validator, other, observer].every((node) => node.record.connected.size === 2),
    );
    expect(validator.record.connected.get(observer.key)?.class).toBe("observer");
    expect(validator.transport.broadcast(utf8("block"), "validator")).toBe(1);
    expect(validator.transport.broadcast(utf8("checkpoint"), "observer")).toBe(1);
    await eventually("each heard its own", () =>
      [other, observer].every((node) => node.record.inbox.length === 1),
    );
    expect(observer.record.inbox[0]?.payload).toBe(toHex(utf8("checkpoint")));
  });

  test(`${name}: a peer that leaves the list is disconnected on both sides`, async () => {
    const [left, right] = await pair();
    left.transport.setPeers("validator", []);
    await eventually("both let go", () =>
      [left, right].every((node) => node.record.connected.size === 0),
    );
    expect(left.transport.send(right.key, utf8("x"))).toBe(false);
  });

  test(`${name}: a restarted peer is connected again`, async () => {
    const [left, right] = await pair();
    const again = await world.restart(right);
    again.transport.setPeers("validator", [left.listed("validator"), right.listed("validator")]);
    await eventually(
      "connected again",
      () => left.record.departures.length > 0 && left.record.connected.has(right.key),
    );
    left.transport.send(right.key, utf8("welcome back"));
    await eventually("it arrived", () => again.record.inbox.length === 1);
  });

  test(`${name}: a paused peer is not read until resumed, and nothing is lost`, async () => {
    const [left, right] = await pair();
    right.transport.pause(left.key);
    const chunk = new Uint8Array(65_536);
    let sent = 0;
    while (sent < 4_000 && left.transport.send(right.key, chunk)) sent += 1;
    expect(sent).toBeLessThan(4_000);
    await Bun.sleep(30);
    expect(right.record.inbox.length).toBeLessThan(sent);
    right.transport.resume(left.key);
    await eventually("all arrived", () => right.record.inbox.length === sent);
  });
}

function numbered(count: number, repeats: number): string[] {
  return Array.from({ length: count }, (_, index) => toHex(new Uint8Array(repeats).fill(index)));
}
