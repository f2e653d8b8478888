/**
 * Validators from the command line: how one presents itself, becomes a candidate and withdraws, and
 * what one that is seated may do; and what is said to those who may not.
 *
 * @module
 */
import { beforeAll, describe, expect, test } from "bun:test";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { present } from "../../src/base/assert.ts";
import { formatSecretKey } from "../../src/crypto/bech32.ts";
import { readConfig } from "../../src/host/config.ts";
import { layoutOf, validatorPath } from "../../src/localnet/layout.ts";
import { modeOf } from "../wallet/scratch.ts";
import { useNetwork } from "./network.ts";
import { makeWorld, temporaryDir, type World } from "./world.ts";

const MS_MAX = 60_000;
const NONE = `0x${"1".repeat(64)}`;
const network = useNetwork();

type Document = Readonly<Record<string, unknown>>;

async function document(world: World, ...words: readonly string[]): Promise<Document> {
  const { code, stdout, stderr } = await world.run([...words, "--json"]);
  expect({ code, stderr, stdout }).toMatchObject({ code: 0, stderr: "" });
  return JSON.parse(stdout) as Document;
}

async function codeOf(world: World, ...words: readonly string[]): Promise<unknown> {
  const { code, stdout, stderr } = await world.run([...words, "--json"]);
  expect({ code, stderr, stdout }).toMatchObject({ code: 1, stderr: "" });
  return JSON.parse(stdout).error.code;
}

/** The validators by their addresses. */
async function validatorsOf(world: World): Promise<ReadonlyMap<unknown, Document>> {
  const { validators } = (await document(world, "validator", "list")) as {
    validators: Document[];
  };
  return new Map(validators.map((validator) => [validator["address"], validator]));
}

/** A wallet with the key of the validator that runs. */
async function seated(): Promise<World> {
  const world = network.world();
  const path = validatorPath(layoutOf(network.localnet().directory), 0);
  const key = formatSecretKey(present(readConfig(path).accountKey, "an account"));
  await world.run(["wallet", "import", "-"], { stdin: key });
  return world;
}

/** An account with money, and a directory with the files of its validator. */
async function candidate(): Promise<{ readonly world: World; readonly cwd: string }> {
  const world = network.world();
  await world.run(["wallet", "new"]);
  const cwd = temporaryDir();
  const made = await world.run(["validator", "make-validator-info", "127.0.0.1"], { cwd });
  const note = "Put the network's genesis at genesis.blob before you start the validator.\n";
  expect(made).toMatchObject({ code: 0, stderr: note });
  return { world, cwd };
}

