/**
 * What a person sees when files of a local network or of the wallet are not what they were: one
 * message with the file and the next step, exit code 1, no stack trace; keys are never touched.
 *
 * @module
 */
import { beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { startLocalnet } from "../../src/localnet/start.ts";
import { type Run, runIn, temporaryDir } from "../cli/world.ts";
import { freePortBase } from "../e2e/shell.ts";
import { bytesOf } from "./random.ts";

const ANY_PORTS = { rpc: 0, faucet: 0, scoring: 0, admin: 0 };
const sound = join(temporaryDir(), "sound");
const other = join(temporaryDir(), "other");

/** Founds a network with a wallet in a directory, and stops it. */
async function found(directory: string, seed: number): Promise<void> {
  await runIn({ SOMA_CONFIG_DIR: directory }, ["wallet", "new"]);
  const options = { directory, ports: ANY_PORTS, randomBytes: bytesOf(seed) };
  const network = await startLocalnet({ ...options, hasDemoModels: false });
  await network.stop();
}

beforeAll(async () => {
  await found(sound, 1);
  await found(other, 2);
});

let directory: string;

/** A copy of the sound network, damaged. */
function damaged(damage: (at: (name: string) => string) => void): string {
  directory = join(temporaryDir(), "config");
  cpSync(sound, directory, { recursive: true });
  // The configuration names the keystore by its whole path.
  replaceIn(join(directory, "client.yaml"), sound, directory);
  damage((name) => join(directory, name));
  return directory;
}

function run(...words: string[]): Promise<Run> {
  return runIn({ SOMA_CONFIG_DIR: directory }, words);
}

/** The only database of its name below a directory. */
function databaseOf(folder: string, name: string): string {
  const [node = ""] = readdirSync(folder).toSorted();
  return join(folder, node, name);
}

function expectOneMessage({ code, stdout, stderr }: Run): void {
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(/^(?: {2}.* …\n)*Error: [^\n]+\n\n {2}Hint: /);
  expect(stderr).not.toMatch(/\n\s+at /);
  expect(stderr).not.toContain("bug in Soma");
}

type Damage = readonly [what: string, says: string, damage: (at: (name: string) => string) => void];

const GARBAGE = "\u0000 this is: not, what {it was\n";

describe("start localnet", () => {
  const cases: readonly Damage[] = [
    ["no YAML in client.yaml", "client.yaml", (at) => writeFileSync(at("client.yaml"), GARBAGE)],
    ["no YAML in network.yaml", "network.yaml", (at) => writeFileSync(at("network.yaml"), GARBAGE)],
    ["a field too few", "committee_size", (at) => writeFileSync(at("network.yaml"), "ports: {}\n")],
    [
      "a port that is none",
      "ports.rpc",
      (at) => replaceIn(at("network.yaml"), /rpc: \d+/, "rpc: 70000"),
    ],
    ["an empty genesis", "genesis.blob", (at) => writeFileSync(at("genesis.blob"), "")],
    [
      "half a genesis",
      "genesis.blob",
      (at) => {
        const bytes = readFileSync(at("genesis.blob"));
        writeFileSync(at("genesis.blob"), bytes.subarray(0, bytes.length >> 1));
      },
    ],
    [
      "a genesis with one other bit",
      "genesis.blob",
      (at) => {
        const bytes = readFileSync(at("genesis.blob"));
        bytes[bytes.length >> 1]! ^= 1;
        writeFileSync(at("genesis.blob"), bytes);
      },
    ],
    ["no genesis", "genesis.blob", (at) => rmSync(at("genesis.blob"))],
    [
      "the genesis of another network",
      "chain",
      (at) => cpSync(join(other, "genesis.blob"), at("genesis.blob")),
    ],
    ["no fullnode.yaml", "fullnode.yaml", (at) => rmSync(at("fullnode.yaml"))],
    [
      "no key in a validator's file",
      "network_key_pair",
      (at) => replaceIn(at("validator_2.yaml"), /network_key_pair:\n[^\n]+\n/, ""),
    ],
    [
      "a ledger that is no database",
      "ledger.db",
      (at) => writeFileSync(databaseOf(at("authorities_db"), "ledger.db"), GARBAGE.repeat(500)),
    ],
    [
      "a consensus database that is none",
      "consensus.db",
      (at) => writeFileSync(databaseOf(at("consensus_db"), "consensus.db"), GARBAGE.repeat(500)),
    ],
    [
      "a file where a directory was",
      "full_node_db",
      (at) => {
        rmSync(at("full_node_db"), { recursive: true });
        writeFileSync(at("full_node_db"), "");
      },
    ],
    [
      "a file where the blobs were",
      "blobs",
      (at) => {
        rmSync(at("blobs"), { recursive: true });
        writeFileSync(at("blobs"), "");
      },
    ],
  ];
  test.each(cases)("%s", async (_, says, damage) => {
    damaged(damage);
    const keystore = readFileSync(join(directory, "soma.keystore"), "utf8");
    // Others may use the ports of before by now.
    const told = await run("start", "localnet", "--port-base", String(freePortBase()));
    expectOneMessage(told);
    expect(told.stderr).toContain(says);
    expect(readFileSync(join(directory, "soma.keystore"), "utf8")).toBe(keystore);
  });
});

describe("the wallet", () => {
  const keystores: readonly (readonly [what: string, text: string])[] = [
    ["no JSON", "{"],
    ["another JSON", `{"keys": 5}`],
    ["a key that is none", `["AAAA"]`],
    ["nothing", ""],
  ];
  test.each(keystores)("a keystore of %s is told and left alone", async (_, text) => {
    damaged((at) => writeFileSync(at("soma.keystore"), text));
    for (const words of [["wallet", "list"], ["wallet", "new"], ["balance"]]) {
      const told = await run(...words);
      expectOneMessage(told);
      expect(told.stderr).toContain("soma.keystore");
    }
    expect(readFileSync(join(directory, "soma.keystore"), "utf8")).toBe(text);
  });

  test("a configuration that is none is told and left alone", async () => {
    damaged((at) => writeFileSync(at("client.yaml"), GARBAGE));
    for (const words of [["status"], ["env", "list"], ["wallet", "new"]]) {
      const told = await run(...words);
      expectOneMessage(told);
      expect(told.stderr).toContain("client.yaml");
    }
    expect(readFileSync(join(directory, "client.yaml"), "utf8")).toBe(GARBAGE);
  });
});

describe("where nothing can be written", () => {
  test.each([[["start", "localnet"]], [["wallet", "new"]], [["wallet", "list"]]])(
    "%j",
    async (words) => {
      // No user can make a directory there, not even the one who owns the machine.
      directory = "/proc/self/soma";
      const told = await run(...words);
      expectOneMessage(told);
      expect(told.stderr).toContain("/proc/self/soma");
    },
  );

  test.skipIf(process.getuid?.() === 0)("a directory that may only be read", async () => {
    directory = join(temporaryDir(), "config");
    cpSync(sound, directory, { recursive: true });
    chmodSync(directory, 0o500);
    for (const words of [
      ["start", "localnet"],
      ["wallet", "new"],
    ]) {
      const told = await run(...words);
      expectOneMessage(told);
      expect(told.stderr).toContain(directory);
    }
    chmodSync(directory, 0o700);
  });

  test("HOME unset", async () => {
    const told = await runIn({}, ["start", "localnet"]);
    expectOneMessage(told);
    expect(told.stderr).toContain("HOME is not set");
  });
});

function replaceIn(path: string, pattern: RegExp | string, by: string): void {
  const text = readFileSync(path, "utf8");
  expect(text).toMatch(pattern);
  writeFileSync(path, text.replace(pattern, by));
}
