/**
 * What a node does with a message depends on its epoch before anything else: who is no validator in
 * this one may be or have been one in another.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { prepare, type Prepared } from "../../src/node/prepare.ts";
import { toDigest } from "../../src/types/address.ts";
import { network, NodeUnderTest } from "./network.ts";

const setup = network();
const [VALIDATOR, FULLNODE] = [setup.nodes[1]!.peer, setup.nodes.at(-1)!.peer];

function signatureFrom(peer: string, epoch: bigint): Prepared {
  const { node } = new NodeUnderTest(setup, 0);
  const digest = toDigest("0".repeat(64));
  const signature = new Uint8Array(48);
  return prepare(node, peer, {
    kind: "CheckpointSignature",
    epoch,
    sequence: 1n,
    digest,
    signature,
  });
}

describe("the signature of a checkpoint", () => {
  test("of this epoch comes from a validator", () => {
    expect(signatureFrom(VALIDATOR, 0n)).toMatchObject({
      kind: "Take",
      input: { kind: "Message" },
    });
    expect(signatureFrom(FULLNODE, 0n)).toMatchObject({ kind: "Reject" });
  });

  test("of another epoch is no offence, whoever sends it", () => {
    for (const peer of [VALIDATOR, FULLNODE]) {
      const prepared = signatureFrom(peer, 1n);
      expect(prepared).toMatchObject({ kind: "Take", input: { kind: "Behind", peer } });
    }
  });
});
