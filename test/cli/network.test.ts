/**
 * Commands that talk to a network, against one that really runs: what they print for people and
 * for programs, and how they fail.
 *
 * @module
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Localnet } from "../../src/localnet/options.ts";
import { startLocalnet } from "../../src/localnet/start.ts";
import { bytesOf } from "../localnet/random.ts";
import { makeWorld, type Run, temporaryDir } from "./world.ts";

const NOBODY = `0x${"ab".repeat(32)}`;
const NOWHERE = "http://127.0.0.1:9";
const ID = /^0x[0-9a-f]{64}$/;
const DIGEST = /^[1-9A-HJ-NP-Za-km-z]{32,44}$/;
const DECIMAL = /^\d+$/;

const world = makeWorld();
const files = temporaryDir();
let network: Localnet;
let address: string;

beforeAll(async () => {
  ({ address } = (await world.json(["wallet", "new", "--alias", "ann"])) as { address: string });
  network = await startLocalnet({
    directory: undefined,
    ports: { rpc: 0, faucet: 0, scoring: 0, admin: 0 },
    clientYaml: join(world.configDir, "client.yaml"),
    randomBytes: bytesOf(1),
  });
});
afterAll(() => network.stop());

type Json = Readonly<Record<string, unknown>>;

/** The document of a command that must succeed. */
async function json(...words: string[]): Promise<Json> {
  const { code, stdout, stderr } = await world.run([...words, "--json"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout) as Json;
}

/** The error of a command that must fail, the same for people and for programs. */
async function failure(...words: string[]): Promise<Json & { readonly code: string }> {
  const forPrograms = await world.run([...words, "--json"]);
  const forPeople = await world.run(words);
  expect(forPeople.code).toBe(forPrograms.code);
  expect(forPeople.stdout).toBe("");
  const { error } = JSON.parse(forPrograms.stdout) as { error: Json & { code: string } };
  expect(forPeople.stderr).toContain(`Error: ${String(error["message"]).split("\n")[0]}`);
  expect(forPeople.stderr).not.toMatch(/\n\s+at /);
  return { ...error, exit: forPrograms.code };
}

/** What a command prints for people. */
async function text(...words: string[]): Promise<Run> {
  const run = await world.run(words);
  expect(run.code).toBe(0);
  return run;
}

test("faucet", async () => {
  const before = (await json("balance"))["total_balance"];
  expect(before).toBe("0");
  const { status, coins_sent: sent } = await json("faucet");
  expect(status).toBe("Success");
  const coin = {
    amount: "100000000000",
    id: expect.stringMatching(ID),
    transfer_tx_digest: expect.stringMatching(DIGEST),
  };
  expect(sent).toEqual(Array.from({ length: 5 }, () => coin));
  expect(await json("balance")).toEqual({
    address,
    total_balance: "500000000000",
    coin_count: 5,
  });
  const { stdout } = await text("faucet", "--address", "ann");
  expect(stdout).toMatch(
    /^Received 5 coins:\n( {2}- 100 SOMA \(id: 0x[0-9a-f]{64}, tx: \w+\)\n){5}$/,
  );
});

describe("balance", () => {
  test("with coins, richest first, of anybody", async () => {
    const { coins, coin_count: count } = await json("balance", "ann", "--with-coins");
    expect(coins).toHaveLength(count as number);
    expect((coins as unknown[])[0]).toEqual([expect.stringMatching(ID), "100000000000"]);
    expect(await json("balance", NOBODY)).toMatchObject({ address: NOBODY, coin_count: 0 });
  });

  test("of nobody that can be named", async () => {
    expect(await failure("balance", "bob")).toMatchObject({ code: "alias_unknown", exit: 1 });
    for (const bad of [`0x${"a".repeat(63)}`, `0x${"a".repeat(65)}`, "0x", `0x${"g".repeat(64)}`]) {
      expect(await failure("balance", bad)).toMatchObject({ code: "usage", exit: 2 });
    }
  });
});

test("status", async () => {
  const status = await json("status");
  expect(status).toEqual({
    network: "localnet",
    rpc_url: network.urls.rpc,
    server_version: expect.any(String),
    chain_id: expect.stringMatching(DIGEST),
    epoch: 0,
    epoch_start_timestamp_ms: expect.stringMatching(DECIMAL),
    epoch_duration_ms: "86400000",
    protocol_version: "1",
    balance: expect.any(String),
    active_address: address,
    server_reachable: true,
  });
  expect((await text("status")).stdout).toContain("SOMA Network Status");
});

describe("send", () => {
  test("moves money and says what it did", async () => {
    const before = BigInt(String((await json("balance"))["total_balance"]));
    const sent = await json("send", "--to", NOBODY, "--amount", "1.000000001");
    expect(sent).toMatchObject({
      digest: expect.stringMatching(DIGEST),
      status: "Success",
      executed_epoch: 0,
      checkpoint: expect.stringMatching(DECIMAL),
    });
    const { total_fee: fee } = sent["fee"] as { total_fee: string };
    const after = BigInt(String((await json("balance"))["total_balance"]));
    expect(after).toBe(before - 1_000_000_001n - BigInt(fee));
    expect(await json("balance", NOBODY)).toMatchObject({ total_balance: "1000000001" });
    expect((await text("send", "--to", NOBODY, "--amount", "1")).stdout).toContain(NOBODY);
  });

  test("only shows what would be sent, and nothing happens", async () => {
    const send = ["send", "--to", NOBODY, "--amount", "2"];
    const before = await json("balance");
    for (const option of [
      "--tx-digest",
      "--serialize-unsigned-transaction",
      "--serialize-signed-transaction",
    ]) {
      const { code, stdout } = await world.run([...send, option, "--json"]);
      expect({ code, type: typeof JSON.parse(stdout) }).toEqual({ code: 0, type: "string" });
    }
    expect(await json(...send, "--simulate")).toMatchObject({ status: "Success" });
    expect(await json("balance")).toEqual(before);
  });

  test.each(["1.0000000001", "1e3", "-1", "0", "", "18446744073.709551616", "ten", "1,5"])(
    "the amount %p is a mistake in usage",
    async (amount) => {
      const error = await failure("send", "--to", NOBODY, "--amount", amount);
      expect(error).toMatchObject({ code: "usage", exit: 2 });
      expect(String(error["message"])).toContain("--amount");
    },
  );

  test("more than there is", async () => {
    const error = await failure("send", "--to", NOBODY, "--amount", "1000000");
    expect(error).toMatchObject({ code: "insufficient_funds", exit: 1 });
    expect(error["hint"]).toBeString();
  });

  test("with somebody else's coin, or none", async () => {
    const { coins_sent: sent } = await json("faucet", "--address", NOBODY);
    const [{ id } = { id: "" }] = sent as { id: string }[];
    for (const coin of [id, NOBODY]) {
      const words = ["send", "--to", NOBODY, "--amount", "1", "--coin", coin];
      expect((await world.run(words)).code).toBe(1);
    }
  });
});

describe("targets", () => {
  test("are listed and shown", async () => {
    const { targets } = await json("target", "list", "--limit", "3");
    expect(targets).toHaveLength(3);
    for (const target of targets as Json[]) {
      const id = String(target["target_id"]);
      expect(id).toMatch(ID);
      expect(target).toMatchObject({
        status: "open",
        generation_epoch: 0,
        model_count: 3,
        distance_threshold: 0.75,
      });
      const info = await json("target", "info", id);
      expect(info).toMatchObject(target);
      expect(info["model_ids"]).toHaveLength(3);
    }
    expect(await json("target", "list", "--status", "filled")).toEqual({ targets: [] });
    expect(await json("target", "list", "--claimable")).toEqual({ targets: [] });
    expect(await json("target", "list", "--epoch", "7")).toEqual({ targets: [] });
  });

  test("that are none", async () => {
    const missing = await failure("target", "info", NOBODY);
    expect(missing).toMatchObject({ code: "target_not_found", exit: 1 });
    const both = await failure("target", "list", "--claimable", "--status", "open");
    expect(both).toMatchObject({ code: "usage", exit: 2 });
    const claim = await world.run(["target", "claim", NOBODY, "--json"]);
    expect(claim.code).toBe(1);
  });
});

describe("a file that competes", () => {
  const prose = join(files, "prose.txt");
  writeFileSync(prose, "It was the best of times, it was the worst of times. ".repeat(40));

  test("is scored", async () => {
    const { targets } = await json("target", "list", "--limit", "1");
    const [{ target_id: target }] = targets as [{ target_id: string }];
    const scored = await json("score", prose, "--target", target);
    expect(scored["losses"]).toHaveLength(3);
    expect(scored["target_id"]).toBe(target);
  });

  test("is looked at without being sent, then sent", async () => {
    const dry = await json("submit", prose, "--dry-run");
    expect(dry["distance"]).toBeLessThanOrEqual(dry["distance_threshold"] as number);
    expect(await json("target", "list", "--status", "filled")).toEqual({ targets: [] });
    const sent = await json("submit", prose);
    expect(sent).toMatchObject({ status: "Success", claimable_epoch: 2 });
    const mine = ["target", "list", "--status", "filled", "--submitter", "ann"];
    expect((await json(...mine))["targets"]).toHaveLength(1);
  });

  test("is none", async () => {
    const empty = join(files, "empty");
    const large = join(files, "large");
    const directory = join(files, "directory");
    writeFileSync(empty, "");
    writeFileSync(large, new Uint8Array(1_048_577));
    mkdirSync(directory);
    for (const path of [empty, large, directory, join(files, "missing"), "/dev/zero"]) {
      const error = await failure("submit", path);
      expect(error["exit"]).not.toBe(0);
      expect(String(error["message"])).toContain(path);
    }
  });
});

test("an epoch ends when it is told to", async () => {
  expect(await json("epoch", "advance")).toEqual({ epoch: 1 });
  expect(await json("status")).toMatchObject({ epoch: 1 });
  expect((await text("epoch", "advance")).stdout).toBe("Epoch 2 has begun.\n");
});

describe("a network that is not there", () => {
  const away = makeWorld();
  const run = (...words: string[]): Promise<Run> => away.run(words);

  beforeAll(async () => {
    await away.run(["wallet", "new"]);
    // Port 9 of this machine: nobody listens there.
    const urls = ["--rpc", "--faucet", "--scoring", "--admin"].flatMap((flag) => [flag, NOWHERE]);
    await away.run(["env", "new", "--alias", "away", ...urls]);
    await away.run(["env", "switch", "away"]);
  });

  test("is told by status without failing", async () => {
    const { code, stdout } = await run("status", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ server_reachable: false });
  });

  test.each([["balance"], ["faucet"], ["epoch advance"], ["target list"], ["model list"]])(
    "fails %s with the next step",
    async (words) => {
      const { code, stdout, stderr } = await run(...words.split(" "));
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toContain("Hint: ");
      expect(stderr).toContain("soma start localnet");
    },
  );
});
