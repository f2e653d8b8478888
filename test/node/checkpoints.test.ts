/**
 * When checkpoints close, what is adopted from others, and what is never believed.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { AssertionError } from "../../src/base/assert.ts";
import { adopt, closeWhenDue } from "../../src/node/checkpoints.ts";
import type { NodeOutput } from "../../src/node/io.ts";
import { CHECKPOINT_LIMITS } from "../../src/protocol/limits.ts";
import { toDigest } from "../../src/types/address.ts";
import { network, NodeUnderTest, only, START_MS, transfer } from "./network.ts";
import { Table } from "./table.ts";

const FULLNODE = 4;
const { intervalMinMs, heartbeatMs } = CHECKPOINT_LIMITS;

function closings(withTransaction: boolean, afterMs: number, sizeBytes = 300): number {
  const setup = network();
  const { node } = new NodeUnderTest(setup, 0);
  const [alice, bob] = [setup.accounts[0]!, setup.accounts[1]!];
  if (withTransaction) {
    const commitDigest = toDigest("c".repeat(64));
    const coin = new NodeUnderTest(setup, FULLNODE).coins(alice)[0]!;
    const commitTimestampMs = BigInt(START_MS + 1);
    const context = { epoch: 0n, commitTimestampMs, commitDigest };
    node.chain.execute(transfer(alice, bob, coin), context, sizeBytes);
  }
  const out: NodeOutput[] = [];
  closeWhenDue(node, BigInt(START_MS + afterMs), out);
  return only(out, "SignCheckpoint").length;
}

describe("closing", () => {
  test("waits for the interval when something is to be certified", () => {
    expect(closings(true, intervalMinMs - 1)).toBe(0);
    expect(closings(true, intervalMinMs)).toBe(1);
  });

  test("does not wait when another commit may not fit", () => {
    const { bytesMax, commitBytesMax } = CHECKPOINT_LIMITS;
    expect(closings(true, 1, bytesMax - commitBytesMax)).toBe(0);
    expect(closings(true, 1, bytesMax - commitBytesMax + 1)).toBe(1);
  });

  test("with nothing to certify is a heartbeat and no more", () => {
    expect(closings(false, heartbeatMs - 1)).toBe(0);
    expect(closings(false, heartbeatMs)).toBe(1);
  });
});

describe("adopting", () => {
  const table = new Table();
  const [alice, bob] = [table.setup.accounts[0]!, table.setup.accounts[1]!];
  table.execute(FULLNODE, transfer(alice, bob, table.nodes[FULLNODE]!.coins(alice)[0]!));
  table.run(3_000);
  const { bundle } = table.nodes[0]!.disk.at(1n)!;

  test("a certified checkpoint executes it and gives the same state", () => {
    const late = new NodeUnderTest(table.setup, FULLNODE);
    const out: NodeOutput[] = [];
    adopt(late.node, bundle, out);
    const [persisted] = only(out, "PersistCheckpoint");
    expect(persisted!.record.digest).toBe(table.nodes[0]!.disk.at(1n)!.digest);
    expect(late.node.chain.certifiedSequence).toBe(1n);
  });

  test("one that is known or not the next changes nothing", () => {
    const late = new NodeUnderTest(table.setup, FULLNODE);
    const summary = { ...bundle.summary, sequence_number: 2n };
    const out: NodeOutput[] = [];
    adopt(late.node, { ...bundle, summary }, out);
    adopt(late.node, table.setup.genesis.bundle, out);
    expect(out).toEqual([]);
  });

  test("one that execution does not confirm stops the node", () => {
    const late = new NodeUnderTest(table.setup, FULLNODE);
    const summary = { ...bundle.summary, network_total_transactions: 99n };
    expect(() => adopt(late.node, { ...bundle, summary }, [])).toThrow(AssertionError);
  });
});
