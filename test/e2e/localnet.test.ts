/**
 * A local network as a person runs it: started, stopped, killed, started again, beside another one,
 * on a clock that went back, and forgotten.
 *
 * @module
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

import { isFree } from "../../src/localnet/ports.ts";
import { AMOUNT, FAILURE, freePortBase, ID, portsOf, type Running, Shell } from "./shell.ts";

const STATUS = z.object({ chain_id: z.string(), epoch: z.number(), server_reachable: z.boolean() });
const BALANCE = z.object({ total_balance: AMOUNT, coin_count: z.number() });
const SENT = z.object({ status: z.literal("Success"), digest: z.string() });
const ADVANCED = z.object({ epoch: z.number() });
const NOBODY = `0x${"ab".repeat(32)}`;
const CLOCK_BACK = new URL("clock-back.ts", import.meta.url).pathname;
const KEYS = ["soma.keystore", "soma.aliases"];

const shell = new Shell();
const base = freePortBase();
let network: Running;

beforeAll(async () => {
  await shell.json(z.object({ address: ID }), "wallet", "new");
  network = await shell.startLocalnet(base);
  await shell.json(z.object({ status: z.literal("Success") }), "faucet");
});
afterAll(() => shell.close());

/** What the network says about itself and the account. */
async function look(): Promise<object> {
  const status = await shell.json(STATUS, "status");
  return { ...status, ...(await shell.json(BALANCE, "balance")) };
}

/** The files of the configuration directory that belong to a person. */
function keys(): Record<string, string> {
  const read = (name: string): string => readFileSync(join(shell.config, name), "utf8");
  return Object.fromEntries(KEYS.map((name) => [name, read(name)]));
}

test("a second network on the same directory is told who holds it", async () => {
  const words = ["start", "localnet", "--port-base", String(freePortBase()), "--json"];
  const { code, stdout, stderr } = await shell.run(...words);
  expect(code).toBe(1);
  const { error } = FAILURE.parse(JSON.parse(stdout));
  expect(error.code).toBe("directory_locked");
  expect(error.message).toContain(`process ${network.pid}`);
  expect(stderr).toBe("");
});

test("a running network is not forgotten", async () => {
  const { code, stderr } = await shell.run("localnet", "reset", "--yes");
  expect(code).toBe(1);
  expect(stderr).toContain(`process ${network.pid}`);
});

test("taken ports are told with their holder and the flags that choose others", async () => {
  const other = new Shell();
  const words = ["start", "localnet", "--port-base", String(base)];
  const { code, stdout, stderr } = await other.run(...words);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  for (const port of portsOf(base)) expect(stderr).toContain(`port ${port} `);
  expect(stderr).toContain(`process ${network.pid}`);
  expect(stderr).toContain("--port-base N");
  expect(existsSync(join(other.config, "network.yaml"))).toBe(false);
  await other.close();
});

describe("stopped and started again", () => {
  test("SIGTERM ends it well, with its ports free, and nothing is lost", async () => {
    await shell.json(SENT, "send", "--to", NOBODY, "--amount", "1");
    await shell.json(ADVANCED, "epoch", "advance");
    const before = await look();
    const { code, stderr } = await network.stop("SIGTERM");
    expect(code).toBe(0);
    expect(stderr).toContain("in another terminal: soma faucet\n");
    expect(stderr).toEndWith("Stopping …\nStopped.\n");
    expect(portsOf(base).filter((port) => !isFree(port))).toEqual([]);
    network = await shell.startLocalnet(base);
    expect(await look()).toEqual(before);
    await shell.json(SENT, "send", "--to", NOBODY, "--amount", "1");
  });

  test("SIGKILL loses nothing that was final", async () => {
    await shell.json(SENT, "send", "--to", NOBODY, "--amount", "2.5");
    const before = await look();
    await network.stop("SIGKILL");
    // The ports are those of before without being named: they are kept with the network.
    network = await shell.start(/Network ready/, ["start", "localnet"]);
    expect(await look()).toEqual(before);
  });

  test("on a clock that went back by a day", async () => {
    const before = await look();
    expect((await network.stop("SIGINT")).code).toBe(0);
    const options = { preload: CLOCK_BACK };
    network = await shell.start(/Network ready/, ["start", "localnet"], options);
    expect(await look()).toEqual(before);
    await shell.json(SENT, "send", "--to", NOBODY, "--amount", "1");
    await shell.json(ADVANCED, "epoch", "advance");
  });
});

describe("another one, and none", () => {
  test("--force-regenesis leaves the network and the keys alone, and nothing behind", async () => {
    const before = await look();
    await network.stop();
    const kept = keys();
    const files = readdirSync(shell.home);
    const passing = await shell.startLocalnet(freePortBase(), "--force-regenesis");
    const fresh = await shell.json(STATUS, "status");
    expect(fresh.epoch).toBe(0);
    expect(fresh.chain_id).not.toBe((before as z.infer<typeof STATUS>).chain_id);
    expect((await passing.stop()).code).toBe(0);
    expect(readdirSync(shell.home)).toEqual(files);
    expect(keys()).toEqual(kept);
    network = await shell.startLocalnet(base);
    expect(await look()).toEqual(before);
  });

  test("whoever has no key is told to make one first", async () => {
    const other = new Shell();
    const passing = await other.startLocalnet(freePortBase(), "--force-regenesis");
    expect((await passing.stop()).stderr).toContain("in another terminal: soma wallet new\n");
    await other.close();
  });

  test("localnet reset forgets the network and keeps the keys", async () => {
    const before = (await look()) as z.infer<typeof STATUS>;
    await network.stop();
    const kept = keys();
    const refused = await shell.run("localnet", "reset");
    expect(refused.code).not.toBe(0);
    expect(existsSync(join(shell.config, "network.yaml"))).toBe(true);
    await shell.json(z.object({ removed: z.literal(true) }), "localnet", "reset", "--yes");
    expect(keys()).toEqual(kept);
    expect((await shell.run("localnet", "reset", "--yes")).code).toBe(1);
    network = await shell.startLocalnet(base);
    const after = await shell.json(STATUS, "status");
    expect(after.chain_id).not.toBe(before.chain_id);
    expect(await shell.json(BALANCE, "balance")).toMatchObject({ total_balance: 0n });
    await network.stop();
  });
});