describe("a newcomer", () => {
  test(
    "makes its files, becomes a candidate, is seen, and withdraws",
    async () => {
      const { world, cwd } = await candidate();
      await world.run(["faucet"]);
      const account = await world.json(["wallet", "active"]);
      const info = join(cwd, "validator.info");
      const joined = await document(world, "validator", "join-committee", info);
      expect(joined).toMatchObject({ status: "Success", kind: "AddValidator" });
      expect((await validatorsOf(world)).get(account)).toMatchObject({
        status: "pending",
        primary_address: "/ip4/127.0.0.1/tcp/8080",
        stake_balance: "0",
      });
      const shown = await world.run(["validator", "display-metadata"]);
      expect(shown.stdout).toContain("/ip4/127.0.0.1/tcp/8080");
      expect(shown.stdout).toContain("Public Keys");
      const staked = ["stake", "--validator", String(account), "--amount", "10"];
      expect(await document(world, ...staked)).toMatchObject({ status: "Success" });
      for (const words of [
        ["join-committee", info],
        ["set-commission-rate", "1"],
        ["report-validator", NONE],
        ["update-metadata", "proxy-address", "/dns/a/tcp/1"],
      ]) {
        expect([words[0], await codeOf(world, "validator", ...words)]).toEqual([
          words[0],
          "validator_status",
        ]);
      }
      const left = await document(world, "validator", "leave-committee");
      expect(left).toMatchObject({ status: "Success", kind: "RemoveValidator" });
      expect((await validatorsOf(world)).has(account)).toBe(false);
      expect(await codeOf(world, "validator", "leave-committee")).toBe("not_a_validator");
      expect(await world.json(["validator", "display-metadata"])).toBeNull();
    },
    MS_MAX,
  );

  test("keeps its keys to itself, and uses them again", async () => {
    const { world, cwd } = await candidate();
    const keys = ["account.key", "network.key", "protocol.key", "worker.key"];
    const names = [...keys, "validator.info", "validator.yaml"].toSorted();
    expect(readdirSync(cwd).toSorted()).toEqual(names);
    for (const name of keys) expect(modeOf(join(cwd, name))).toBe("600");
    const before = readFileSync(join(cwd, "validator.info"), "utf8");
    const settings = readConfig(join(cwd, "validator.yaml"));
    expect(settings.listen).toEqual({ host: "127.0.0.1", port: 8080 });
    expect(settings.validator).toBeDefined();
    expect(settings.nextKeys).toEqual({
      protocol: join(cwd, "next-protocol.key"),
      worker: join(cwd, "next-worker.key"),
      network: join(cwd, "next-network.key"),
    });
    const again = await world.run(["validator", "make-validator-info", "127.0.0.1"], { cwd });
    expect(again.stderr).toContain("Using existing key file protocol.key");
    expect(readFileSync(join(cwd, "validator.info"), "utf8")).toBe(before);
    const other = network.world();
    await other.run(["wallet", "new"]);
    const foreign = await other.run(["validator", "make-validator-info", "a.org"], { cwd });
    expect(foreign.code).toBe(1);
    expect(foreign.stderr).toContain("another account");
    expect(await codeOf(other, "validator", "join-committee", join(cwd, "validator.info"))).toBe(
      "key_unknown",
    );
  });

  test("with a file that is not its own or not whole is refused before it pays", async () => {
    const { world, cwd } = await candidate();
    const info = join(cwd, "validator.info");
    const text = readFileSync(info, "utf8");
    const bad = {
      "proof_of_possession does not hold": text.replace(/^account: .*$/m, `account: "${NONE}"`),
      "primary_address: an address": text.replace(/^primary_address: .*$/m, "primary_address: x"),
      "worker_pubkey: ": text.replace(/^worker_pubkey: .*$/m, ""),
      "protocol_pubkey: bytes": text.replace(/^protocol_pubkey: /m, "protocol_pubkey: zz"),
      "commission_rate: ": text.replace(/^commission_rate: .*$/m, "commission_rate: -1"),
      'Unrecognized key: "extra"': `${text}extra: 1\n`,
    };
    for (const [message, content] of Object.entries(bad)) {
      writeFileSync(info, content);
      const run = await world.run(["validator", "join-committee", info, "--json"]);
      const { error } = JSON.parse(run.stdout);
      expect([run.code, error.code]).toEqual([1, "validator_info_invalid"]);
      expect(error.message).toContain(message);
    }
    expect(await codeOf(world, "validator", "join-committee", join(cwd, "none"))).toBe(
      "file_missing",
    );
  });
});

