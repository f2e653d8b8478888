/**
 * Kills a network and starts it again: what was answered is there, all agree, and it goes on.
 *
 * @module
 */
import { expect } from "bun:test";

import { present } from "../../src/base/assert.ts";
import { fromUtf8 } from "../../src/base/bytes.ts";
import { toDigest } from "../../src/types/address.ts";
import { checkpointDigest } from "../../src/types/checkpoint.ts";
import {
  ALICE,
  BOB,
  coinsOf,
  execute,
  heightOf,
  startNetwork,
  transfer,
  until,
} from "./network.ts";

const PROGRAM = new URL("crash-network.ts", import.meta.url).pathname;

/** Runs the network of `directory` under load and kills it `afterMs` after the first answer. */
export async function runUntilKilled(directory: string, afterMs: number): Promise<string[]> {
  const child = Bun.spawn([process.execPath, PROGRAM, directory], { stdout: "pipe" });
  let said = "";
  let timer: Timer | undefined;
  for await (const chunk of child.stdout) {
    said += present(fromUtf8(chunk), "digests");
    timer ??= setTimeout(() => child.kill("SIGKILL"), afterMs);
  }
  await child.exited;
  expect(child.signalCode).toBe("SIGKILL");
  // The last line may have been cut off.
  return said.slice(0, said.lastIndexOf("\n")).split("\n");
}

/** Starts the network of `directory` again and waits for everything that was answered. */
export async function expectNothingLost(
  directory: string,
  answered: readonly string[],
): Promise<void> {
  const network = await startNetwork(directory);
  try {
    const { nodes, fullnode } = network;
    // The last checkpoints may have to be made once more, from what consensus has.
    const isKnown = (digest: string): boolean =>
      fullnode.reader.transaction(toDigest(digest)) !== undefined;
    await until(() => answered.every(isKnown));
    const [coin] = coinsOf(fullnode, ALICE);
    const { sequence } = await execute(fullnode, transfer(ALICE, coin!, BOB, 1n));
    await until(() => nodes.every((node) => heightOf(node) >= sequence));
    const tips = nodes.map(({ reader }) => present(reader.checkpoint(sequence), "a checkpoint"));
    expect(new Set(tips.map(({ summary }) => checkpointDigest(summary))).size).toBe(1);
  } finally {
    await network.stop();
  }
}
