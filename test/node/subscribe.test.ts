/**
 * What a node may ask of a peer follows from the connection and from nothing that the peer says: a
 * greeting may be lost, or come while this node is still in the epoch before.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { present } from "../../src/base/assert.ts";
import type { NodeOutput } from "../../src/node/io.ts";
import { decodeSignedBlock, type SignedBlock } from "../../src/types/block.ts";
import { network, NodeUnderTest, START_MS } from "./network.ts";

function blocksIn(outputs: readonly NodeOutput[]): SignedBlock[] {
  return outputs.flatMap((output) => {
    if (output.kind !== "Broadcast" || output.message.kind !== "Block") return [];
    const decoded = decodeSignedBlock(output.message.block);
    return decoded.ok ? [decoded.value] : [];
  });
}

test("a peer can be asked for blocks before it has said what it wants", () => {
  const setup = network();
  const nodes = [0, 1, 2, 3].map((index) => new NodeUnderTest(setup, index));
  const [late, other, ...others] = nodes as [NodeUnderTest, NodeUnderTest, ...NodeUnderTest[]];
  const peers = setup.nodes.map(({ peer }) => peer);
  const firsts = nodes.map(({ started }) => present(blocksIn(started)[0], "a first block"));
  for (const index of [2, 3]) {
    other.step({ kind: "Block", peer: peers[index]!, block: firsts[index]! });
  }
  const [second] = blocksIn(other.step({ kind: "Timer" }, START_MS + 500));
  late.step({ kind: "Connected", peer: peers[1]! });
  const block = present(second, "a second block");
  const outputs = late.step({ kind: "Block", peer: peers[1]!, block });
  const asked = outputs.filter(
    (output) => output.kind === "Send" && output.message.kind === "FetchBlocks",
  );
  expect(others).toHaveLength(2);
  expect(asked).toHaveLength(1);
});
