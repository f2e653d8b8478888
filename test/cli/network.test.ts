/**
 * Commands that move money and look at the competition, against a network that really runs: what
 * happened to the last shannon, and every way to ask for what cannot be.
 *
 * @module
 */
import { beforeAll, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { useNetwork } from "./network.ts";
import { makeWorld, temporaryDir, type World } from "./world.ts";

const NOBODY = `0x${"ab".repeat(32)}`;
// Nobody listens there.
const NOWHERE = "http://127.0.0.1:9";

const network = useNetwork();
let world: World;

beforeAll(async () => {
  world = network.world();
  await world.run(["wallet", "new", "--alias", "ann"]);
  await world.run(["faucet"]);
});

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

async function balance(...who: string[]): Promise<bigint> {
  return BigInt(String((await json("balance", ...who))["total_balance"]));
}

test("the balance of nobody that can be named", async () => {
  expect(await failure("balance", "bob")).toMatchObject({ code: "alias_unknown", exit: 1 });
  for (const bad of [`0x${"a".repeat(63)}`, `0x${"a".repeat(65)}`, "0x", `0x${"g".repeat(64)}`]) {
    expect(await failure("balance", bad)).toMatchObject({ code: "usage", exit: 2 });
  }
});

describe("send", () => {
  test("moves exactly so much, and costs what it says", async () => {
    const [before, held] = [await balance(), await balance(NOBODY)];
    const sent = await json("send", "--to", NOBODY, "--amount", "1.000000001");
    const { total_fee: fee } = sent["fee"] as { total_fee: string };
    expect(await balance()).toBe(before - 1_000_000_001n - BigInt(fee));
    expect(await balance(NOBODY)).toBe(held + 1_000_000_001n);
  });

  test("only shows what would be sent, and nothing happens", async () => {
    const send = ["send", "--to", NOBODY, "--amount", "2"];
    const before = await balance();
    for (const option of [
      "--tx-digest",
      "--serialize-unsigned-transaction",
      "--serialize-signed-transaction",
    ]) {
      const { code, stdout } = await world.run([...send, option, "--json"]);
      expect({ code, type: typeof JSON.parse(stdout) }).toEqual({ code: 0, type: "string" });
    }
    expect(await json(...send, "--simulate")).toMatchObject({ status: "Success" });
    expect(await balance()).toBe(before);
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
  test("a file is scored at one", async () => {
    const prose = join(temporaryDir(), "prose.txt");
    writeFileSync(prose, "It was the best of times, it was the worst of times. ".repeat(40));
    const { targets } = await json("target", "list", "--limit", "1");
    const [{ target_id: target }] = targets as [{ target_id: string }];
    const scored = await json("score", prose, "--target", target);
    expect(scored["losses"]).toHaveLength(3);
    expect(scored["target_id"]).toBe(target);
  });

  test("that are not listed are told of", async () => {
    const { stdout: some } = await world.run(["target", "list", "--limit", "1"]);
    expect(some).toContain("There are more than 1; --limit shows them.");
    const { stdout: all } = await world.run(["target", "list", "--limit", "1000"]);
    expect(all).toContain("Threshold");
    expect(all).not.toContain("There are more");
  });

  test("that are none", async () => {
    const missing = await failure("target", "info", NOBODY);
    expect(missing).toMatchObject({ code: "target_not_found", exit: 1 });
    const both = await failure("target", "list", "--claimable", "--status", "open");
    expect(both).toMatchObject({ code: "usage", exit: 2 });
    expect((await world.run(["target", "claim", NOBODY])).code).toBe(1);
    expect(await json("target", "list", "--epoch", "7")).toEqual({ targets: [] });
  });
});

test("an epoch ends when it is told to", async () => {
  expect(await json("epoch", "advance")).toEqual({ epoch: 1 });
  expect(await json("status")).toMatchObject({ epoch: 1 });
  expect((await world.run(["epoch", "advance"])).stdout).toBe("Epoch 2 has begun.\n");
});

describe("a network that is not there", () => {
  const away = makeWorld();

  beforeAll(async () => {
    await away.run(["wallet", "new"]);
    const urls = ["--rpc", "--faucet", "--scoring", "--admin"].flatMap((flag) => [flag, NOWHERE]);
    await away.run(["env", "new", "--alias", "away", ...urls]);
    await away.run(["env", "switch", "away"]);
  });

  test.each([["balance"], ["faucet"], ["epoch advance"], ["target list"], ["model list"]])(
    "fails %s with the next step",
    async (words) => {
      const { code, stdout, stderr } = await away.run(words.split(" "));
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toContain("Hint: ");
      expect(stderr).toContain("soma start localnet");
    },
  );
});
