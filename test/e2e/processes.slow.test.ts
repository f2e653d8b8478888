/**
 * Nodes as processes of their own: killed one by one and all at once, they are started again and
 * nothing that was final is lost; and none of them outlives the network.
 *
 * @module
 */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync } from "node:fs";

import { z } from "zod";

import { nodesOf, readProc } from "./node-processes.ts";
import { AMOUNT, freePortBase, ID, type Running, Shell } from "./shell.ts";

const NODES = 5;
const POLL_MS = 50;
/** Generous: a process that is not where it should be by then hangs. */
const PATIENCE_MS = 120_000;
const NOBODY = `0x${"ab".repeat(32)}`;
const SENT = z.object({ status: z.literal("Success") });
const BALANCE = z.object({ total_balance: AMOUNT });
const EPOCH = z.object({ epoch: z.number() });
const STATUS = z.object({ server_reachable: z.boolean() });
const canRun = existsSync("/proc/self/stat");

const shell = new Shell();
const base = freePortBase();
let network: Running;
let sent = 0n;

beforeAll(async () => {
  if (!canRun) return;
  await shell.json(z.object({ address: ID }), "wallet", "new");
  network = await shell.startLocalnet(base, "--processes");
  await shell.json(z.object({ status: z.literal("Success") }), "faucet");
});
afterAll(() => shell.close());

/** Waits until `holds`. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = performance.now() + PATIENCE_MS; !(await holds());) {
    if (performance.now() > end) throw new Error("what was waited for did not come");
    await Bun.sleep(POLL_MS);
  }
}

async function send(): Promise<void> {
  await shell.json(SENT, "send", "--to", NOBODY, "--amount", "1");
  sent += 1_000_000_000n;
}

async function received(): Promise<bigint> {
  return (await shell.json(BALANCE, "balance", NOBODY)).total_balance;
}

/** Kills validators and waits until others run in their place. */
async function kill(pids: readonly number[]): Promise<void> {
  for (const pid of pids) process.kill(pid, "SIGKILL");
  await until(() => {
    const alive = nodesOf(network.pid);
    return alive.length === NODES && pids.every((pid) => !alive.includes(pid));
  });
  await until(async () => (await shell.json(STATUS, "status")).server_reachable);
}

test.skipIf(!canRun)("each node is the command that an operator would type", () => {
  expect(nodesOf(network.pid)).toHaveLength(NODES);
});

test.skipIf(!canRun)("one that is killed is missed by nobody, and comes back", async () => {
  await send();
  const [first] = nodesOf(network.pid);
  process.kill(first!, "SIGKILL");
  await send();
  await until(() => nodesOf(network.pid).length === NODES);
  await send();
  expect(await received()).toBe(sent);
  // An epoch ends when every validator is in the next one, the one that came back too.
  expect(await shell.json(EPOCH, "epoch", "advance")).toEqual({ epoch: 1 });
});

test.skipIf(!canRun)("all of them at once lose nothing that was final", async () => {
  await send();
  await kill(nodesOf(network.pid));
  expect(await received()).toBe(sent);
  await send();
  expect(await received()).toBe(sent);
  expect(await shell.json(EPOCH, "epoch", "advance")).toEqual({ epoch: 2 });
});

test.skipIf(!canRun)("SIGTERM to the network ends them all, and it goes on later", async () => {
  const pids = nodesOf(network.pid);
  expect((await network.stop()).code).toBe(0);
  expect(pids.filter((pid) => readProc(pid, "stat") !== "")).toEqual([]);
  network = await shell.startLocalnet(base, "--processes");
  expect(await received()).toBe(sent);
});

test.skipIf(!canRun)("they do not outlive a network that is killed", async () => {
  const pids = nodesOf(network.pid);
  await network.stop("SIGKILL");
  await until(() => pids.every((pid) => readProc(pid, "stat") === ""));
  // The same network in one process.
  network = await shell.startLocalnet(base);
  expect(await received()).toBe(sent);
  await network.stop();
});
