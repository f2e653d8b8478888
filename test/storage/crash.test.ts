/**
 * A writer is killed with SIGKILL at a random moment, again and again. Whatever it had said was
 * written is there, and no batch is there in part.
 *
 * @module
 */
import { afterAll, expect, test } from "bun:test";
import { join } from "node:path";

import { fromUtf8 } from "../../src/base/bytes.ts";
import { Prng } from "../../src/base/prng.ts";
import { SqliteConsensus } from "../../src/storage/sqlite-consensus.ts";
import { SqliteLedger } from "../../src/storage/sqlite-ledger.ts";
import { crashBatch, OBJECTS } from "./crash-batches.ts";
import { removeTemporary, temporaryDirectory } from "./temporary.ts";

afterAll(removeTemporary);
const WRITER = new URL("crash-writer.ts", import.meta.url).pathname;
const KILLS = 5;

test("what was acknowledged before a kill is there after it, and nothing by half", async () => {
  const directory = temporaryDirectory();
  const paths = [join(directory, "ledger.sqlite"), join(directory, "consensus.sqlite")] as const;
  const random = new Prng(7);
  let next = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const acknowledged = await writeUntilKilled(paths, next, 1 + random.below(40));
    const ledger = new SqliteLedger(paths[0]);
    const consensus = new SqliteConsensus(paths[1]);
    const last = Number(ledger.latestCheckpoint()?.sequence);
    expect(last).toBeGreaterThanOrEqual(acknowledged);
    expectWhole(ledger, last);
    const commits = consensus.lastCommit(0n)?.index ?? 0;
    expect(commits).toBeGreaterThanOrEqual(last + 1);
    expect(consensus.blocks(0n, commits, { limit: 10 })).toHaveLength(4);
    // The next run goes on where consensus is: a commit is written once.
    while (Number(ledger.latestCheckpoint()?.sequence) + 1 < commits) finish(ledger);
    next = commits;
    ledger.close();
    consensus.close();
  }
  expect(next).toBeGreaterThanOrEqual(KILLS);
});

/** Runs the writer, kills it after it acknowledged `count` writes and a little more. */
async function writeUntilKilled(
  paths: readonly [string, string],
  from: number,
  count: number,
): Promise<number> {
  const writer = Bun.spawn([process.execPath, WRITER, ...paths, `${from}`], { stdout: "pipe" });
  let said = "";
  for await (const chunk of writer.stdout) {
    said += fromUtf8(chunk) ?? "";
    if (said.split("\n").length > count) writer.kill("SIGKILL");
  }
  await writer.exited;
  return Number(said.slice(0, said.lastIndexOf("\n")).split("\n").at(-1));
}

function expectWhole(ledger: SqliteLedger, sequence: number): void {
  expect(fromUtf8(ledger.meta("sequence") ?? new Uint8Array(0))).toBe(`${sequence}`);
  expect(ledger.transactions(BigInt(sequence), 10)).toHaveLength(1);
  const objects = ledger.liveObjects({ limit: OBJECTS + 1 });
  expect(objects).toHaveLength(OBJECTS);
  for (const one of objects) {
    expect(one.version).toBe(BigInt(sequence + 1));
    expect(one.bytes[0]).toBe(sequence & 0xff);
  }
}

function finish(ledger: SqliteLedger): void {
  ledger.write(crashBatch(Number(ledger.latestCheckpoint()?.sequence) + 1));
}
