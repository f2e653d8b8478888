/**
 * The chain of one node: executes, closes, certifies in sequence, and goes back to what is certified
 * when others were quicker.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { AssertionError } from "../../src/base/assert.ts";
import { Chain } from "../../src/node/chain.ts";
import { NO_PROGRESS } from "../../src/node/epoch.ts";
import type { NodeReader } from "../../src/node/io.ts";
import { SimDisk } from "../../src/simulator/disk.ts";
import { toDigest } from "../../src/types/address.ts";
import type { CheckpointCertificate } from "../../src/types/checkpoint.ts";
import { transactionDigest } from "../../src/types/transaction.ts";
import { network, NodeUnderTest, START_MS, transfer } from "./network.ts";

const setup = network();
const [alice, bob] = [setup.accounts[0]!, setup.accounts[1]!];
const context = {
  epoch: 0n,
  commitTimestampMs: BigInt(START_MS + 1),
  commitDigest: toDigest("c".repeat(64)),
};
const certificate: CheckpointCertificate = {
  epoch: 0n,
  signature: new Uint8Array(48),
  signers: [0, 1, 2],
};

function fresh(): { readonly chain: Chain; readonly disk: SimDisk } {
  const disk = new SimDisk(setup.genesis);
  return { chain: new Chain(disk.reader, disk.recover().tip), disk };
}

const coins = new NodeUnderTest(setup, 4).coins(alice);

describe("executing and closing", () => {
  test("effects are visible at once, in a checkpoint when closed, in storage when certified", () => {
    const { chain, disk } = fresh();
    const transaction = transfer(alice, bob, coins[0]!);
    const digest = transactionDigest(transaction.data);
    const effects = chain.execute(transaction, context);
    expect(effects.status.kind).toBe("Success");
    expect(chain.executed(digest)).toBe(true);
    expect(chain.find(coins[0]!.object_id)?.version).toBe(effects.version);
    expect(chain.epochFees).toBe(effects.transaction_fee.total_fee);

    const closed = chain.close(BigInt(START_MS + 300), undefined, NO_PROGRESS);
    expect(closed.bundle.summary.sequence_number).toBe(1n);
    expect(closed.bundle.contents.transactions.map((one) => one.transaction)).toEqual([digest]);
    expect(chain.openCount).toBe(0);

    const record = chain.certify(certificate);
    disk.write({ kind: "PersistCheckpoint", record });
    chain.settle(record);
    expect(disk.reader.execution(digest)?.sequence).toBe(1n);
    expect(chain.find(coins[0]!.object_id)).toEqual(disk.reader.find(coins[0]!.object_id));
  });

  test("two chains that execute the same close the same checkpoint", () => {
    const digests = [fresh(), fresh()].map(({ chain }) => {
      chain.execute(transfer(alice, bob, coins[0]!), context);
      chain.execute(transfer(alice, bob, coins[1]!), context);
      return chain.close(BigInt(START_MS + 300), undefined, NO_PROGRESS).digest;
    });
    expect(digests[0]).toBe(digests[1]);
  });

  test("a checkpoint does not close when what it changed does not add up", () => {
    const { object_id: id } = coins[0]!;
    // Executes on a state in which the coin is worth less from some read of it on.
    const readsUntilClosed = (soundReads: number): number => {
      const disk = new SimDisk(setup.genesis);
      let reads = 0;
      const find: NodeReader["find"] = (asked) => {
        const object = disk.reader.find(asked);
        if (asked !== id || object?.content.kind !== "Coin") return object;
        if (++reads <= soundReads) return object;
        const content = { ...object.content, balance: object.content.balance - 1n };
        return { ...object, content };
      };
      const chain = new Chain({ ...disk.reader, find }, disk.recover().tip);
      const effects = chain.execute(transfer(alice, bob, coins[0]!), context);
      expect(effects.status.kind).toBe("Success");
      chain.close(BigInt(START_MS + 300), undefined, NO_PROGRESS);
      return reads;
    };
    const reads = readsUntilClosed(Infinity);
    expect(reads).toBeGreaterThan(1);
    // The last read is the one that asks what was there before.
    expect(() => readsUntilClosed(reads - 1)).toThrow("adds up");
  });

  test("settling a checkpoint keeps what a later one wrote", () => {
    const { chain, disk } = fresh();
    const first = chain.execute(transfer(alice, bob, coins[0]!), context);
    chain.close(BigInt(START_MS + 300), undefined, NO_PROGRESS);
    const rest = first.changed_objects.find((one) => one.object_id === coins[0]!.object_id);
    const output = rest?.output_state;
    const digest = output?.kind === "ObjectWrite" ? output.digest : toDigest("0".repeat(64));
    const next = { object_id: coins[0]!.object_id, version: first.version, digest };
    const second = chain.execute(transfer(alice, bob, next), context);
    expect(second.status.kind).toBe("Success");
    const record = chain.certify(certificate);
    disk.write({ kind: "PersistCheckpoint", record });
    chain.settle(record);
    expect(chain.find(coins[0]!.object_id)?.version).toBe(second.version);
    expect(disk.reader.find(coins[0]!.object_id)?.version).toBe(first.version);
  });
});

describe("going back", () => {
  test("what was open is forgotten", () => {
    const { chain } = fresh();
    const transaction = transfer(alice, bob, coins[0]!);
    chain.execute(transaction, context);
    chain.discardOpen();
    expect(chain.executed(transactionDigest(transaction.data))).toBe(false);
    expect(chain.find(coins[0]!.object_id)?.version).toBe(coins[0]!.version);
    expect(chain.openCount).toBe(0);
  });

  test("closed checkpoints are never forgotten, and nothing executes twice", () => {
    const { chain } = fresh();
    const transaction = transfer(alice, bob, coins[0]!);
    chain.execute(transaction, context);
    expect(() => chain.execute(transaction, context)).toThrow(AssertionError);
    chain.close(BigInt(START_MS + 300), undefined, NO_PROGRESS);
    expect(() => chain.discardOpen()).toThrow(AssertionError);
  });
});
