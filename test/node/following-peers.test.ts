/**
 * Following: a fullnode from the first connection, a validator while it is behind, and another peer
 * when the one that is followed goes away or falls silent.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { follow, followAnother, resend } from "../../src/node/following.ts";
import type { NodeOutput } from "../../src/node/io.ts";
import { NODE_LIMITS } from "../../src/protocol/limits.ts";
import { network, NodeUnderTest, only, START_MS, transfer } from "./network.ts";
import { Table } from "./table.ts";

const FULLNODE = 4;
const setup = network();

function connected(index: number): NodeUnderTest {
  const under = new NodeUnderTest(setup, index);
  for (const [other, { peer }] of setup.nodes.entries()) {
    if (other !== index && other < FULLNODE) under.step({ kind: "Connected", peer });
  }
  return under;
}

function followed(outputs: readonly NodeOutput[]): string[] {
  return only(outputs, "Send").flatMap(({ peer, message }) =>
    message.kind === "Follow" ? [peer] : [],
  );
}

describe("a fullnode", () => {
  test("follows a validator from its next checkpoint on", () => {
    const { node } = connected(FULLNODE);
    const [first] = node.connected;
    expect(node.upstream?.peer).toBe(first);
    const out: NodeOutput[] = [];
    follow(node, setup.nodes[0]!.peer, out);
    expect(only(out, "Send")[0]!.message).toEqual({ kind: "Follow", sequence: 1n });
  });

  test("goes round the validators that are connected", () => {
    const { node } = connected(FULLNODE);
    const seen = new Set<string>();
    for (let turn = 0; turn < 4; turn++) {
      const out: NodeOutput[] = [];
      followAnother(node, out);
      for (const peer of followed(out)) seen.add(peer);
    }
    expect(seen.size).toBe(4);
  });

  test("turns to another when the one it follows goes away, or is silent for too long", () => {
    const under = connected(FULLNODE);
    const first = under.node.upstream!.peer;
    const next = followed(under.step({ kind: "Disconnected", peer: first }));
    expect(next).toHaveLength(1);
    expect(next).not.toEqual([first]);
    under.node.nowMs = START_MS + NODE_LIMITS.followStallMs + 1;
    const out: NodeOutput[] = [];
    resend(under.node, out);
    expect(followed(out)).toHaveLength(1);
    expect(followed(out)).not.toEqual(next);
  });
});

describe("a validator", () => {
  test("follows nobody while it is level", () => {
    const { node } = connected(0);
    const out: NodeOutput[] = [];
    resend(node, out);
    expect(followed(out)).toEqual([]);
  });

  test("follows whoever is in a later epoch", () => {
    const under = connected(0);
    const peer = setup.nodes[2]!.peer;
    expect(followed(under.step({ kind: "Behind", peer }))).toEqual([peer]);
  });

  test("that was away catches up with the others", () => {
    const table = new Table();
    table.leave(3);
    const [alice, bob] = [table.setup.accounts[0]!, table.setup.accounts[1]!];
    const coin = table.nodes[FULLNODE]!.coins(alice)[0]!;
    const call = table.execute(FULLNODE, transfer(alice, bob, coin));
    table.run(4_000);
    expect(table.answers.get(call)?.kind).toBe("Executed");
    table.away.delete(3);
    for (const other of [0, 1, 2]) {
      table.input(3, { kind: "Disconnected", peer: table.peer(other) });
      table.connect(other, 3);
    }
    table.run(8_000);
    expect(table.nodes[3]!.node.chain.certifiedSequence).toBe(
      table.nodes[0]!.node.chain.certifiedSequence,
    );
  });
});
