/**
 * From a commit to executions: executed, skipped or dropped, and the last commit of an epoch.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { Chain } from "../../src/node/chain.ts";
import { Epoch, NO_PROGRESS } from "../../src/node/epoch.ts";
import { executeCommit, type OrderedCommit } from "../../src/node/order.ts";
import { nameTransaction } from "../../src/node/submit.ts";
import { CHECKPOINT_LIMITS } from "../../src/protocol/limits.ts";
import { SimDisk } from "../../src/simulator/disk.ts";
import { toDigest } from "../../src/types/address.ts";
import type { SignedTransaction } from "../../src/types/transaction.ts";
import { network, NodeUnderTest, START_MS, transfer } from "./network.ts";

const setup = network();
const [alice, bob] = [setup.accounts[0]!, setup.accounts[1]!];
const coins = new NodeUnderTest(setup, 4).coins(alice);

function fresh(): { readonly chain: Chain; readonly epoch: Epoch } {
  const { node } = new NodeUnderTest(setup, 0);
  const disk = new SimDisk(setup.genesis);
  const chain = new Chain(disk.reader, disk.recover().tip);
  return { chain, epoch: new Epoch(node.epoch.setting, NO_PROGRESS) };
}

function commit(index: number, ...transactions: readonly SignedTransaction[]): OrderedCommit {
  return {
    index,
    round: index,
    digest: toDigest(index.toString().repeat(64)),
    timestampMs: BigInt(START_MS + 100 * index),
    payloads: transactions.map((one) => ({
      author: 0,
      payload: nameTransaction(one),
      sizeBytes: 300,
    })),
  };
}

const END = { kind: "EndOfPublish", epoch: 0n } as const;

describe("a commit", () => {
  test("with a transaction begins with its prologue; one without executes nothing", () => {
    const { chain, epoch } = fresh();
    expect(executeCommit(chain, epoch, commit(1))).toEqual([]);
    expect(chain.openCount).toBe(0);
    const sent = transfer(alice, bob, coins[0]!);
    expect(executeCommit(chain, epoch, commit(2, sent)).map(({ digest }) => digest)).toEqual([
      nameTransaction(sent).digest,
    ]);
    expect(chain.openCount).toBe(2);
  });

  test("executes a transaction once, however often it is ordered", () => {
    const { chain, epoch } = fresh();
    const sent = transfer(alice, bob, coins[0]!);
    executeCommit(chain, epoch, commit(1, sent));
    expect(executeCommit(chain, epoch, commit(2, sent))).toHaveLength(1);
    expect(chain.openCount).toBe(2);
  });

  test("drops the second of two that use one coin, whose settlement it still is", () => {
    const { chain, epoch } = fresh();
    const [first, second] = [1n, 2n].map((amount) => transfer(alice, bob, coins[0]!, amount));
    expect(executeCommit(chain, epoch, commit(1, first!, second!))).toHaveLength(2);
    expect(chain.executed(nameTransaction(first!).digest)).toBe(true);
    expect(chain.executed(nameTransaction(second!).digest)).toBe(false);
  });

  test("executes no more than fits, and leaves the rest to be offered again", () => {
    const { chain, epoch } = fresh();
    const [first, second, third] = coins.map((coin) => transfer(alice, bob, coin));
    const payloads = [first!, second!, third!].map((one, place) => ({
      author: 0,
      payload: nameTransaction(one),
      sizeBytes: place === 1 ? CHECKPOINT_LIMITS.commitBytesMax : 300,
    }));
    const settled = executeCommit(chain, epoch, { ...commit(1), payloads });
    expect(settled.map(({ transaction }) => transaction)).toEqual([first!]);
    expect(chain.openBytes).toBe(300);
    expect(executeCommit(chain, epoch, commit(2, second!, third!))).toHaveLength(2);
  });

  test("that certified checkpoints cover executes nothing and settles everything", () => {
    const { chain, epoch } = fresh();
    epoch.cover(1);
    expect(executeCommit(chain, epoch, commit(1, transfer(alice, bob, coins[0]!)))).toHaveLength(1);
    expect(chain.openCount).toBe(0);
  });
});

describe("the end of an epoch", () => {
  test("comes with the end of publishing of a quorum, and nothing executes after it", () => {
    const { chain, epoch } = fresh();
    const sent = nameTransaction(transfer(alice, bob, coins[0]!));
    const after = { author: 3, payload: sent, sizeBytes: 300 };
    const ends = [0, 1, 2].map((author) => ({ author, payload: END, sizeBytes: 9 }));
    executeCommit(chain, epoch, { ...commit(1), payloads: ends.slice(0, 2) });
    expect(epoch.closed).toBe(false);
    executeCommit(chain, epoch, { ...commit(2), payloads: [...ends.slice(2), after] });
    expect(epoch.closed).toBe(true);
    // The prologue and the change of epoch.
    expect(chain.openCount).toBe(2);
    expect(chain.executed(after.payload.digest)).toBe(false);
  });

  test("counts each authority once", () => {
    const { chain, epoch } = fresh();
    const ends = [0, 0, 0].map((author) => ({ author, payload: END, sizeBytes: 9 }));
    executeCommit(chain, epoch, { ...commit(1), payloads: ends });
    expect(epoch.closed).toBe(false);
  });
});
