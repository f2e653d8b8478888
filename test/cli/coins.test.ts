/**
 * Money moved in every way there is: paid to several, handed over whole, merged, staked and taken
 * back; transactions written down and executed later; and what is said when something is wrong.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { SomaClient } from "../../src/client/client.ts";
import {
  coinsOf,
  type Document,
  documentOf as document,
  errorOf,
  fundedWorld,
  type Objects,
  totalOf,
} from "./money.ts";
import { useNetwork } from "./network.ts";
import { makeWorld } from "./world.ts";

const MS_MAX = 60_000;
const NONE = `0x${"1".repeat(64)}`;
const EMPTY = `0x${"2".repeat(64)}`;
const SOMA = 1_000_000_000n;
const network = useNetwork();

describe("on a network", () => {
  test(
    "pay: from the richest coin, or from those that are named",
    async () => {
      const world = await fundedWorld(network);
      const to = ["--recipients", "bob", NONE, "bob"];
      const words = ["pay", ...to, "--amounts", "1", "0.5", "2"];
      expect(await document(world, ...words, "--simulate")).toMatchObject({ status: "Success" });
      expect(await totalOf(world, "bob")).toBe(0n);
      const paid = await document(world, ...words);
      expect(paid).toMatchObject({ status: "Success", kind: "PayCoins" });
      expect(await document(world, "balance", "bob")).toMatchObject({
        total_balance: "3000000000",
        coin_count: 2,
      });
      const large = ["pay", "--recipients", "bob", "--amounts", "150"];
      expect(await errorOf(world, "send", "--to", "bob", "--amount", "5000")).toMatchObject({
        exit: 1,
        code: "insufficient_funds",
        hint: expect.stringContaining("soma faucet"),
      });
      const coins = await coinsOf(world, "ann");
      expect(await document(world, ...large, "--coins", ...coins.slice(0, 2))).toMatchObject({
        status: "Success",
      });
      expect(await totalOf(world, "bob")).toBe(153n * SOMA);
    },
    MS_MAX,
  );

  test(
    "what no single coin holds, several pay, and the fees with it",
    async () => {
      const world = await fundedWorld(network);
      const { validators } = await new SomaClient(network.localnet().urls.rpc).validators();
      // Two coins hold the amount and nothing for the fees.
      const send = ["send", "--to", "bob", "--amount", "200"];
      const pay = ["pay", "--recipients", "bob", NONE, "--amounts", "100", "50"];
      const stake = ["stake", "--validator", `0x${validators[0]!.address}`, "--amount", "140"];
      for (const [words, left] of [
        [send, 3],
        [pay, 2],
        [stake, 1],
      ] as const) {
        expect(await document(world, ...words)).toMatchObject({ status: "Success" });
        expect(await coinsOf(world, "ann")).toHaveLength(left);
      }
      expect(await totalOf(world, "bob")).toBe(300n * SOMA);
      expect(await errorOf(world, ...send)).toMatchObject({
        code: "insufficient_funds",
        message: expect.stringContaining("200 SOMA are needed"),
        hint: expect.stringContaining("soma faucet"),
      });
    },
    MS_MAX,
  );

  test(
    "merge-coins leaves one coin, and nothing to do the next time",
    async () => {
      const world = await fundedWorld(network);
      expect(await document(world, "merge-coins")).toMatchObject({ status: "Success" });
      const merged = await document(world, "objects", "gas");
      const address = await world.json(["wallet", "active"]);
      const ref = [expect.any(String), expect.any(String), expect.any(String)];
      const total = String(await totalOf(world, "ann"));
      expect(merged).toEqual({ address, coins: [[ref, total]] });
      expect(await world.json(["merge-coins"])).toBeNull();
      expect((await world.run(["merge-coins"])).stdout).toContain("Nothing to merge");
    },
    MS_MAX,
  );

  test(
    "transfer: a whole coin, signed by whoever of this wallet owns it",
    async () => {
      const world = await fundedWorld(network);
      const [id = "", gas = ""] = await coinsOf(world, "ann");
      expect(
        await errorOf(world, "transfer", "--to", "bob", "--object-id", id, "--gas", id),
      ).toMatchObject({ exit: 2, message: expect.stringContaining("--gas") });
      const words = ["transfer", "--to", "bob", "--object-id", id, "--gas", gas];
      expect(await document(world, ...words)).toMatchObject({ kind: "TransferObjects" });
      expect(await document(world, "objects", "get", id)).toMatchObject({
        object_id: id,
        object_type: "Coin",
        owner: { type: "address_owner" },
        content: { type: "coin", balance: "100000000000" },
      });
      expect(await coinsOf(world, "bob")).toEqual([id]);
      // It is all that bob has, so nothing is left to pay with.
      const back = ["transfer", "--to", "ann", "--object-id", id];
      expect(await errorOf(world, ...back)).toMatchObject({ exit: 1, code: "coins_in_use" });
      await document(world, "send", "--to", "bob", "--amount", "1");
      expect(await document(world, ...back)).toMatchObject({ status: "Success" });
      const stranger = network.world();
      await stranger.run(["wallet", "new", "--alias", "eve"]);
      const stolen = ["transfer", "--to", "eve", "--object-id", id];
      expect(await errorOf(stranger, ...stolen)).toMatchObject({ exit: 1, code: "key_unknown" });
    },
    MS_MAX,
  );

  test(
    "stake with a validator and on a model, and take both back",
    async () => {
      const world = await fundedWorld(network);
      const { validators } = await new SomaClient(network.localnet().urls.rpc).validators();
      const { models } = (await document(world, "model", "list")) as { models: Document[] };
      const validator = ["--validator", `0x${validators[0]!.address}`];
      const model = ["--model", String(models[0]!["model_id"])];
      expect(await document(world, "stake", ...validator, "--amount", "10")).toMatchObject({
        status: "Success",
        kind: "AddStake",
      });
      expect(await document(world, "stake", ...model)).toMatchObject({ kind: "AddStakeToModel" });
      const { objects } = (await document(world, "objects", "list")) as Objects;
      const stakes = objects.filter(({ object_type: type }) => type === "StakedSoma");
      const principals = stakes.map(({ content }) => (content as Document)["principal"]);
      expect(principals).toContain("10000000000");
      expect(principals).toHaveLength(2);
      for (const { object_id: id } of stakes) {
        expect(await document(world, "unstake", String(id))).toMatchObject({ status: "Success" });
      }
      const [coin = ""] = await coinsOf(world, "ann");
      expect(await errorOf(world, "unstake", coin)).toMatchObject({ exit: 1, code: "not_a_stake" });
      const gone = await world.run(["stake", "--validator", NONE, "--amount", "1", "--json"]);
      expect(gone.code).toBe(1);
      expect(JSON.parse(gone.stdout).status).toMatchObject({
        Failure: { code: "ValidatorNotFound" },
      });
    },
    MS_MAX,
  );

  test(
    "transactions written down are executed once, by whoever may",
    async () => {
      const world = await fundedWorld(network);
      const send = ["send", "--to", "bob", "--amount", "1"];
      const unsigned = String(await world.json([...send, "--serialize-unsigned-transaction"]));
      const digest = await world.json(["tx", "execute-serialized", unsigned, "--tx-digest"]);
      const stranger = network.world();
      await stranger.run(["wallet", "new"]);
      expect(await errorOf(stranger, "tx", "execute-serialized", unsigned)).toMatchObject({
        code: "key_unknown",
      });
      expect(await document(world, "tx", "execute-serialized", unsigned)).toMatchObject({
        status: "Success",
        digest,
      });
      const again = await document(world, "tx", "execute-serialized", unsigned);
      expect([again["digest"], await totalOf(world, "bob")]).toEqual([digest, SOMA]);
      const info = await document(stranger, "tx", "info", String(digest));
      expect(info).toMatchObject({ digest, kind: "TransferCoin" });
      expect(Date.parse(String(info["timestamp"]))).toBe(Number(info["timestamp_ms"]));

      const signed = String(await world.json([...send, "--serialize-signed-transaction"]));
      const combined = ["tx", "execute-combined-signed", "--signed-tx-bytes", signed];
      expect(await document(stranger, ...combined)).toMatchObject({ status: "Success" });

      const other = String(await world.json([...send, "--serialize-unsigned-transaction"]));
      const bytes = Uint8Array.fromBase64(
        String(
          await world.json(["tx", "execute-serialized", other, "--serialize-signed-transaction"]),
        ),
      );
      // The one signature, of 97 bytes, is at the end.
      const signature = bytes.slice(-97).toBase64();
      const parts = ["tx", "execute-signed", "--tx-bytes", other, "--signatures", signature];
      expect(await document(stranger, ...parts)).toMatchObject({ status: "Success" });
      const forged = [...parts.slice(0, -1), bytes.slice(-97).fill(0, 1, 9).toBase64()];
      const refused = await stranger.run(forged);
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain("signature");
      expect(await totalOf(world, "bob")).toBe(3n * SOMA);
    },
    MS_MAX,
  );

  test(
    "objects: with their bytes, of nobody, of a target",
    async () => {
      const world = await fundedWorld(network);
      const [coin = ""] = await coinsOf(world, "ann");
      const { bcs_bytes: bytes } = await document(world, "objects", "get", coin, "--bcs");
      expect(Uint8Array.fromBase64(String(bytes)).toHex()).toStartWith(coin.slice(2));
      expect(await document(world, "objects", "list", EMPTY)).toEqual({
        address: EMPTY,
        objects: [],
      });
      const { targets } = (await document(world, "target", "list", "--limit", "1")) as {
        targets: Document[];
      };
      const id = String(targets[0]!["target_id"]);
      expect(await document(world, "objects", "get", id)).toMatchObject({
        object_type: "Target",
        owner: { type: "shared" },
      });
      expect(await errorOf(world, "transfer", "--to", "bob", "--object-id", id)).toMatchObject({
        exit: 1,
        code: "not_owned",
      });
      for (const words of [["get", coin], ["get", id], ["list"], ["gas"]]) {
        expect(await world.run(["objects", ...words])).toMatchObject({ code: 0, stderr: "" });
      }
    },
    MS_MAX,
  );

  test.each([
    [["pay", "--recipients", "carol", "--amounts", "1"], "alias_unknown"],
    [["pay", "--recipients", "bob", "--amounts", "1", "--coins", NONE], "object_not_found"],
    [["transfer", "--to", "bob", "--object-id", NONE], "object_not_found"],
    [["transfer", "--to", "carol", "--object-id", NONE], "alias_unknown"],
    [["stake", "--validator", "carol"], "alias_unknown"],
    [["stake", "--validator", NONE, "--coin", NONE], "object_not_found"],
    [["stake", "--validator", NONE], "insufficient_funds"],
    [["unstake", NONE], "object_not_found"],
    [["objects", "get", NONE], "object_not_found"],
    [["objects", "list", "carol"], "alias_unknown"],
    [["tx", "info", "1".repeat(32)], "transaction_not_found"],
  ])("%j says what to do next", async (words, code) => {
    const world = network.world();
    await world.run(["wallet", "new", "--alias", "ann"]);
    await world.run(["wallet", "new", "--alias", "bob"]);
    expect(await errorOf(world, ...words)).toMatchObject({ exit: 1, code });
  });
});

const U64_SOMA = "18446744073.709551615";

test.each([
  [["pay", "--recipients", "bob", "ann", "--amounts", "1"], "2 recipients and 1 amounts"],
  [["pay", "--recipients", "bob", "--amounts", "1", "2"], "1 recipients and 2 amounts"],
  [["pay", "--recipients", "bob", "--amounts", "0"], "greater than 0"],
  [["pay", "--recipients", "bob", "--amounts", "-1"], "--amounts"],
  [["pay", "--recipients", "bob"], "missing --amounts"],
  [["pay", "--amounts", "1"], "missing --recipients"],
  [["pay", "--recipients", NONE, NONE, "--amounts", U64_SOMA, U64_SOMA], "their sum"],
  [["pay", "--recipients", NONE, "--amounts", "1", "--coins", NONE, NONE], "named twice"],
  [["transfer", "--to", "bob"], "missing --object-id"],
  [["transfer", "--object-id", NONE], "missing --to"],
  [["transfer", "--to", "bob", "--object-id", `${NONE}1`], "65 hex digits"],
  [["stake"], "either --validator or --model"],
  [["stake", "--validator", NONE, "--model", NONE], "either --validator or --model"],
  [["stake", "--validator", NONE, "--amount", "0"], "greater than 0"],
  [["unstake"], "missing <STAKED_SOMA_ID>"],
  [["merge-coins", "extra"], "extra"],
  [["objects", "get", "0x12"], "object id"],
  [["tx", "info", "0OIl"], "Base58"],
  [["tx", "execute-serialized", "!"], "Invalid Base64 encoding"],
  [["tx", "execute-serialized", "AAA"], "Invalid Base64 encoding"],
  [["tx", "execute-serialized", "AAAA"], "Failed to parse TransactionData"],
  [["tx", "execute-combined-signed", "--signed-tx-bytes", "AAAA"], "SenderSignedData"],
  [["tx", "execute-signed", "--tx-bytes", "AAAA"], "TransactionData"],
])("%j is typed wrongly", async (words, message) => {
  const run = await makeWorld().run([...words, "--json"]);
  expect(run).toMatchObject({ code: 2, stderr: "" });
  const { error } = JSON.parse(run.stdout);
  expect(error.code).toBe("usage");
  expect(`${error.message}; ${error.hint}`).toContain(message);
});

test("257 recipients are too many", async () => {
  const many = Array.from({ length: 257 }, () => NONE);
  const words = ["pay", "--recipients", ...many, "--amounts", ...many.map(() => "1")];
  const { code, stderr } = await makeWorld().run(words);
  expect(code).toBe(2);
  expect(stderr).toContain("--recipients: there are 257; 256 are the most");
});
