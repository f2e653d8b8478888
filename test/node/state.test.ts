/**
 * What a node is when it starts: its place in the committee follows from its keys and the chain.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import {
  createNode,
  currentEpoch,
  isCertain,
  type NodeConfig,
  noteMemory,
  recallSkipped,
} from "../../src/node/state.ts";
import { network, NodeUnderTest, START_MS } from "./network.ts";

const setup = network();

test("a node is a validator if the committee has its key, and a fullnode if not", () => {
  for (const [index, config] of setup.nodes.entries()) {
    const { node } = new NodeUnderTest(setup, index);
    const { authority, peers, committee } = node.epoch.setting;
    if (config.identity === undefined) {
      expect(authority).toBeUndefined();
      expect(node.consensus).toBeUndefined();
      continue;
    }
    expect(peers[authority!]).toBe(config.peer);
    expect(committee.members[authority!]!.protocol_key).toEqual(config.identity.protocolKey);
    expect(node.consensus).toBeDefined();
  }
});

test("keys that the committee does not have make no validator, a single one neither", () => {
  const { disk } = new NodeUnderTest(setup, 0);
  const config = setup.nodes[0]!;
  const identity = config.identity!;
  const others: readonly NodeConfig[] = [
    { ...config, identity: { ...identity, protocolKey: new Uint8Array(96) } },
    { ...config, identity: { ...identity, workerKey: new Uint8Array(32) } },
    { ...config, peer: setup.nodes.at(-1)!.peer },
  ];
  const nodes = others.map((other) => createNode(other, disk.reader, disk.recover()));
  for (const node of nodes) expect(node.epoch.setting.authority).toBeUndefined();
  // Its operator is told of a seat that is there.
  expect(nodes.map(({ epoch }) => epoch.setting.lacksKeys)).toEqual([true, true, true]);
  const whole = createNode(config, disk.reader, disk.recover());
  expect(whole.epoch.setting.lacksKeys).toBe(false);
});

describe("a node has certainly signed nothing in an epoch that it does not know of", () => {
  const { node } = new NodeUnderTest(setup, 0);
  const margin = node.config.limits.memoryMarginMs;

  test("when its run began long before", () => {
    expect(isCertain({ ...node, startedMs: START_MS - margin })).toBe(false);
    expect(isCertain({ ...node, startedMs: START_MS - margin - 1 })).toBe(true);
  });

  test("when it took part in the one before, and one later if it had to ask others", () => {
    const next = { ...node };
    noteMemory(next);
    expect(next.certainFrom).toBe(1n);
    const { amnesia } = node.consensus!;
    amnesia.restore(7);
    const other = { ...node };
    noteMemory(other);
    expect(other.certainFrom).toBe(2n);
    amnesia.restore(0);
  });
});

describe("what a start knows of the rounds that are left out of an epoch", () => {
  const recall = (noted: Readonly<Record<number, number>>): number | undefined =>
    recallSkipped((epoch) => noted[Number(epoch)], 5n);

  test("was noted in it", () => {
    expect(recall({ 5: 12 })).toBe(12);
    expect(recall({ 4: 3, 5: 0 })).toBe(0);
  });

  test("is none after a crash before anything was noted, if nothing was unknown before", () => {
    expect(recall({ 4: 0 })).toBe(0);
  });

  test("is unknown when others had to be asked in the epoch before, or nothing was noted", () => {
    expect(recall({ 4: 3 })).toBeUndefined();
    expect(recall({ 3: 0 })).toBeUndefined();
    expect(recall({})).toBeUndefined();
  });
});

test("the epoch is the one that the chain is in", () => {
  const { node } = new NodeUnderTest(setup, 0);
  const { number, startMs, durationMs } = currentEpoch(node.config, node.chain);
  expect([number, startMs, durationMs]).toEqual([0n, BigInt(START_MS), 60_000n]);
});
