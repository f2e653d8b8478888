/**
 * A validator changes all of its keys the way the README says: new ones are made and announced by
 * commands while its node runs, which takes them as the next epoch begins. From then on it has half
 * of all voting power, so that nothing is final without what it signs with them.
 *
 * @module
 */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { copyFileSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

import { present } from "../../src/base/assert.ts";
import { SomaClient } from "../../src/client/client.ts";
import { formatSecretKey } from "../../src/crypto/bech32.ts";
import { parseValidatorInfo } from "../../src/host/genesis-config.ts";
import { layoutOf } from "../../src/localnet/layout.ts";
import { readNetworkRecord } from "../../src/localnet/network-file.ts";
import type { ValidatorView } from "../../src/wire/json/validator.ts";
import { freePortBase, ID, type Running, Shell } from "./shell.ts";

// A few seconds; a busy machine takes many.
setDefaultTimeout(120_000);

const KINDS = ["worker", "protocol", "network"] as const;
const NOBODY = `0x${"ab".repeat(32)}`;
// A seat takes little. The other validator has 20,000.
const SEAT = "400";
const HALF = "19600";
const ANY = z.looseObject({});
const SENT = z.looseObject({ status: z.literal("Success") });

const shell = new Shell();
const later = join(shell.home, "later");
const base = freePortBase();
const network = new SomaClient(`http://127.0.0.1:${base}`);
let account = "";
let node: Running;

async function own(): Promise<ValidatorView | undefined> {
  const { validators } = await network.validators();
  return validators.find(({ address }) => `0x${address}` === account);
}

/** The public keys of the validator whose files are in `directory`. */
function keysIn(directory: string): Partial<ValidatorView> {
  const info = parseValidatorInfo(readFileSync(join(directory, "validator.info"), "utf8"));
  if (!info.ok) throw new Error(info.error);
  const { protocol_pubkey, network_pubkey, worker_pubkey } = info.value;
  return { protocol_pubkey, network_pubkey, worker_pubkey };
}

async function stake(amount: string): Promise<void> {
  await shell.json(SENT, "stake", "--validator", account, "--amount", amount);
}

function startNode(): Promise<Running> {
  return shell.start(/Validator/, ["start", "validator", "--config", "validator.yaml"]);
}

beforeAll(async () => {
  const bare = ["--committee-size", "1", "--no-faucet", "--no-scoring", "--no-demo"];
  await shell.startLocalnet(base, ...bare);
  // The account of the faucet has enough for half of all stake.
  const record = present(readNetworkRecord(layoutOf(shell.config).network), "the network");
  const key = formatSecretKey(record.account_keys.faucet);
  ({ address: account } = await shell.json(
    z.looseObject({ address: ID }),
    "wallet",
    "import",
    key,
  ));
  copyFileSync(join(shell.config, "genesis.blob"), join(shell.home, "genesis.blob"));
  const words = ["127.0.0.1", "--port", String(freePortBase())];
  await shell.json(ANY, "validator", "make-validator-info", ...words);
  await shell.json(SENT, "validator", "join-committee", "validator.info");
  node = await startNode();
  await stake(SEAT);
  await shell.json(ANY, "epoch", "advance");
});
afterAll(() => shell.close());

test("it validates with the keys that it joined with", async () => {
  expect(await own()).toMatchObject({ status: "active", ...keysIn(shell.home) });
});

test("each new key is announced, and says what comes next", async () => {
  mkdirSync(later);
  const words = ["validator", "make-validator-info", "127.0.0.1"];
  const made = await shell.runWith({ cwd: later }, ...words);
  expect(made.code).toBe(0);
  for (const kind of KINDS) {
    const file = `next-${kind}.key`;
    copyFileSync(join(later, `${kind}.key`), join(shell.home, file));
    const run = await shell.run("validator", "update-metadata", `${kind}-pub-key`, file);
    expect(run).toMatchObject({ code: 0 });
    expect(run.stderr).toContain(`next_${kind}_key_pair`);
  }
  expect(await own()).toMatchObject(keysIn(shell.home));
});

test("the next epoch has them, and nothing is final without the node that runs", async () => {
  await stake(HALF);
  await shell.json(ANY, "epoch", "advance");
  expect(await own()).toMatchObject({ status: "active", voting_power: 5_000n, ...keysIn(later) });
  await shell.json(SENT, "send", "--to", NOBODY, "--amount", "1");
});

test("they take the place of the old ones at the next start", async () => {
  const { code, stderr } = await node.stop();
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(stderr).toContain("next epoch's keys are here: protocol, worker, network");
  expect(stderr).toContain("epoch 2: new keys are in force: protocol, worker, network");
  expect(stderr).toContain("epoch 2 begins with 2 validators; this node validates");
  for (const kind of KINDS) {
    renameSync(join(shell.home, `next-${kind}.key`), join(shell.home, `${kind}.key`));
  }
  node = await startNode();
  await shell.json(SENT, "send", "--to", NOBODY, "--amount", "1");
});
