/**
 * A fifth validator in a process of its own joins a network that runs: it becomes a candidate,
 * follows what the others decide, validates from the next epoch on, and leaves again.
 *
 * @module
 */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { appendFileSync, copyFileSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

import { SomaClient } from "../../src/client/client.ts";
import type { ValidatorView } from "../../src/wire/json/validator.ts";
import { freePortBase, ID, type Running, Shell } from "./shell.ts";

const MS_MAX = 120_000;
const POLL_MS = 100;
const ANY = z.looseObject({});
const SENT = z.looseObject({ status: z.literal("Success") });
const OBJECTS = z.looseObject({
  objects: z.array(z.looseObject({ object_id: ID, object_type: z.string() })),
});

const shell = new Shell();
const base = freePortBase();
const own = freePortBase();
const network = new SomaClient(`http://127.0.0.1:${base}`);
// The newcomer serves clients too, so that what it knows can be asked for.
const newcomer = new SomaClient(`http://127.0.0.1:${own + 1}`);
let account = "";
let node: Running;

/** Waits until `check` holds. */
async function until(check: () => Promise<boolean>): Promise<void> {
  while (!(await check())) await Bun.sleep(POLL_MS);
}

/** Waits until the newcomer has what the network has now. */
async function caughtUp(): Promise<void> {
  const { checkpoint_height: height } = await network.info();
  await until(async () => (await newcomer.info()).checkpoint_height >= height);
}

async function standing(): Promise<ValidatorView | undefined> {
  const { validators } = await network.validators();
  return validators.find(({ address }) => `0x${address}` === account);
}

beforeAll(async () => {
  await shell.startLocalnet(base);
  account = await shell
    .json(z.looseObject({ address: ID }), "wallet", "new")
    .then(({ address }) => address);
  await shell.json(ANY, "faucet");
  // No single coin is enough for a seat.
  await shell.json(SENT, "merge-coins");
  const genesis = join(shell.home, "genesis.blob");
  copyFileSync(join(shell.config, "genesis.blob"), genesis);
  const words = ["127.0.0.1", "--port", String(own)];
  await shell.json(ANY, "validator", "make-validator-info", ...words);
  const config = join(shell.home, "validator.yaml");
  appendFileSync(config, `rpc_address: 127.0.0.1:${own + 1}\n`);
  await shell.json(SENT, "validator", "join-committee", "validator.info");
  node = await shell.start(/Validator/, ["start", "validator", "--config", config]);
}, MS_MAX);
afterAll(() => shell.close());

test(
  "as a candidate it follows the network",
  async () => {
    expect((await standing())?.status).toBe("pending");
    await caughtUp();
    await shell.json(SENT, "stake", "--validator", account, "--amount", "400");
    await caughtUp();
    expect((await newcomer.info()).epoch).toBe(0n);
  },
  MS_MAX,
);

test(
  "from the next epoch on it validates",
  async () => {
    await shell.json(ANY, "epoch", "advance");
    expect((await standing())?.status).toBe("active");
    expect((await standing())?.voting_power).toBeGreaterThan(0n);
    await caughtUp();
    await shell.json(SENT, "send", "--to", account, "--amount", "1");
    await caughtUp();
    expect((await newcomer.info()).epoch).toBe(1n);
  },
  MS_MAX,
);

test(
  "it leaves at the end of the epoch, follows on, and its stake comes back",
  async () => {
    await shell.json(SENT, "validator", "leave-committee");
    expect((await standing())?.status).toBe("leaving");
    await shell.json(ANY, "epoch", "advance");
    expect(await standing()).toBeUndefined();
    await until(async () => (await newcomer.info()).epoch === 2n);
    await caughtUp();
    const { objects } = await shell.json(OBJECTS, "objects", "list");
    const stakes = objects.filter(({ object_type: type }) => type === "StakedSoma");
    expect(stakes.length).toBeGreaterThan(0);
    for (const { object_id: id } of stakes) await shell.json(SENT, "unstake", id);
    const { code, stderr } = await node.stop();
    expect(code).toBe(0);
    expect(stderr).toContain("epoch 0 begins with 4 validators; this node follows");
    expect(stderr).toContain("epoch 1 begins with 5 validators; this node validates");
    expect(stderr).toContain("epoch 2 begins with 4 validators; this node follows");
  },
  MS_MAX,
);