describe("a validator", () => {
  let world: World;
  let account: string;
  beforeAll(async () => {
    world = await seated();
    account = String(await world.json(["wallet", "active"]));
  });

  test("sets its commission and stages its address", async () => {
    const list = await validatorsOf(world);
    expect(list.get(account)).toMatchObject({ status: "active", voting_power: 10_000 });
    expect((await world.run(["validator", "list"])).stdout).toContain("Validators (1 found)");
    const rate = ["validator", "set-commission-rate", "500"];
    expect(await document(world, ...rate)).toMatchObject({ kind: "SetCommissionRate" });
    expect((await validatorsOf(world)).get(account)).toMatchObject({
      commission_rate: 200,
      next_epoch_commission_rate: 500,
    });
    const proxy = ["validator", "update-metadata", "proxy-address", "/dns/a.example/tcp/8090"];
    expect(await document(world, ...proxy)).toMatchObject({ status: "Success" });
    const simulated = await document(world, "validator", "leave-committee", "--simulate");
    expect(simulated).toMatchObject({ status: "Success" });
  });

  test("stages addresses and keys, the protocol key with its proof", async () => {
    const { cwd } = await candidate();
    for (const word of ["network", "primary", "p2p"]) {
      const words = ["validator", "update-metadata", `${word}-address`, "/ip4/10.0.0.1/tcp/81"];
      expect(await document(world, ...words, "--simulate")).toMatchObject({ status: "Success" });
    }
    for (const word of ["network", "worker", "protocol"]) {
      const words = ["validator", "update-metadata", `${word}-pub-key`, join(cwd, `${word}.key`)];
      expect(await document(world, ...words, "--simulate")).toMatchObject({ status: "Success" });
    }
    const wrong = ["validator", "update-metadata", "worker-pub-key", join(cwd, "protocol.key")];
    expect(await codeOf(world, ...wrong)).toBe("key_invalid");
    const missing = ["validator", "update-metadata", "protocol-pub-key", join(cwd, "none")];
    expect(await codeOf(world, ...missing)).toBe("file_missing");
  });

  test("reports models, and not itself or nobody", async () => {
    const { models } = (await document(world, "model", "list")) as { models: Document[] };
    const report = ["validator", "report-model", String(models[0]!["model_id"])];
    expect(await document(world, ...report)).toMatchObject({ kind: "ReportModel" });
    expect(await document(world, ...report, "--undo-report")).toMatchObject({ status: "Success" });
    const again = await world.run([...report, "--undo-report", "--json"]);
    expect(again.code).toBe(1);
    expect(JSON.parse(again.stdout).status.Failure.code).toBe("ReportRecordNotFound");
    expect(await codeOf(world, "validator", "report-model", NONE)).toBe("model_not_found");
    expect(await codeOf(world, "validator", "report-validator", NONE)).toBe("not_a_validator");
    const undo = await world.run(["validator", "report-validator", NONE, "--undo-report"]);
    expect(undo.stdout).toContain("✗ Transaction Failed");
    const itself = await world.run(["validator", "report-validator", account]);
    expect(itself.code).toBe(2);
    expect(itself.stderr).toContain("cannot report itself");
  });
});

test.each([
  [["leave-committee"]],
  [["set-commission-rate", "1"]],
  [["report-model", NONE]],
  [["report-validator", NONE]],
  [["update-metadata", "p2p-address", "/dns/a/tcp/1"]],
])("validator %j is for validators", async (words) => {
  const world = network.world();
  await world.run(["wallet", "new"]);
  expect(await codeOf(world, "validator", ...words)).toBe("not_a_validator");
});

test.each([
  [["set-commission-rate"], "missing <BPS>"],
  [["set-commission-rate", "10001"], "10001 is not from 0 to 10000"],
  [["set-commission-rate", "5%"], "is not a whole number"],
  [["report-validator"], "missing <ALIAS|ADDRESS>"],
  [["report-model", "0x12"], "object id"],
  [["join-committee"], "missing <FILE>"],
  [["update-metadata", "p2p-address", "10.0.0.1:80"], "/ip4/127.0.0.1/tcp/8080"],
  [["update-metadata", "p2p-address", "/dns/a/udp/80"], "/ip4/127.0.0.1/tcp/8080"],
  [["make-validator-info", "a b"], "the host of an address"],
  [["make-validator-info", "a", "10001"], "10001 is not from 0 to 10000"],
  [["make-validator-info", "a", "--port", "0"], "port 0"],
  [["make-validator-info", "a", "--port", "65536"], "is not from 0 to 65535"],
])("validator %j is typed wrongly", async (words, message) => {
  const run = await makeWorld().run(["validator", ...words, "--json"]);
  expect(run).toMatchObject({ code: 2, stderr: "" });
  const { error } = JSON.parse(run.stdout);
  expect(error.code).toBe("usage");
  expect(`${error.message}; ${error.hint}`).toContain(message);
});
