/**
 * A validator whose disk is replaced by an empty one, or that has lost its ledger, in a network of
 * real sockets: it fetches everything again, takes part again, and has signed no round twice.
 *
 * @module
 */
import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { rmSync } from "node:fs";
import { join } from "node:path";

import { present } from "../../src/base/assert.ts";
import { blsPublicKey } from "../../src/crypto/bls.ts";
import { type NodeSettings, readConfig } from "../../src/host/config.ts";
import { startNode } from "../../src/host/run-node.ts";
import { SqliteConsensus } from "../../src/storage/sqlite-consensus.ts";
import { authorityIndex, type Committee } from "../../src/types/committee.ts";
import { removeTemporary, temporaryDirectory } from "../storage/temporary.ts";
import {
  ALICE,
  BOB,
  coinsOf,
  execute,
  heightOf,
  startNetwork,
  transfer,
  until,
  writeNetwork,
} from "./network.ts";

// A network takes a second; a busy machine many.
setDefaultTimeout(60_000);

const NO_ROUND = 0xffff_ffff;
const ROWS = { blocksMax: 10_000, bytesMax: 100_000_000 };

afterAll(removeTemporary);

/** The blocks of one validator, as another has them on its disk while both run. */
class Witness {
  private readonly store: SqliteConsensus;
  private readonly above: readonly number[];
  private readonly epoch: bigint;

  constructor(path: string, committee: Committee, key: Uint8Array) {
    this.store = new SqliteConsensus(join(path, "consensus.db"));
    this.epoch = committee.epoch;
    const authority = present(authorityIndex(committee, key), "its seat");
    this.above = committee.members.map((_, author) => (author === authority ? 0 : NO_ROUND));
  }

  /** The rounds it has signed above `from`, ascending; what it has signed twice is there twice. */
  rounds(from: number = 0): number[] {
    const rows = this.store.blocksAbove(this.epoch, this.above, ROWS);
    return rows.map(({ round }) => round).filter((round) => round > from);
  }

  close(): void {
    this.store.close();
  }
}

type Lost = (settings: NodeSettings) => readonly string[];

/** The fourth validator loses files in an epoch, comes back, and has signed no round twice. */
async function loseAndReturn(epoch: bigint, lost: Lost): Promise<void> {
  const directory = temporaryDirectory();
  writeNetwork(directory);
  const network = await startNetwork(directory);
  const pay = async (): Promise<void> => {
    const coin = present(coinsOf(network.fullnode, ALICE)[0], "a coin");
    await execute(network.fullnode, transfer(ALICE, coin, BOB, 1n));
  };
  for (let next = 1n; next <= epoch; next++) {
    for (const validator of network.validators) validator.advanceEpoch();
    await until(() => network.nodes.every((node) => node.epoch() === next));
  }
  for (let payments = 0; payments < 3; payments++) await pay();
  const [other, settings] = [0, 3].map((index) =>
    readConfig(join(directory, `node-${index}.yaml`)),
  ) as [NodeSettings, NodeSettings];
  const { committee } = present(network.fullnode.reader.epoch(epoch), "the epoch");
  const key = blsPublicKey(present(settings.validator, "a validator").protocol);
  const witness = new Witness(other.consensusDbPath, committee, key);
  await until(() => witness.rounds().length > 5);
  await network.validators[3]!.stop();
  const last = present(witness.rounds().at(-1), "its last block");
  for (const path of lost(settings)) rmSync(path, { recursive: true, force: true });
  await pay();
  const back = await startNode(settings, { verifier: network.verifier });
  await until(() => witness.rounds(last).length > 5);
  await pay();
  await until(() => heightOf(back) >= heightOf(network.fullnode));
  await back.stop();
  expect(new Set(witness.rounds()).size).toBe(witness.rounds().length);
  witness.close();
  await network.stop();
}

test("a validator without its disk comes back and signs no round twice", () =>
  loseAndReturn(0n, ({ dbPath, consensusDbPath }) => [dbPath, consensusDbPath]));

test("a validator without its ledger makes those commits once more that it has", () =>
  loseAndReturn(1n, ({ dbPath }) => [dbPath]));

test("a validator without its ledger follows where its commits may have been deleted", () =>
  loseAndReturn(3n, ({ dbPath }) => [dbPath]));
