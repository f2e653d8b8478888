/**
 * `soma wallet` as a person and a script use it.
 *
 * @module
 */
import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { textWidth } from "../../src/cli/text-layout.ts";
import vectors from "../vectors/wire_vectors.json" with { type: "json" };
import { makeWorld, runIn, temporaryDir, type World } from "./world.ts";

const { keypair, mnemonic_abandon_about: abandon } = vectors.computed;
const PHRASE = `${"abandon ".repeat(11)}about`;
const ADDRESS = `0x${keypair.address}`;

type NewKey = {
  readonly alias: string;
  readonly address: string;
  readonly key_scheme: string;
  readonly recovery_phrase: string;
};

async function newKey(world: World, ...words: readonly string[]): Promise<NewKey> {
  return (await world.json(["wallet", "new", ...words])) as NewKey;
}

test("a new key: its phrase is shown once and brings the key back elsewhere", async () => {
  const made = await newKey(makeWorld());
  expect(Object.keys(made)).toEqual(["alias", "address", "key_scheme", "recovery_phrase"]);
  expect(made.alias).toMatch(/^[a-z]+-[a-z]+$/);
  expect(made.address).toMatch(/^0x[0-9a-f]{64}$/);
  expect(made.key_scheme).toBe("ed25519");
  expect(made.recovery_phrase.split(" ")).toHaveLength(12);
  const elsewhere = makeWorld();
  const imported = await elsewhere.json(["wallet", "import", made.recovery_phrase]);
  expect(imported).toEqual({ alias: made.alias, address: made.address, key_scheme: "ed25519" });
});

test.each([12, 15, 18, 21, 24])("a phrase of %d words", async (count) => {
  const made = await newKey(makeWorld(), "--word-length", `word${count}`);
  expect(made.recovery_phrase.split(" ")).toHaveLength(count);
});

test("another path is another key of the same phrase", async () => {
  const world = makeWorld();
  const path = "m/44'/784'/1'/0'/0'";
  const first = await newKey(world, "--derivation-path", path);
  const other = await world.json(["wallet", "import", ...first.recovery_phrase.split(" ")]);
  expect(other).not.toEqual(expect.objectContaining({ address: first.address }));
  const again = await world.run([
    "wallet",
    "import",
    first.recovery_phrase,
    "--derivation-path",
    path,
  ]);
  expect(again.stderr).toContain(`this wallet has that key already, as ${first.alias}`);
});

test("the first key becomes active; the command says how to activate the next", async () => {
  const world = makeWorld();
  const first = await world.run(["wallet", "new", "--alias", "ann"]);
  expect(first.code).toBe(0);
  expect(first.stdout).toContain("ann is the active account.");
  expect(first.stderr).toBe(
    `Created ${world.configDir}/client.yaml with the environment localnet active.\n`,
  );
  const second = await world.run(["wallet", "new", "--alias", "bob"]);
  expect(second.stdout).toContain("soma wallet switch bob");
  expect(second.stderr).toBe("");
  expect((await world.run(["wallet", "active"])).stdout).toMatch(/^ann \(0x[0-9a-f]{64}\)\n$/);
});

test("what is printed for people fits 80 columns", async () => {
  const world = makeWorld();
  const screen = { isTty: true, columns: 80, env: { NO_COLOR: "1" } };
  const commands = [
    ["wallet", "new", "--word-length", "word24"],
    ["wallet", "new", "--alias", "a".repeat(20)],
    ["wallet", "list"],
    ["wallet", "export"],
    ["env", "list"],
  ];
  for (const words of commands) {
    const { code, stdout } = await world.run(words, screen);
    expect(code).toBe(0);
    for (const line of stdout.split("\n")) expect(textWidth(line)).toBeLessThanOrEqual(80);
  }
});

