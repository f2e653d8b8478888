/**
 * The validator in a node: what it persists before it speaks, what commits settle, what it reports.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import type { NodeOutput } from "../../src/node/io.ts";
import { payloadsOf } from "../../src/node/payloads.ts";
import { runConsensus } from "../../src/node/validator.ts";
import { decodeSignedBlock, signBlock, type SignedBlock } from "../../src/types/block.ts";
import { network, NodeUnderTest, only, transfer } from "./network.ts";
import { Table } from "./table.ts";

const FULLNODE = 4;
const setup = network();

test("a block is persisted before it is sent", () => {
  const { started } = new NodeUnderTest(setup, 0);
  const kinds = started.map(({ kind }) => kind);
  expect(kinds).toContain("PersistBlocks");
  expect(kinds.indexOf("PersistBlocks")).toBeLessThan(kinds.indexOf("Broadcast"));
});

test("a fullnode has no consensus to run", () => {
  const { node } = new NodeUnderTest(setup, FULLNODE);
  const out: NodeOutput[] = [];
  runConsensus(node, { kind: "Submitted" }, out);
  expect(out).toEqual([]);
});

test("a commit tells which transactions have their place, and frees what they held", () => {
  const table = new Table();
  const [alice, bob] = [table.setup.accounts[0]!, table.setup.accounts[1]!];
  const coin = table.nodes[FULLNODE]!.coins(alice)[0]!;
  const validator = table.nodes[0]!;
  const ordered: NodeOutput[] = [];
  const step = validator.step.bind(validator);
  validator.step = (input, nowMs) => {
    const outputs = step(input, nowMs);
    ordered.push(...only(outputs, "Ordered"));
    return outputs;
  };
  table.execute(FULLNODE, transfer(alice, bob, coin));
  table.run(3_000);
  expect(ordered).toHaveLength(1);
  expect(validator.node.reservations.size).toBe(0);
});

test("a block that is executed is not kept decoded, though it stays in the DAG", () => {
  const table = new Table();
  const [alice, bob] = [table.setup.accounts[0]!, table.setup.accounts[1]!];
  const coin = table.nodes[FULLNODE]!.coins(alice)[0]!;
  const { node } = table.nodes[0]!;
  const full = (isCommitted: boolean): SignedBlock[] =>
    [...node.consensus!.dag.live()]
      .filter(
        ({ signed, committed }) =>
          signed.block.transactions.length > 0 && committed === isCommitted,
      )
      .map(({ signed }) => signed);
  table.execute(FULLNODE, transfer(alice, bob, coin));
  while (full(false).length === 0) table.run(25);
  const { transactions } = full(false)[0]!.block;
  const decoded = payloadsOf(transactions);
  expect(payloadsOf(transactions)).toBe(decoded);
  while (full(true).length === 0) table.run(25);
  expect(full(true)[0]!.block.transactions).toBe(transactions);
  expect(payloadsOf(transactions)).not.toBe(decoded);
});

describe("what a commit has used up", () => {
  test("leaves the mempool of who waits to propose it", () => {
    const table = new Table();
    const [alice, bob] = [table.setup.accounts[0]!, table.setup.accounts[1]!];
    const coin = table.nodes[FULLNODE]!.coins(alice)[0]!;
    // Two validators take two transactions on one coin; one of them is ordered.
    const sent = [1n, 2n].map((amount) => transfer(alice, bob, coin, amount));
    for (const [index, transaction] of sent.entries()) {
      const message = { kind: "Submit", transaction } as const;
      table.input(index, { kind: "Message", peer: table.peer(FULLNODE), message });
    }
    table.drain();
    table.run(5_000);
    for (const { node } of table.nodes) {
      expect(node.mempool.size).toBe(0);
      expect(node.reservations.size).toBe(0);
    }
  });
});

describe("two blocks for one round", () => {
  function twins(): [SignedBlock, SignedBlock] {
    const { node, started } = new NodeUnderTest(setup, 1);
    const own = only(started, "Broadcast").flatMap(({ message }) =>
      message.kind === "Block" ? [message.block] : [],
    );
    const decoded = decodeSignedBlock(own[0]!);
    if (!decoded.ok) throw new Error(decoded.error.reason);
    const first = decoded.value;
    const timestamp_ms = first.block.timestamp_ms + 1n;
    return [first, signBlock({ ...first.block, timestamp_ms }, node.config.identity!.sign)];
  }

  test("are kept as evidence and told to the others by who found them", () => {
    const under = new NodeUnderTest(setup, 0);
    const [first, second] = twins();
    const peer = setup.nodes[1]!.peer;
    under.step({ kind: "Block", peer, block: first });
    const outputs = under.step({ kind: "Block", peer, block: second });
    expect(only(outputs, "Evidence")).toHaveLength(1);
    const told = only(outputs, "Broadcast").map(({ message }) => message.kind);
    expect(told).toContain("Evidence");
  });

  test("are kept and not told again by who heard of them", () => {
    const under = new NodeUnderTest(setup, 0);
    const [first, second] = twins();
    const outputs = under.step({ kind: "Evidence", peer: setup.nodes[2]!.peer, first, second });
    expect(only(outputs, "Evidence")).toHaveLength(1);
    expect(only(outputs, "Broadcast").map(({ message }) => message.kind)).not.toContain("Evidence");
  });
});
