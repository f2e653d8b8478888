/**
 * A model on its way: weights written, registered, committed to, revealed; and what is said when a
 * step is wrong or comes too early.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { SMALL } from "../../src/model/config.ts";
import { initialWeights, writeWeights } from "../../src/model/weights.ts";
import { modeOf } from "../wallet/scratch.ts";
import { useNetwork } from "./network.ts";
import { makeWorld, temporaryDir, type World } from "./world.ts";

const ID = `0x${"1".repeat(64)}`;
const NETWORK_MS_MAX = 60_000;

describe("model init", () => {
  test("writes the weights of its seed, once", async () => {
    const world = makeWorld();
    const file = join(temporaryDir(), "w.safetensors");
    const document = await world.json(["model", "init", "--seed", "7", file]);
    expect(document).toEqual({
      file,
      size: 56_304,
      seed: 7,
      config: "small",
      dim: 16,
      layers: 2,
      heads: 4,
    });
    const expected = writeWeights(SMALL, initialWeights(7n));
    expect(readFileSync(file).equals(expected)).toBe(true);
    const again = await world.run(["model", "init", "--seed", "8", file]);
    expect(again.code).toBe(1);
    expect(again.stderr).toContain(`${file} exists already`);
    expect(readFileSync(file).equals(expected)).toBe(true);
  });

  test("without a seed takes a random one and says which", async () => {
    const folder = temporaryDir();
    const seeds = new Set<unknown>();
    for (const name of ["a", "b"]) {
      const { run } = makeWorld();
      const { stdout } = await run(["model", "init", join(folder, name), "--json"]);
      seeds.add(JSON.parse(stdout).seed);
    }
    expect(seeds.size).toBe(2);
  });

  test.each([
    ["a directory that is not there", "missing/w", "it does not exist"],
    ["a part of the path that is a file", "file/w", "not a directory"],
    ["a directory", "folder", "exists already"],
  ])("%s", async (_, path, message) => {
    const folder = temporaryDir();
    writeFileSync(join(folder, "file"), "x");
    mkdirSync(join(folder, "folder"));
    const { code, stdout, stderr } = await makeWorld().run(["model", "init", join(folder, path)]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(message);
  });
});

describe("bad input", () => {
  const weights = join(temporaryDir(), "w.safetensors");
  writeFileSync(weights, writeWeights(SMALL, initialWeights(1n)));

  test.each([
    [["create", "--stake-amount", "1e3"], "is not a decimal number"],
    [["create", "--stake-amount", "-1"], "is not a decimal number"],
    [["create", "--stake-amount", "0"], "an amount is greater than 0"],
    [["create", "--stake-amount", "1.0123456789"], "max 9 decimal places"],
    [["create", "--stake-amount", "99999999999"], "amount overflow"],
    [["create", "--commission-rate", "10001"], "10001 is not from 0 to 10000"],
    [["commit", ID], "missing --weights-file"],
    [["commit", `${ID}1`, "--weights-file", "x"], "object id has 65 hex digits"],
    [["commit", ID.slice(0, -1), "--weights-file", "x"], "object id has 63 hex digits"],
    [["commit", ID, "--weights-file", "x", "--weights-url", "http://h/x"], "--decryption-key"],
    [["commit", ID, "--weights-file", "x", "--decryption-key", "0OIl"], "32 bytes in Base58"],
    [["commit", ID, "--weights-file", "x", "--embedding", "1,x"], "value 1 is not a number"],
    [["commit", ID, "--weights-file", "x", "--embedding", "1", "--sample", "y"], "exclude"],
    [["reveal"], "missing <MODEL_ID>"],
    [["deactivate"], "missing <MODEL_ID>"],
    [["set-commission-rate", ID], "missing --commission-rate"],
    [["set-commission-rate", ID, "--commission-rate", "10001"], "10001 is not from 0 to 10000"],
    [["init", "w", "--seed", "-1"], "is not a whole number"],
    [["init", "w", "--config", "large"], "none of small, v1"],
  ])("model %j", async (words, message) => {
    const world = makeWorld();
    const text = await world.run(["model", ...words]);
    expect({ code: text.code, stdout: text.stdout }).toEqual({ code: 2, stdout: "" });
    expect(text.stderr).toContain(message);
    const document = await world.json(["model", ...words]);
    expect(document).toMatchObject({ error: { code: "usage" } });
  });

  test.each([
    ["missing", "file_missing"],
    ["empty", "file_empty"],
    ["folder", "not_a_file"],
    ["pipe", "not_a_file"],
  ])("weights that are %s are told before the network is asked", async (name, code) => {
    const folder = temporaryDir();
    writeFileSync(join(folder, "empty"), "");
    mkdirSync(join(folder, "folder"));
    expect(Bun.spawnSync(["mkfifo", join(folder, "pipe")]).exitCode).toBe(0);
    const words = ["model", "commit", ID, "--weights-file", join(folder, name)];
    const run = await makeWorld().run([...words, "--json"]);
    expect(run).toMatchObject({ code: 1, stderr: "" });
    expect(JSON.parse(run.stdout).error.code).toBe(code);
  });

  test.each([
    [["create"]],
    [["commit", ID, "--weights-file", weights]],
    [["reveal", ID]],
    [["list"]],
    [["info", ID]],
  ])("without a network: model %j", async (words) => {
    const world = makeWorld();
    await world.run(["env", "new", "--alias", "nowhere", "--rpc", "http://127.0.0.1:1"]);
    await world.run(["wallet", "new"]);
    const env = ["--client.env", "nowhere"];
    const { code, stdout } = await world.run(["model", ...words, ...env, "--json"]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout).error).toMatchObject({
      code: "connection_failed",
      hint: expect.stringContaining("soma start localnet"),
    });
  });
});

describe("on a network", () => {
  const network = useNetwork();

  async function funded(): Promise<World> {
    const world = network.world();
    await world.run(["wallet", "new"]);
    const faucet = await world.run(["faucet"]);
    expect(faucet).toMatchObject({ code: 0 });
    return world;
  }

  async function create(world: World): Promise<string> {
    const created = (await world.json(["model", "create"])) as { model_id: string };
    const { model_id: id } = created;
    expect(id).toMatch(/^0x[0-9a-f]{64}$/);
    expect(created).toMatchObject({
      inner: { status: "Success", executed_epoch: expect.any(Number) },
      next_epoch_hint: expect.stringContaining("Next epoch in"),
    });
    return id;
  }

  function weightsFile(seed: bigint): string {
    const file = join(temporaryDir(), "w.safetensors");
    writeFileSync(file, writeWeights(SMALL, initialWeights(seed)));
    return file;
  }

  async function codeOf(world: World, ...words: readonly string[]): Promise<unknown> {
    const { code, stdout, stderr } = await world.run([...words, "--json"]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    return JSON.parse(stdout).error.code;
  }

  test(
    "created, committed, revealed, active",
    async () => {
      const world = await funded();
      const id = await create(world);
      const commit = ["model", "commit", id, "--weights-file", weightsFile(5n)];
      const committed = await world.json(commit);
      expect(committed).toMatchObject({ model_id: id, status: "Success", weights_size: "56304" });
      const { weights_url: url } = committed as Record<string, unknown>;
      expect((await fetch(String(url))).status).toBe(200);
      await world.run(["epoch", "advance"]);
      const revealed = await world.json(["model", "reveal", id]);
      expect(revealed).toMatchObject({ model_id: id, status: "Success" });
      expect(readdirSync(join(world.configDir, "journal"))).toEqual([]);
      await world.run(["epoch", "advance"]);
      expect(await world.json(["model", "info", id])).toMatchObject({
        model_id: id,
        status: "active",
        summary: { manifest: { url }, has_pending_update: false },
      });
      const { models } = (await world.json(["model", "list"])) as { models: unknown[] };
      expect(models).toContainEqual(
        expect.objectContaining({ model_id: id, stake_balance: "1000000000", commission_rate: 0 }),
      );
      const rate = ["model", "set-commission-rate", id, "--commission-rate", "500"];
      expect(await world.json(rate)).toMatchObject({ kind: "SetModelCommissionRate" });
      const deactivate = ["model", "deactivate", id];
      expect(await world.json(deactivate)).toMatchObject({ status: "Success" });
      expect(await world.json(["model", "info", id])).toMatchObject({ status: "inactive" });
      expect(await codeOf(world, ...deactivate)).toBe("model_not_active");
    },
    NETWORK_MS_MAX,
  );

  test(
    "a step that comes too early, twice or from somebody else says what is due",
    async () => {
      const world = await funded();
      const id = await create(world);
      const commit = ["model", "commit", id, "--weights-file", weightsFile(5n)];
      expect(await codeOf(world, "model", "reveal", id)).toBe("no_commitment");
      await world.json(commit);
      const early = await world.run(["model", "reveal", id]);
      expect(early.stderr).toContain("it is due in epoch");
      expect(early.stderr).toContain("soma epoch advance");
      expect(await codeOf(world, "model", "reveal", id)).toBe("reveal_too_early");
      expect(await codeOf(world, ...commit)).toBe("model_committed");
      const other = network.world();
      await other.run(["wallet", "new"]);
      expect(await codeOf(other, "model", "reveal", id)).toBe("not_model_owner");
      expect(await codeOf(other, ...commit)).toBe("not_model_owner");
      expect(await codeOf(other, "model", "deactivate", id)).toBe("not_model_owner");
      const rate = ["model", "set-commission-rate", id, "--commission-rate", "1"];
      expect(await codeOf(world, ...rate)).toBe("model_not_active");
    },
    NETWORK_MS_MAX,
  );

  test("the journal is its owner's alone, and written only for what may be sent", async () => {
    const world = await funded();
    const id = await create(world);
    const commit = ["model", "commit", id, "--weights-file", weightsFile(5n)];
    const journal = join(world.configDir, "journal");
    expect(await world.json([...commit, "--simulate"])).toMatchObject({ status: "Success" });
    expect(existsSync(journal)).toBe(false);
    await world.json([...commit, "--serialize-signed-transaction"]);
    expect(modeOf(journal)).toBe("700");
    expect(readdirSync(journal)).toHaveLength(1);
    for (const name of readdirSync(journal)) expect(modeOf(join(journal, name))).toBe("600");
  });

  test(
    "a reveal needs the journal or what was in it",
    async () => {
      const world = await funded();
      const id = await create(world);
      const key = "3qbR1eZRqXUWroWKKYhbDmR3FfqTHfqSU8zZSxtANzYh";
      const file = weightsFile(6n);
      const embedding = Array.from({ length: 16 }, (_, index) => index - 7.5).join(",");
      const given = ["--embedding", embedding, "--decryption-key", key];
      const foreign = await world.run(["model", "commit", id, "--weights-file", file, ...given]);
      expect(foreign.stderr).toContain("is no weights file");
      const short = ["--weights-file", file, "--embedding", "1,2"];
      expect((await world.run(["model", "commit", id, ...short])).code).toBe(2);
      await world.json(["model", "commit", id, "--weights-file", file, "--embedding", embedding]);
      await world.run(["epoch", "advance"]);
      const wrong = await world.run(["model", "reveal", id, "--decryption-key", key, "--json"]);
      expect(JSON.parse(wrong.stdout).error).toMatchObject({ code: "not_committed" });

      const path = join(world.configDir, "journal", `model-${id.slice(2)}.json`);
      const text = readFileSync(path, "utf8");
      writeFileSync(path, "{}");
      const broken = await world.run(["model", "reveal", id, "--json"]);
      expect(JSON.parse(broken.stdout).error.code).toBe("journal_corrupt");
      Bun.spawnSync(["rm", path]);
      const lost = await world.run(["model", "reveal", id, "--json"]);
      expect(JSON.parse(lost.stdout).error.code).toBe("secret_missing");
      const secret = JSON.parse(text).commits[0].decryption_key;
      const flags = ["--decryption-key", secret, "--embedding", embedding];
      expect(await world.json(["model", "reveal", id, ...flags])).toMatchObject({
        status: "Success",
      });
    },
    NETWORK_MS_MAX,
  );

  test("without room for the journal nothing is committed", async () => {
    const world = await funded();
    const id = await create(world);
    writeFileSync(join(world.configDir, "journal"), "in the way");
    const words = ["model", "commit", id, "--weights-file", weightsFile(7n), "--json"];
    const { stdout } = await world.run(words);
    expect(JSON.parse(stdout).error.code).toBe("file_error");
    expect(await world.json(["model", "info", id])).toMatchObject({ status: "created" });
  });
});
