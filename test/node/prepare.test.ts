/**
 * What a node does with a message depends on its epoch before anything else: who is no validator in
 * this one may be or have been one in another. And which signatures are to be verified.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import type { Output } from "../../src/consensus/io.ts";
import { prepare, type Prepared } from "../../src/node/prepare.ts";
import { toDigest, ZERO_DIGEST } from "../../src/types/address.ts";
import { signBlock } from "../../src/types/block.ts";
import type { PeerMessage } from "../../src/types/message.ts";
import { chainOfCommits, votesOn } from "../consensus/commit-chain.ts";
import { testBlock } from "../consensus/fixtures.ts";
import { only } from "../consensus/solo.ts";
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

describe("blocks of certified commits", () => {
  test("need no signature checked, and only while they are awaited; votes do", () => {
    const { node } = new NodeUnderTest(setup, 0);
    const { committee, authority } = node.epoch.setting;
    const [known, unknown] = [1, 2].map((round) => testBlock(committee, { round, author: 2 }));
    const checksOf = (message: PeerMessage): number => {
      const prepared = prepare(node, VALIDATOR, message);
      return prepared.kind === "Take" ? prepared.checks.length : -1;
    };
    const [epoch, request] = [0n, 1];
    const blocks = [known!.bytes, unknown!.bytes];
    const answer: PeerMessage = { kind: "FetchedBlocks", epoch, request, blocks };
    expect(checksOf(answer)).toBe(2);

    const { commitSync, requests } = node.consensus!;
    requests.connect((authority! + 1) % 4);
    const commits = chainOfCommits(node.config.limits.commitRangeMax, () => [known!.ref]);
    const votes = votesOn(committee, commits.at(-1)!, [0, 1, 2]);
    const poll = (): readonly Output[] =>
      commitSync.poll(0, { index: 0, digest: ZERO_DIGEST }, commits.length);
    const [asked] = only(poll(), "FetchCommits");
    const shown = votes.map(({ bytes }) => bytes);
    const proof: PeerMessage = { kind: "FetchedCommits", epoch, request, commits, votes: shown };
    expect(checksOf(proof)).toBe(3);
    expect(commitSync.takeCommits(asked!.request, { commits, votes })).toBeUndefined();
    poll();
    expect(checksOf(answer)).toBe(1);
  });
});
