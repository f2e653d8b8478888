/**
 * What commands on a network print for programs: the fields and forms that scripts rely on, and
 * errors that say what to do next.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { useNetwork } from "./network.ts";
import { makeWorld, type World } from "./world.ts";

const MS_MAX = 60_000;
const DIGITS = /^\d+$/;
const ID = /^0x[0-9a-f]{64}$/;
const NONE = `0x${"1".repeat(64)}`;
const network = useNetwork();

type Document = Readonly<Record<string, unknown>>;

async function withKey(): Promise<World> {
  const world = network.world();
  await world.run(["wallet", "new", "--alias", "ann"]);
  await world.run(["wallet", "new", "--alias", "bob"]);
  return world;
}

async function document(world: World, ...words: readonly string[]): Promise<Document> {
  const { code, stdout, stderr } = await world.run([...words, "--json"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout) as Document;
}

async function failure(world: World, ...words: readonly string[]): Promise<Document> {
  const { code, stdout, stderr } = await world.run([...words, "--json"]);
  expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
  return JSON.parse(stdout) as Document;
}

describe("documents", () => {
  test("status", async () => {
    const world = await withKey();
    const status = await document(world, "status");
    expect(Object.keys(status)).toEqual([
      "network",
      "rpc_url",
      "server_version",
      "chain_id",
      "epoch",
      "epoch_start_timestamp_ms",
      "epoch_duration_ms",
      "protocol_version",
      "active_address",
      "balance",
      "server_reachable",
    ]);
    for (const name of ["epoch_duration_ms", "protocol_version", "balance"]) {
      expect(status[name]).toMatch(DIGITS);
    }
    expect(status["epoch"]).toBe(0);
    const { chain_id, server_version } = status;
    expect(await document(world, "env", "chain-id")).toEqual({ chain_id, server_version });
    expect((await world.run(["status"])).stdout).toMatch(/Next Epoch +│ in ~23h/);
  });

  test("status of a network that is down is an answer too", async () => {
    const world = makeWorld();
    await world.run(["env", "new", "--alias", "nowhere", "--rpc", "http://127.0.0.1:1"]);
    const run = await world.run(["status", "--json", "--client.env", "nowhere"]);
    expect(run.code).toBe(0);
    expect(JSON.parse(run.stdout)).toEqual({
      network: "nowhere",
      rpc_url: "http://127.0.0.1:1",
      server_reachable: false,
    });
    expect(run.stderr).toContain("Could not connect to RPC server");
  });

  test(
    "faucet, balance and send",
    async () => {
      const world = await withKey();
      const address = (await world.json(["wallet", "active"])) as string;
      const empty = { address, total_balance: "0", coin_count: 0 };
      expect(await document(world, "balance")).toEqual(empty);
      const { status, coins_sent: coins } = await document(world, "faucet");
      expect({ status, count: (coins as unknown[]).length }).toEqual({
        status: "Success",
        count: 5,
      });
      const rich = await document(world, "balance", "ann", "--with-coins");
      expect(rich).toMatchObject({ total_balance: "500000000000", coin_count: 5 });
      const [[id, amount]] = rich["coins"] as [[string, string]];
      expect([ID.test(id), amount]).toEqual([true, "100000000000"]);
      const sent = await document(world, "send", "--to", "bob", "--amount", "1.5");
      const { fee } = sent as { fee: Document };
      expect(sent).toMatchObject({ status: "Success", executed_epoch: 0, kind: "TransferCoin" });
      expect(Object.keys(fee)).toEqual(["base_fee", "operation_fee", "value_fee", "total_fee"]);
      for (const part of Object.values(fee)) expect(part).toMatch(DIGITS);
      const bob = await document(world, "balance", "bob");
      expect(bob).toMatchObject({ total_balance: "1500000000", coin_count: 1 });
    },
    MS_MAX,
  );

  test(
    "a failed transaction is printed and exits with 1",
    async () => {
      const world = await withKey();
      await world.run(["faucet"]);
      // Almost all that the account has: too little is left for the fees.
      const failed = await failure(world, "send", "--to", "bob", "--amount", "499.9");
      expect(failed["status"]).toMatchObject({ Failure: { code: "InsufficientCoinBalance" } });
      const { stdout } = await world.run(["send", "--to", "bob", "--amount", "499.9"]);
      expect(stdout).toContain("✗ Transaction Failed");
    },
    MS_MAX,
  );

  test("targets and models", async () => {
    const world = await withKey();
    const { targets } = (await document(world, "target", "list", "--limit", "2")) as {
      targets: Document[];
    };
    expect(targets).toHaveLength(2);
    const [target] = targets;
    expect(Object.keys(target!)).toEqual([
      "target_id",
      "status",
      "generation_epoch",
      "model_count",
      "reward_pool",
      "distance_threshold",
    ]);
    const info = await document(world, "target", "info", String(target!["target_id"]));
    expect(info).toMatchObject({ ...target! });
    const { models } = (await document(world, "model", "list")) as { models: Document[] };
    expect(models).toHaveLength(3);
    const more = await document(world, "model", "info", String(models[0]!["model_id"]));
    expect(Object.keys(more)).toEqual(["model_id", "status", "summary"]);
    expect(await document(world, "target", "list", "--status", "filled")).toEqual({ targets: [] });
  });
});

test.each([
  [["target", "info", NONE], "target_not_found"],
  [["target", "claim", NONE], "insufficient_funds"],
  [["model", "info", NONE], "model_not_found"],
  [["send", "--to", "bob", "--amount", "1"], "insufficient_funds"],
  [["send", "--to", "carol", "--amount", "1"], "alias_unknown"],
  [["send", "--to", "bob", "--amount", "1", "--coin", NONE], "object_not_found"],
  [["score", "/dev/null", "--target", NONE], "not_a_file"],
  [["status", "--client.env", "nowhere"], "env_unknown"],
])("%j says what to do next", async (words, code) => {
  const { error } = (await failure(await withKey(), ...words)) as { error: Document };
  expect(Object.keys(error)).toEqual(["code", "message", "hint"]);
  expect(error).toEqual({ code, message: expect.any(String), hint: expect.any(String) });
});

test.each(["1e3", "-1", "1.0123456789", "18446744074", "", ".", "1,5", "0x10", "١"])(
  "the amount %p is typed wrongly",
  async (amount) => {
    const run = await makeWorld().run(["send", "--to", NONE, "--amount", amount, "--json"]);
    expect(run).toMatchObject({ code: 2, stderr: "" });
    expect(JSON.parse(run.stdout).error.message).toContain("amount");
  },
);

test.each([NONE.slice(0, -1), `${NONE}1`, `${NONE.slice(0, -1)}g`, ""])(
  "the address %p is typed wrongly",
  async (address) => {
    const run = await makeWorld().run(["send", "--to", address, "--amount", "1", "--json"]);
    expect(run).toMatchObject({ code: 2, stderr: "" });
    expect(JSON.parse(run.stdout).error.code).toBe("usage");
  },
);
