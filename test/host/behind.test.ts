/**
 * Ledgers that are behind consensus, as after a crash that lost the last checkpoints: one node's,
 * some or all at once, in the same epoch and in the one before. Consensus makes the checkpoints
 * again, the same ones, or others have them; nobody signs a round again.
 *
 * @module
 */
import { Database } from "bun:sqlite";
import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";

import { present } from "../../src/base/assert.ts";
import { type NodeSettings, readConfig } from "../../src/host/config.ts";
import { writeGenesisFile } from "../../src/host/genesis-file.ts";
import { type RunningNode, startNode } from "../../src/host/run-node.ts";
import type { Digest } from "../../src/types/address.ts";
import { checkpointDigest } from "../../src/types/checkpoint.ts";
import { removeTemporary, temporaryDirectory } from "../storage/temporary.ts";
import {
  ALICE,
  BOB,
  coinsOf,
  execute,
  foundNetwork,
  heightOf,
  startNetwork,
  type TestNetwork,
  transfer,
  until,
  VALIDATORS,
  validatorSettings,
  writeNetwork,
} from "./network.ts";

// A network takes a second; a busy machine many.
setDefaultTimeout(90_000);
afterAll(removeTemporary);

const FULLNODE = VALIDATORS;

async function pay(node: RunningNode, count: number): Promise<Digest[]> {
  const paid: Digest[] = [];
  for (let index = 0; index < count; index++) {
    const coin = present(coinsOf(node, ALICE)[0], "a coin");
    const { executed } = await execute(node, transfer(ALICE, coin, BOB, 1n));
    paid.push(executed.digest);
  }
  return paid;
}

async function change(nodes: readonly RunningNode[]): Promise<void> {
  const next = nodes[0]!.epoch() + 1n;
  for (const node of nodes) node.advanceEpoch();
  await until(() => nodes.every((node) => node.epoch() === next));
}

/** Puts the ledger of a node aside, or back where it was. */
function move(directory: string, index: number, way: "aside" | "back"): void {
  const { dbPath } = readConfig(join(directory, `node-${index}.yaml`));
  const copy = `${dbPath}.copy`;
  const [from, to] = way === "aside" ? [dbPath, copy] : [copy, dbPath];
  rmSync(to, { recursive: true, force: true });
  cpSync(from, to, { recursive: true });
}

/** The digests of the first `count` checkpoints. */
function chainOf({ reader }: RunningNode, count: bigint): string[] {
  return Array.from({ length: Number(count) }, (_, sequence) =>
    checkpointDigest(present(reader.checkpoint(BigInt(sequence)), "a checkpoint").summary),
  );
}

/** How often somebody signed a round twice, by the blocks that a validator has. */
function signedTwice(directory: string, index: number): number {
  const { consensusDbPath } = readConfig(join(directory, `node-${index}.yaml`));
  const database = new Database(join(consensusDbPath, "consensus.db"));
  const sql = "select 1 from blocks group by epoch, round, author having count(*) > 1";
  const { length } = database.query(sql).all();
  database.close();
  return length;
}

describe.each([0, 1])("ledgers from %d epochs before", (edges) => {
  test.each([
    ["one validator", [1]],
    ["two validators", [0, 2]],
    ["the fullnode", [FULLNODE]],
    ["all validators", [0, 1, 2, 3]],
    ["all nodes", [0, 1, 2, 3, FULLNODE]],
  ] as const)("of %s", async (_, behind) => {
    const directory = temporaryDirectory();
    writeNetwork(directory);
    await live(directory, (network) => pay(network.fullnode, 2));
    for (const index of behind) move(directory, index, "aside");
    const before = await live(directory, async (network) => {
      const paid = await pay(network.fullnode, 3);
      if (edges > 0) await change(network.nodes);
      paid.push(...(await pay(network.fullnode, 3)));
      await until(() => network.nodes.every((one) => heightOf(one) >= heightOf(network.fullnode)));
      const height = heightOf(network.fullnode);
      return { paid, height, chain: chainOf(network.fullnode, height) };
    });
    for (const index of behind) move(directory, index, "back");
    await live(directory, async ({ nodes, fullnode }) => {
      await until(() => nodes.every((one) => one.epoch() === BigInt(edges)));
      await until(() => nodes.every((one) => heightOf(one) >= before.height));
      for (const node of nodes) {
        expect(chainOf(node, before.height)).toEqual(before.chain);
        for (const digest of before.paid) expect(node.reader.transaction(digest)).toBeDefined();
      }
      await pay(fullnode, 1);
    });
    for (let index = 0; index < VALIDATORS; index++) {
      expect(signedTwice(directory, index)).toBe(0);
    }
  });
});

describe("a validator alone that lost its ledger", () => {
  test.each([0, 1])("makes it again, %d epochs after the first", async (edges) => {
    const settings = writeAlone();
    const before = await liveAlone(settings, (node) => history(node, edges));
    rmSync(settings.dbPath, { recursive: true });
    await liveAlone(settings, async (node) => {
      await until(() => heightOf(node) >= before.height);
      expect(chainOf(node, before.height)).toEqual(before.chain);
      await pay(node, 1);
    });
  });

  test("is refused when consensus does not reach back to the beginning", async () => {
    const settings = writeAlone();
    const backup = join(temporaryDirectory(), "ledger");
    const before = await liveAlone(settings, (node) => history(node, 2));
    cpSync(settings.dbPath, backup, { recursive: true });
    rmSync(settings.dbPath, { recursive: true });
    for (let start = 0; start < 2; start++) {
      await expect(startNode(settings)).rejects.toMatchObject({
        code: "ledger_lost",
        message: "the ledger ends in epoch 0, and consensus is epochs ahead of it",
      });
    }
    cpSync(backup, settings.dbPath, { recursive: true });
    await liveAlone(settings, async (node) => {
      await pay(node, 1);
      expect(chainOf(node, before.height)).toEqual(before.chain);
    });
  });
});

function writeAlone(): NodeSettings {
  const directory = temporaryDirectory();
  const [settings] = validatorSettings(directory, [0]);
  writeGenesisFile(settings!.genesisPath, foundNetwork([settings!], {}));
  return settings!;
}

async function liveAlone<T>(
  settings: NodeSettings,
  work: (node: RunningNode) => Promise<T>,
): Promise<T> {
  const node = await startNode(settings);
  try {
    return await work(node);
  } finally {
    await node.stop();
  }
}

/** What a node has after payments in each of several epochs. */
async function history(
  node: RunningNode,
  edges: number,
): Promise<{ readonly height: bigint; readonly chain: string[] }> {
  for (let edge = 0; edge < edges; edge++) {
    await pay(node, 2);
    await change([node]);
  }
  await pay(node, 2);
  const height = heightOf(node);
  return { height, chain: chainOf(node, height) };
}

/** What `work` returns, done with the network of a directory, which then stops. */
async function live<T>(directory: string, work: (network: TestNetwork) => Promise<T>): Promise<T> {
  const network = await startNetwork(directory);
  try {
    return await work(network);
  } finally {
    await network.stop();
  }
}