test("the list has every key, by address or by alias, and marks the active one", async () => {
  const world = makeWorld();
  expect((await world.run(["wallet", "list"])).stdout).toContain("soma wallet new");
  expect(await world.json(["wallet", "list"])).toEqual({ active_address: null, addresses: [] });
  const keys = [await newKey(world, "--alias", "zoe"), await newKey(world, "--alias", "ann")];
  const pairs = keys.map(({ alias, address }) => [alias, address]);
  const byAddress = [...pairs].sort(([, left = ""], [, right = ""]) => (left < right ? -1 : 1));
  expect(await world.json(["wallet", "list"])).toEqual({
    active_address: keys[0]?.address,
    addresses: byAddress,
  });
  expect(await world.json(["wallet", "list", "-s"])).toEqual({
    active_address: keys[0]?.address,
    addresses: [pairs[1], pairs[0]],
  });
  const { stdout } = await world.run(["wallet", "list"]);
  expect(stdout).toMatch(/● zoe +│ 0x/);
  expect(stdout).toMatch(/ {2}ann +│ 0x/);
});

test("switching by alias and by address", async () => {
  const world = makeWorld();
  const ann = await newKey(world, "--alias", "ann");
  const bob = await newKey(world, "--alias", "bob");
  const switched = await world.json(["wallet", "switch", "bob"]);
  expect(switched).toEqual({ address: bob.address, env: "localnet" });
  expect(await world.json(["wallet", "active"])).toBe(bob.address);
  await world.run(["wallet", "switch", ann.address]);
  expect(await world.json(["wallet", "active"])).toBe(ann.address);
  await world.run(["wallet", "switch", bob.address.slice(2).toUpperCase()]);
  expect(await world.json(["wallet", "active"])).toBe(bob.address);
});

test.each([
  [["wallet", "switch", "nobody"], 1, "no key of this wallet has the alias nobody"],
  [["wallet", "switch", ADDRESS], 1, `this wallet has no key for ${ADDRESS}`],
  [["wallet", "switch", ADDRESS.slice(0, -1)], 2, "address has 63 hex digits; 64 expected"],
  [["wallet", "switch", `${ADDRESS}0`], 2, "address has 65 hex digits; 64 expected"],
  [["wallet", "switch", keypair.address.slice(1)], 2, "address has 63 hex digits; 64 expected"],
  [["wallet", "switch", "no body"], 2, "an alias starts with a letter"],
  [["wallet", "switch"], 2, "missing <ALIAS|ADDRESS>"],
  [["wallet", "active"], 1, "no account is active"],
  [["wallet", "export"], 1, "no account is active"],
  [["wallet", "remove", "nobody", "--yes"], 1, "no key of this wallet has the alias nobody"],
  [["wallet", "new", "--alias", "9lives"], 2, "--alias <ALIAS>: an alias starts with a letter"],
  [["wallet", "new", "--word-length", "12"], 2, '"12" is none of word12, word15'],
  [["wallet", "new", "--key-scheme", "secp256k1"], 2, '"secp256k1" is none of ed25519'],
  [["wallet", "new", "--derivation-path", "m/44'/0'"], 2, "--derivation-path: a derivation path"],
  [["wallet", "import", "abandon ability"], 2, "12, 15, 18, 21 or 24 words, not 2"],
  [["wallet", "import"], 2, "the key cannot be read: there is no key in it"],
])("%j", async (words, code, message) => {
  const run = await makeWorld().run(words);
  expect({ code: run.code, stdout: run.stdout }).toEqual({ code, stdout: "" });
  expect(run.stderr).toContain(message);
  expect(run.stderr).toContain("Hint:");
});

test("removing asks on a terminal and needs --yes elsewhere", async () => {
  const world = makeWorld();
  await newKey(world, "--alias", "ann");
  const bob = await newKey(world, "--alias", "bob");
  const refused = await world.run(["wallet", "remove", "bob"]);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain("--yes");
  const screen = { isTty: true, env: { NO_COLOR: "1" } };
  const declined = await world.run(["wallet", "remove", "bob"], { ...screen, answers: ["n"] });
  expect(declined.code).toBe(1);
  expect(declined.stderr).toBe(
    `Really remove bob (${bob.address})? [y/N] Error: nothing was changed\n`,
  );
  const agreed = await world.run(["wallet", "remove", "bob"], { ...screen, answers: ["y"] });
  expect(agreed).toMatchObject({ code: 0, stdout: `Removed bob (${bob.address}).\n` });
  const last = await world.run(["wallet", "remove", "ann", "--yes", "--json"]);
  expect(JSON.parse(last.stdout).alias).toBe("ann");
  expect(await world.json(["wallet", "list"])).toEqual({ active_address: null, addresses: [] });
});

