/**
 * Questions of peers are answered within a budget.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import type { NodeOutput, PlainMessage } from "../../src/node/io.ts";
import { NODE_LIMITS } from "../../src/protocol/limits.ts";
import type { PeerMessage } from "../../src/types/message.ts";
import { network, NodeUnderTest, START_MS } from "./network.ts";

const setup = network();
const FULLNODE = setup.nodes.at(-1)!.peer;

function answersTo(under: NodeUnderTest, peer: string, message: PlainMessage): PeerMessage[] {
  const outputs = under.step({ kind: "Message", peer, message });
  return outputs.flatMap((output: NodeOutput) =>
    output.kind === "Send" && output.peer === peer ? [output.message] : [],
  );
}

function fresh(): { readonly under: NodeUnderTest; readonly peer: string } {
  const under = new NodeUnderTest(setup, 0);
  const { peers, authority } = under.node.epoch.setting;
  return { under, peer: peers[(authority! + 1) % peers.length]! };
}

const exhaust = ({ node }: NodeUnderTest, peer: string): void =>
  node.budgets.spend(peer, NODE_LIMITS.answerBytesMax, START_MS);

const BLOCKS = { kind: "FetchBlocks", epoch: 0n, request: 1, refs: [] } as const;

describe("blocks", () => {
  test("are sent, and counted", () => {
    const { under, peer } = fresh();
    const ask = { ...BLOCKS, above: [0, 0, 0, 0] };
    const [answer] = answersTo(under, peer, ask);
    expect(answer).toMatchObject({ kind: "FetchedBlocks", blocks: { length: 1 } });
    exhaust(under, peer);
    expect(answersTo(under, peer, ask)).toMatchObject([{ blocks: { length: 0 } }]);
  });

  test("of an epoch that is over come from storage", () => {
    const { under, peer } = fresh();
    const [answer] = answersTo(under, peer, { ...BLOCKS, epoch: 9n, above: [0, 0, 0, 0] });
    expect(answer).toMatchObject({ kind: "FetchedBlocks", epoch: 9n, blocks: [] });
  });

  test("are for validators", () => {
    const { under } = fresh();
    expect(answersTo(under, FULLNODE, { ...BLOCKS, above: [0, 0, 0, 0] })).toEqual([]);
  });
});

test("commits are shown to validators, empty beyond the budget", () => {
  const { under, peer } = fresh();
  const ask = { kind: "FetchCommits", epoch: 0n, request: 2, first: 1, count: 5 } as const;
  const empty = { kind: "FetchedCommits", request: 2, commits: [], votes: [] };
  expect(answersTo(under, peer, ask)).toMatchObject([empty]);
  exhaust(under, peer);
  expect(answersTo(under, peer, ask)).toMatchObject([empty]);
  expect(answersTo(under, FULLNODE, ask)).toEqual([]);
  expect(answersTo(under, peer, { ...ask, epoch: 1n })).toEqual([]);
});

test("who asks again and again for all checkpoints is heard no more for a while", () => {
  const { under } = fresh();
  const ask = { kind: "Follow", sequence: 0n } as const;
  expect(answersTo(under, FULLNODE, ask)).toMatchObject([{ kind: "Checkpoint" }]);
  let answered = 1;
  while (answersTo(under, FULLNODE, ask).length > 0) answered++;
  expect(answered).toBeGreaterThan(1_000);
  expect(answered).toBeLessThan(20_000);
});

test("a greeting beyond the budget makes nothing be pushed", () => {
  const { under, peer } = fresh();
  const hello = { kind: "Subscribe", epoch: 0n, round: 0, signed: 0, asks: true } as const;
  const kinds = (): string[] => answersTo(under, peer, hello).map(({ kind }) => kind);
  expect(kinds()).toEqual(["Block", "Subscribe"]);
  exhaust(under, peer);
  expect(kinds()).toEqual([]);
});
