/**
 * What a node does with a message depends on its epoch before anything else: who is no validator in
 * this one may be or have been one in another.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { prepare, type Prepared } from "../../src/node/prepare.ts";
import { toDigest } from "../../src/types/address.ts";
import { signBlock } from "../../src/types/block.ts";
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

describe("evidence of equivocation", () => {
  const { node } = new NodeUnderTest(setup, 0);
  const { committee } = node.epoch.setting;
  const twin = (round: number, timestamp_ms: bigint): Uint8Array => {
    const parts = { epoch: 0n, author: 2, ancestors: [], transactions: [], commit_votes: [] };
    return signBlock({ ...parts, round, timestamp_ms }, () => new Uint8Array(64)).bytes;
  };
  const accuse = (peer: string, first: Uint8Array, second: Uint8Array): Prepared =>
    prepare(node, peer, { kind: "Evidence", first, second });

  test("is two blocks of one slot, whose signatures are to be verified", () => {
    const prepared = accuse(VALIDATOR, twin(3, 1n), twin(3, 2n));
    expect(prepared).toMatchObject({ kind: "Take", input: { kind: "Evidence" } });
    const checks = prepared.kind === "Take" ? prepared.checks : [];
    const key = committee.members[2]!.worker_key;
    expect(checks.map((check) => check.kind === "Ed25519" && check.publicKey)).toEqual([key, key]);
  });

  test("is refused when the blocks do not contradict each other, or an observer accuses", () => {
    const malformed = new Uint8Array(70);
    for (const [peer, first, second] of [
      [VALIDATOR, twin(3, 1n), twin(3, 1n)],
      [VALIDATOR, twin(3, 1n), twin(4, 1n)],
      [VALIDATOR, twin(3, 1n), malformed],
      [FULLNODE, twin(3, 1n), twin(3, 2n)],
    ] as const) {
      expect(accuse(peer, first, second).kind).toBe("Reject");
    }
  });
});
