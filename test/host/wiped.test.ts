/**
 * A validator whose disk is replaced by an empty one, in a network of real sockets and databases:
 * it fetches everything again, takes part again, and has signed no round twice.
 *
 * @module
 */
import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { rmSync } from "node:fs";
import { join } from "node:path";

import { present } from "../../src/base/assert.ts";
import { blsPublicKey } from "../../src/crypto/bls.ts";
import { readConfig } from "../../src/host/config.ts";
import { startNode } from "../../src/host/run-node.ts";
import { SqliteConsensus } from "../../src/storage/sqlite-consensus.ts";
import type { BlockRow } from "../../src/storage/store.ts";
import { authorityIndex } from "../../src/types/committee.ts";
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

const ROWS = { blocksMax: 10_000, bytesMax: 100_000_000 };

afterAll(removeTemporary);

test("a validator without its disk comes back and signs no round twice", async () => {
  const directory = temporaryDirectory();
  writeNetwork(directory);
  const network = await startNetwork(directory);
  const pay = async (): Promise<void> => {
    const coin = present(coinsOf(network.fullnode, ALICE)[0], "a coin");
    await execute(network.fullnode, transfer(ALICE, coin, BOB, 1n));
  };
  const settings = readConfig(join(directory, "node-3.yaml"));
  const witness = new SqliteConsensus(
    join(readConfig(join(directory, "node-0.yaml")).consensusDbPath, "consensus.db"),
  );
  const key = blsPublicKey(present(settings.validator, "a validator").protocol);
  const committee = present(network.fullnode.reader.epoch(0n), "the epoch").committee;
  const authority = present(authorityIndex(committee, key), "its seat");
  const signed = (): BlockRow[] => {
    const above = committee.members.map((_, author) => (author === authority ? 0 : 0xffff_ffff));
    return witness.blocksAbove(0n, above, ROWS);
  };
  try {
    for (let payments = 0; payments < 3; payments++) await pay();
    await until(() => signed().length > 5);
    await present(network.validators[3], "the last validator").stop();
    const last = present(signed().at(-1), "its last block").round;
    for (const path of [settings.dbPath, settings.consensusDbPath]) {
      rmSync(path, { recursive: true, force: true });
    }
    await pay();
    const back = await startNode(settings, { verifier: network.verifier });
    try {
      await until(() => signed().some(({ round }) => round > last));
      await pay();
      await until(() => heightOf(back) >= heightOf(network.fullnode));
      await until(() => signed().filter(({ round }) => round > last).length > 5);
    } finally {
      await back.stop();
    }
    const rounds = signed().map(({ round }) => round);
    expect(new Set(rounds).size).toBe(rounds.length);
  } finally {
    witness.close();
    await network.stop();
  }
});
