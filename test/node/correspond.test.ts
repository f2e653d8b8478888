/**
 * What consensus says becomes messages to peers of this epoch.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { greet, peerOf, performSend, type SendOutput } from "../../src/node/correspond.ts";
import type { NodeOutput } from "../../src/node/io.ts";
import { network, NodeUnderTest } from "./network.ts";

const setup = network();
const { node } = new NodeUnderTest(setup, 0);
const { authority: own, number: epoch } = node.epoch.setting;
const OTHER = (own! + 1) % 4;
const peer = peerOf(node, OTHER);
const FULLNODE = setup.nodes.at(-1)!.peer;

function said(output: SendOutput): NodeOutput[] {
  const out: NodeOutput[] = [];
  performSend(node, output, out);
  return out;
}

describe("a greeting", () => {
  test("says what this node has of the peer, and has signed itself", () => {
    const signed = node.consensus!.own.ref.round;
    expect(signed).toBe(1);
    const message = { kind: "Subscribe", epoch, round: 0, signed, asks: true };
    expect(said({ kind: "Greet", to: OTHER })).toEqual([{ kind: "Send", peer, message }] as never);
  });

  test("is for members of the committee alone", () => {
    const out: NodeOutput[] = [];
    greet(node, FULLNODE, true, out);
    expect(out).toEqual([]);
  });
});

describe("questions and answers", () => {
  test("name the epoch and the question", () => {
    const query = { refs: [], above: [1, 2, 3, 4] };
    const [fetch] = said({ kind: "Fetch", from: OTHER, request: 7, query });
    const blocks = { kind: "FetchBlocks", epoch, request: 7, ...query };
    expect(fetch).toEqual({ kind: "Send", peer, message: blocks } as never);
    const [ask] = said({ kind: "FetchCommits", from: OTHER, request: 8, first: 5, count: 3 });
    const commits = { kind: "FetchCommits", epoch, request: 8, first: 5, count: 3 };
    expect(ask).toEqual({ kind: "Send", peer, message: commits } as never);
  });

  test("carry blocks of the DAG or of storage", () => {
    const { own: block } = node.consensus!;
    const [sent] = said({ kind: "SendBlocks", to: OTHER, request: 3, blocks: [block] });
    const query = { refs: [block.ref], above: [] };
    const limits = { blocksMax: 10, bytesMax: 10_000 };
    const [stored] = said({ kind: "SendStored", to: OTHER, request: 3, query, ...limits });
    const message = { kind: "FetchedBlocks", epoch, request: 3, blocks: [block.bytes] };
    expect(sent).toEqual({ kind: "Send", peer, message } as never);
    expect(stored).toEqual(sent);
  });

  test("own blocks are pushed one by one, and new ones sent to all", () => {
    const { own: block } = node.consensus!;
    const message = { kind: "Block", block: block.bytes } as const;
    const pushed = said({ kind: "Push", to: OTHER, blocks: [block, block] });
    expect(pushed).toEqual([
      { kind: "Send", peer, message },
      { kind: "Send", peer, message },
    ]);
    expect(said({ kind: "Broadcast", block })).toEqual([{ kind: "Broadcast", message }]);
  });
});
