/**
 * Proofs of objects and transactions: saved from a node, checked with nothing but the genesis file,
 * and refused when anything about them is not as it was certified.
 *
 * @module
 */
import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { SomaClient } from "../../src/client/client.ts";
import { useNetwork } from "./network.ts";
import { temporaryDir, type World } from "./world.ts";

const MS_MAX = 60_000;
const network = useNetwork();

type Document = Readonly<Record<string, unknown>>;

/** A coin that a transaction has just written. */
async function writtenCoin(world: World): Promise<string> {
  const sent = (await world.json(["send", "--to", "ann", "--amount", "1"])) as Document;
  return String((sent["created"] as Document[])[0]!["object_id"]);
}

/** A world with an account that has coins, a folder to run in, and the genesis. */
async function funded(): Promise<{ world: World; cwd: string; genesis: string }> {
  const world = network.world();
  await world.run(["wallet", "new", "--alias", "ann"]);
  expect(await world.run(["faucet"])).toMatchObject({ code: 0 });
  const genesis = join(network.localnet().directory, "genesis.blob");
  return { world, cwd: temporaryDir(), genesis };
}

test(
  "a proof passes from epoch to epoch, and holds with the genesis alone",
  async () => {
    const { world, cwd, genesis } = await funded();
    const { chain_id } = (await world.json(["env", "chain-id"])) as Document;
    for (const epoch of [0, 1]) {
      const coin = await writtenCoin(world);
      const file = `${epoch}.proof`;
      const saved = (await world.json(["objects", "prove", coin, "-o", file], { cwd })) as Document;
      // No node is asked: this configuration has none.
      const offline = { cwd, env: { SOMA_CONFIG_DIR: join(cwd, "nothing") } };
      const checked = ["objects", "verify", file, "--genesis", genesis];
      const shown = (await world.json(checked, offline)) as Document;
      expect(shown).toMatchObject({ chain_id, epoch, checkpoint: saved["checkpoint"] });
      expect(shown["object"]).toEqual(await world.json(["objects", "get", coin]));
      expect((await world.run(checked, offline)).stdout).toContain("certified this");
      await network.localnet().control.advanceEpoch();
    }
  },
  MS_MAX,
);

test(
  "what nobody has touched since the genesis is proved by the genesis",
  async () => {
    const { world, cwd, genesis } = await funded();
    const { targets } = (await world.json(["target", "list"])) as { targets: Document[] };
    const id = String(targets[0]!["target_id"]);
    const saved = await world.json(["objects", "prove", id, "-o", "target.proof"], { cwd });
    expect(saved).toMatchObject({ object_id: id });
    const words = ["objects", "verify", "target.proof", "--genesis", genesis];
    expect(await world.json(words, { cwd })).toMatchObject({ object: { object_id: id } });
    const { validators } = await new SomaClient(network.localnet().urls.rpc).validators();
    const stakes = `0x${validators[0]!.address}`;
    const { objects } = (await world.json(["objects", "list", stakes])) as { objects: Document[] };
    const stake = String(objects.find((one) => one["object_type"] === "StakedSoma")!["object_id"]);
    await world.json(["objects", "prove", stake, "-o", "stake.proof"], { cwd });
    const checked = ["objects", "verify", "stake.proof", "--genesis", genesis];
    expect(await world.json(checked, { cwd })).toMatchObject({
      checkpoint: "0",
      epoch: 0,
      object: { object_id: stake },
    });
  },
  MS_MAX,
);

test(
  "a proof that is not as it was certified is refused, and none is written over another file",
  async () => {
    const { world, cwd, genesis } = await funded();
    const coin = await writtenCoin(world);
    const prove = ["objects", "prove", coin, "--output", "coin.proof"];
    expect(await world.run(prove, { cwd })).toMatchObject({ code: 0 });
    expect((await world.run(prove, { cwd })).stderr).toContain("coin.proof exists already");
    const whole = readFileSync(join(cwd, "coin.proof"));
    // The balance stands in the first bytes, behind the id.
    const altered = [43, whole.length >> 1, whole.length - 20].map((place) => {
      const bytes = Uint8Array.from(whole);
      bytes[place]! ^= 1;
      return bytes;
    });
    for (const bytes of [whole.subarray(0, -1), ...altered]) {
      writeFileSync(join(cwd, "bad.proof"), bytes);
      const words = ["objects", "verify", "bad.proof", "--genesis", genesis];
      expect(await world.json(words, { cwd })).toMatchObject({ error: { code: "proof_invalid" } });
    }
    const lost = await world.run(["objects", "verify", "coin.proof"], { cwd });
    expect(lost).toMatchObject({ code: 1 });
    expect(lost.stderr).toContain("genesis.blob");
  },
  MS_MAX,
);

test(
  "what a transaction did is proved likewise, whether it succeeded or not",
  async () => {
    const { world, cwd, genesis } = await funded();
    const sent = (await world.json(["send", "--to", "ann", "--amount", "1"])) as Document;
    const digest = String(sent["digest"]);
    const saved = (await world.json(["tx", "prove", digest], { cwd })) as Document;
    expect(saved).toMatchObject({ digest, file: `./${digest}.proof` });
    const offline = { cwd, env: { SOMA_CONFIG_DIR: join(cwd, "nothing") } };
    const verify = ["tx", "verify", `${digest}.proof`, "--genesis", genesis];
    expect(await world.json(verify, offline)).toMatchObject({
      digest,
      status: "Success",
      checkpoint: saved["checkpoint"],
      fee: { total_fee: (sent["fee"] as Document)["total_fee"] },
    });
    expect((await world.run(verify, offline)).stdout).toContain("certified this");
    // Its fee is in the first bytes, so that it seems to have cost something else.
    const bytes = readFileSync(join(cwd, `${digest}.proof`));
    bytes[10]! ^= 1;
    writeFileSync(join(cwd, "bad.proof"), bytes);
    const bad = ["tx", "verify", "bad.proof", "--genesis", genesis];
    expect(await world.json(bad, { cwd })).toMatchObject({ error: { code: "proof_invalid" } });
    const other = ["objects", "verify", `${digest}.proof`, "--genesis", genesis];
    expect(await world.json(other, { cwd })).toMatchObject({ error: { code: "proof_invalid" } });
  },
  MS_MAX,
);

test(
  "that an object is gone is proved by the transaction that deleted it",
  async () => {
    const { world, cwd, genesis } = await funded();
    const merged = (await world.json(["merge-coins"])) as Document;
    const gone = (merged["deleted"] as Document[]).map((one) => String(one["object_id"]));
    expect(gone.length).toBeGreaterThan(1);
    const digest = String(merged["digest"]);
    await world.json(["tx", "prove", digest, "-o", "merge.proof"], { cwd });
    const verify = ["tx", "verify", "merge.proof", "--genesis", genesis];
    const { deleted } = (await world.json(verify, { cwd })) as { deleted: string[] };
    expect(deleted.toSorted()).toEqual(gone.toSorted());
    expect((await world.run(verify, { cwd })).stdout).toContain(gone[0]!);
  },
  MS_MAX,
);

test("the state of the system is shown as the object that it is", async () => {
  const id = `0x${"5".padStart(64, "0")}`;
  const words = ["objects", "get", id];
  const world = network.world();
  expect(await world.json(words)).toMatchObject({
    object_id: id,
    object_type: "SystemState",
    owner: { type: "shared" },
    content: { type: "system_state" },
  });
  expect((await world.run(words)).stdout).toContain("soma status");
});
