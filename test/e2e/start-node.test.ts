/**
 * A network whose nodes are started one by one, by the files that a local network left: a validator
 * that listens elsewhere than genesis says, and a fullnode that serves clients, knows only genesis
 * and is told where the validator is.
 *
 * @module
 */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

import { SomaClient } from "../../src/client/client.ts";
import { Keypair } from "../../src/client/keypair.ts";
import { Account } from "../../src/client/transact.ts";
import { readConfig, writeConfig } from "../../src/host/config.ts";
import { HEAP_GROWTH } from "../../src/host/heap-growth.ts";
import { layoutOf } from "../../src/localnet/layout.ts";
import { readNetworkRecord } from "../../src/localnet/network-file.ts";
import { toAddress } from "../../src/types/address.ts";
import { freePortBase, type Running, Shell } from "./shell.ts";

const shell = new Shell();
const base = freePortBase();
const rpc = new SomaClient(`http://127.0.0.1:${base}`);
const validator = join(shell.config, "validator_0.yaml");
const fullnode = join(shell.config, "fullnode.yaml");
let running: Running[] = [];

beforeAll(async () => {
  const network = await shell.startLocalnet(base, "--committee-size", "1");
  await network.stop();
  const moved = freePortBase();
  const settings = readConfig(validator);
  writeConfig(validator, { ...settings, listen: { ...settings.listen, port: moved } });
  rmSync(readConfig(fullnode).dbPath, { recursive: true });
  const first = await shell.start(/Validator/, ["start", "validator", "--config", validator]);
  const [key] = /[0-9a-f]{64}/.exec(first.stdout())!;
  const seed = ["--seed-peer", `/ip4/127.0.0.1/tcp/${moved}/p2p/${key}`];
  const words = ["start", "fullnode", "--config", fullnode, ...seed];
  running = [first, await shell.start(/Fullnode/, words)];
});
afterAll(() => shell.close());

test("the fullnode serves clients what the validator decides", async () => {
  expect((await rpc.info()).chain).toBe("localnet");
  const record = readNetworkRecord(layoutOf(shell.config).network)!;
  const faucet = new Account(rpc, new Keypair(record.account_keys.faucet));
  const recipient = toAddress("ab".repeat(32));
  const { status } = await faucet.transact((coin) => {
    return { kind: "TransferCoin", coin, amount: 5n, recipient };
  });
  expect(status.kind).toBe("Success");
  expect(await rpc.balance(recipient)).toMatchObject({ total_balance: 5n });
  const [model] = await Array.fromAsync(rpc.models());
  const weights = await fetch(`${rpc.url}/model/0x${model!.model_id}`);
  expect([weights.status, (await weights.bytes()).length > 40_000]).toEqual([200, true]);
});

test.if(process.platform === "linux")("their heaps may double, not treble", () => {
  for (const { pid } of running) {
    const environment = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
    for (const [name, value] of Object.entries(HEAP_GROWTH)) {
      expect(environment).toContain(`${name}=${value}`);
    }
  }
});

test("the same directory is not for two, nor is the port", async () => {
  const again = await shell.run("start", "validator", "--config", validator);
  expect(again.code).toBe(1);
  expect(again.stderr).toContain(`process ${running[0]!.pid}`);
  const other = await shell.run("start", "fullnode", "--config", fullnode);
  expect(other.code).toBe(1);
  expect(other.stderr).toContain(`port ${base} for clients is taken by process ${running[1]!.pid}`);
});

test.each([
  ["without a key", "/ip4/127.0.0.1/tcp/8080", "a seed peer looks like"],
  ["over UDP", `/ip4/127.0.0.1/udp/8080/p2p/${"ab".repeat(32)}`, "/ip4/127.0.0.1/tcp/8080"],
])("a seed peer %s is typed wrongly", async (_, seed, message) => {
  const words = ["start", "fullnode", "--config", fullnode, "--seed-peer", seed];
  const { code, stderr } = await shell.run(...words);
  expect(code).toBe(2);
  expect(stderr).toContain("--seed-peer");
  expect(stderr).toContain(message);
});

test("a configuration of the other kind names the right command", async () => {
  const { code, stderr } = await shell.run("start", "fullnode", "--config", validator);
  expect(code).toBe(1);
  expect(stderr).toContain("soma start validator --config");
});

test("both end well", async () => {
  const ended = await Promise.all(running.map((one) => one.stop("SIGINT")));
  expect(ended.map(({ code }) => code)).toEqual([0, 0]);
  await expect(rpc.info()).rejects.toMatchObject({ code: "connection_failed" });
});
