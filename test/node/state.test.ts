/**
 * What a node is when it starts: its place in the committee follows from its keys and the chain.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { createNode, currentEpoch } from "../../src/node/state.ts";
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

test("keys that the committee does not have make no validator", () => {
  const { disk } = new NodeUnderTest(setup, 0);
  const config = setup.nodes[0]!;
  const identity = { ...config.identity!, protocolKey: new Uint8Array(96) };
  const node = createNode({ ...config, identity }, disk.reader, disk.recover());
  expect(node.epoch.setting.authority).toBeUndefined();
});

test("the epoch is the one that the chain is in", () => {
  const { node } = new NodeUnderTest(setup, 0);
  const { number, startMs, durationMs } = currentEpoch(node.config, node.chain);
  expect([number, startMs, durationMs]).toEqual([0n, BigInt(START_MS), 60_000n]);
});