test("removing the active key says that none is active", async () => {
  const world = makeWorld();
  await newKey(world, "--alias", "ann");
  await newKey(world, "--alias", "bob");
  const { stdout } = await world.run(["wallet", "remove", "ann", "-y"]);
  expect(stdout).toContain("No account is active now");
});

test("export gives the text that import takes", async () => {
  const world = makeWorld();
  await world.run(["wallet", "import", keypair.secret_key_hex, "--alias", "ann"]);
  const document = await world.json(["wallet", "export"]);
  expect(document).toEqual({
    alias: "ann",
    address: ADDRESS,
    key_scheme: "ed25519",
    privateKey: keypair.bech32_somaprivkey,
  });
  const { stdout } = await world.run(["wallet", "export", "ann"]);
  expect(stdout).toContain(keypair.bech32_somaprivkey);
  const elsewhere = makeWorld();
  const imported = await elsewhere.json(["wallet", "import", keypair.bech32_somaprivkey]);
  expect(imported).toMatchObject({ address: ADDRESS });
});

test("import reads standard input, or asks without showing what is typed", async () => {
  const wanted = { address: `0x${abandon.address}` };
  for (const words of [
    ["wallet", "import"],
    ["wallet", "import", "-"],
  ]) {
    expect(await makeWorld().json(words, { stdin: `${PHRASE}\n` })).toMatchObject(wanted);
    const asked = await makeWorld().json(words, { isTty: true, answers: [PHRASE] });
    expect(asked).toMatchObject(wanted);
  }
});

test("a key that cannot be read is never quoted", async () => {
  const secret = `${PHRASE} secretword`;
  const { stdout, stderr } = await makeWorld().run(["wallet", "import", secret]);
  expect(stdout + stderr).not.toContain("secretword");
  expect(stdout + stderr).not.toContain("abandon");
  expect(stderr).toContain("Hint: see `soma wallet import --help`");
});

test.each(["soma.keystore", "soma.aliases", "client.yaml"])(
  "a damaged %s is named and left alone",
  async (name) => {
    const world = makeWorld();
    await newKey(world);
    const path = join(world.configDir, name);
    writeFileSync(path, "[1");
    for (const words of [
      ["wallet", "list"],
      ["wallet", "new"],
    ]) {
      const { code, stdout, stderr } = await world.run(words);
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toContain(path);
      expect(stderr).toContain("Hint:");
      expect(readFileSync(path, "utf8")).toBe("[1");
    }
  },
);

test("no home, no place: said before anything is done", async () => {
  const { code, stdout, stderr } = await runIn({}, ["wallet", "new"]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain("HOME is not set");
  expect(stderr).toContain("SOMA_CONFIG_DIR");
});

test("a configuration directory that cannot be made", async () => {
  const file = join(temporaryDir(), "file");
  writeFileSync(file, "");
  const env = { SOMA_CONFIG_DIR: join(file, "config") };
  for (const words of [
    ["wallet", "list"],
    ["wallet", "new"],
    ["env", "list"],
  ]) {
    const { code, stdout, stderr } = await runIn(env, words);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(join(file, "config"));
    expect(stderr).toContain("a part of the path is a file, not a directory");
  }
});

test("--client.config names another client.yaml", async () => {
  const world = makeWorld();
  const path = join(temporaryDir(), "other.yaml");
  await world.run(["--client.config", path, "wallet", "new", "--alias", "ann"]);
  expect((await world.run(["wallet", "list", "--client.config", path])).stdout).toContain("ann");
  expect((await world.run(["wallet", "list"])).stdout).not.toContain("ann");
});
