/**
 * Starting from the databases that a network left behind, whole and damaged: what is damaged is
 * found when it is read, and the operator is told which database it is.
 *
 * @module
 */
import { Database } from "bun:sqlite";
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { SomaError } from "../../src/base/errors.ts";
import { blsPublicKey } from "../../src/crypto/bls.ts";
import { readConfig } from "../../src/host/config.ts";
import { recover } from "../../src/host/recover.ts";
import { startNode } from "../../src/host/run-node.ts";
import { openStores } from "../../src/host/stores.ts";
import { CONSENSUS_LIMITS } from "../../src/protocol/limits.ts";
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

const { gcDepth } = CONSENSUS_LIMITS;
// A network takes a second; a busy machine many.
setDefaultTimeout(60_000);
const original = temporaryDirectory();

beforeAll(async () => {
  writeNetwork(original);
  const network = await startNetwork(original);
  for (let count = 0; count < 4; count++) {
    const [coin] = coinsOf(network.fullnode, ALICE);
    await execute(network.fullnode, transfer(ALICE, coin!, BOB, 1n));
  }
  // The answer came from the fullnode, which may be ahead of the validator that is looked at.
  await until(() => heightOf(network.validators[0]!) >= 4n);
  await network.stop();
});

afterAll(removeTemporary);

/** A copy of what the first validator has, changed by SQL. */
function damage(file: "ledger" | "consensus", sql?: string): string {
  const directory = temporaryDirectory();
  cpSync(original, directory, { recursive: true });
  const database = new Database(join(directory, "validator-0", file, `${file}.db`));
  if (sql !== undefined) database.run(sql);
  database.close();
  return directory;
}

function recoverFrom(directory: string): ReturnType<typeof recover> {
  const home = join(directory, "validator-0");
  const stores = openStores({
    dbPath: join(home, "ledger"),
    consensusDbPath: join(home, "consensus"),
  });
  const { validator } = readConfig(join(original, "node-0.yaml"));
  try {
    return recover(stores, { gcDepth, protocolKeys: [blsPublicKey(validator!.protocol)] });
  } finally {
    stores.close();
  }
}

function complaint(directory: string): SomaError {
  try {
    recoverFrom(directory);
  } catch (error) {
    if (error instanceof SomaError) return error;
    throw error;
  }
  throw new Error("the damage was not found");
}

describe("recovery", () => {
  test("finds the end of the chain and of consensus", () => {
    const { tip, progress, blocks, commits } = recoverFrom(original);
    expect(tip.summary.sequence_number).toBe(4n);
    expect(commits.map(({ index }) => index)).toEqual(
      Array.from({ length: commits.length }, (_, place) => commits[0]!.index + place),
    );
    expect(commits[0]!.index).toBeLessThanOrEqual(progress.commitIndex + 1);
    expect(commits.at(-1)!.index).toBeGreaterThanOrEqual(progress.commitIndex);
    const known = new Set(blocks.map(({ ref }) => ref.digest));
    for (const { blocks: refs } of commits) {
      for (const { digest } of refs) expect(known).toContain(digest);
    }
  });

  test("reads no more of consensus than garbage collection leaves", () => {
    const directory = damage("ledger");
    const stores = openStores({
      dbPath: join(directory, "validator-0", "ledger"),
      consensusDbPath: join(directory, "validator-0", "consensus"),
    });
    const all = recover(stores, { gcDepth, protocolKeys: [] });
    const few = recover(stores, { gcDepth: 3, protocolKeys: [] });
    stores.close();
    expect(few.blocks.length).toBeLessThan(all.blocks.length);
    expect(few.commits.at(-1)).toEqual(all.commits.at(-1));
    const last = few.commits.at(-1)!.leader.round;
    const needed = all.commits.filter(
      ({ index, leader }) => index > all.progress.commitIndex || leader.round > last - 3,
    );
    expect(few.commits).toEqual(needed);
  });
});

/** SQL that gives a row the value of another one. */
function copyOf(table: string, column: string, from: number, to: number): string {
  const other = `(select ${column} from ${table} where sequence = ${from})`;
  return `update ${table} set ${column} = ${other} where sequence = ${to}`;
}

const SOME_BLOCK = "row = (select max(row) / 2 from blocks)";

describe("damage", () => {
  test.each([
    ["ledger", "the live set", "update meta set value = zeroblob(2048) where key = 'live_set'"],
    ["ledger", "another size", "update meta set value = x'00' where key = 'live_set'"],
    ["ledger", "the progress of", "delete from meta where key = 'consensus_progress'"],
    ["ledger", "checkpoint 4", "update checkpoints set summary = x'ff' where sequence = 4"],
    ["ledger", "checkpoint 4 is not", copyOf("checkpoints", "summary", 3, 4)],
    ["ledger", "every checkpoint", "delete from checkpoints"],
    ["ledger", "epoch 0", "delete from epochs"],
    ["consensus", "a commit is missing", "delete from commits where sequence = 3"],
    ["consensus", "another index", copyOf("commits", "bytes", 3, 4)],
    ["consensus", "cannot be read", "update commits set bytes = x'00' where sequence = 4"],
    [
      "consensus",
      "is not what its digest says",
      `update blocks set bytes = cast(bytes || x'00' as blob) where ${SOME_BLOCK}`,
    ],
  ] as const)("in %s is told: %s", (file, says, sql) => {
    const error = complaint(damage(file, sql));
    expect(error.code).toBe("database_corrupt");
    expect(error.message).toContain(`the ${file} database is damaged: `);
    expect(error.message).toContain(says);
    expect(error.hint).toContain("restore it");
  });

  test("that loses a block of a commit which is delivered again is told", () => {
    // Without a later checkpoint the commits of the last ones are delivered again.
    const directory = damage("consensus", "delete from blocks where round = 3");
    const database = new Database(join(directory, "validator-0", "ledger", "ledger.db"));
    database.run("update meta set value = (select zeroblob(10)) where key = 'consensus_progress'");
    database.close();
    expect(complaint(directory).message).toContain("is missing");
  });

  test("of a whole file ends the start with its name", async () => {
    const directory = damage("ledger");
    const settings = readConfig(join(original, "node-0.yaml"));
    const home = join(directory, "validator-0");
    writeFileSync(join(home, "ledger", "ledger.db"), "not a database at all, but long enough");
    const moved = {
      ...settings,
      dbPath: join(home, "ledger"),
      consensusDbPath: join(home, "consensus"),
    };
    await expect(startNode(moved)).rejects.toMatchObject({ code: "database_corrupt" });
    // The failed start has let go of the directory.
    await expect(startNode(moved)).rejects.toMatchObject({ code: "database_corrupt" });
  });
});

test("a database of a version that kept no memory of own blocks is refused", () => {
  const older = damage("consensus", "delete from meta where key = 'memory'");
  expect(recoverFrom(older).skippedRound).toBeUndefined();
  setVersion(older, 1);
  for (let start = 0; start < 2; start++) {
    const { code, hint } = complaint(older);
    expect(code).toBe("database_older");
    expect(hint).toContain("soma localnet reset");
  }
  const remembers = damage("consensus");
  setVersion(remembers, 1);
  expect(recoverFrom(remembers).skippedRound).toBe(0);
});

/** The database of consensus says that it has had so many steps. */
function setVersion(directory: string, steps: number): void {
  const database = new Database(join(directory, "validator-0", "consensus", "consensus.db"));
  database.run(`pragma user_version = ${steps}`);
  database.close();
}
