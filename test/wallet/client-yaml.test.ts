/**
 * `client.yaml` as this and other Soma wallets write it: read alike, changed with everything else
 * left as it stands.
 *
 * @module
 */
import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { toAddress } from "../../src/types/address.ts";
import {
  type ClientConfig,
  ENVS_MAX,
  firstConfig,
  LOCALNET,
  NO_EXTRAS,
} from "../../src/wallet/client-config.ts";
import {
  changeClientYaml,
  createClientYaml,
  readClientYaml,
} from "../../src/wallet/client-yaml.ts";
import { failure, modeOf, temporaryDir } from "./scratch.ts";

const ADDRESS = toAddress("1".repeat(64));

const OTHER_WALLETS = `# mine
keystore:
  File: /srv/ann/.soma/soma_config/soma.keystore
external_keys: ~
colour: {tint: 1, list: [a, 0123]}
envs:
  - alias: testnet
    rpc: "https://fullnode.testnet.soma.org:443" # far away
    basic_auth: ~
    chain_id: 964EDrEzfvQT7HjVsjfXYcM1ubi3qhqB41zV7LLbCxxd
  - alias: local
    rpc: "http://127.0.0.1:9000"
    basic_auth: null
    note: 7
active_env: testnet
active_address: ${"1".repeat(64)}
`;

function fileWith(text: string): string {
  const path = join(temporaryDir(), "client.yaml");
  writeFileSync(path, text);
  return path;
}

function read(path: string): ClientConfig {
  const config = readClientYaml(path);
  if (config === undefined) throw new Error("there is no configuration");
  return config;
}

test("a file of another wallet, with an address that looks like a number", () => {
  expect(read(fileWith(OTHER_WALLETS))).toEqual({
    keystore: "/srv/ann/.soma/soma_config/soma.keystore",
    envs: [
      {
        ...NO_EXTRAS,
        alias: "testnet",
        rpc: "https://fullnode.testnet.soma.org:443",
        chain_id: "964EDrEzfvQT7HjVsjfXYcM1ubi3qhqB41zV7LLbCxxd",
      },
      { ...NO_EXTRAS, alias: "local", rpc: "http://127.0.0.1:9000" },
    ],
    active_env: "testnet",
    active_address: ADDRESS,
  });
});

test("a change leaves comments, order and foreign fields alone", () => {
  const path = fileWith(OTHER_WALLETS);
  changeClientYaml(path, (config) => ({
    ...config,
    active_env: "local",
    active_address: undefined,
    envs: config.envs.map((env) => (env.alias === "local" ? { ...env, chain_id: "x" } : env)),
  }));
  expect(readFileSync(path, "utf8")).toBe(
    OTHER_WALLETS.replace("{tint: 1, list: [a, 0123]}", "{ tint: 1, list: [ a, 0123 ] }")
      .replace("    note: 7\n", '    note: 7\n    chain_id: "x"\n')
      .replace("active_env: testnet", 'active_env: "local"')
      .replace("1".repeat(64), "~"),
  );
});

test("no change writes nothing", () => {
  const path = fileWith(OTHER_WALLETS);
  changeClientYaml(path, (config) => config);
  expect(readFileSync(path, "utf8")).toBe(OTHER_WALLETS);
});

test("what was written is read back", () => {
  const path = join(temporaryDir(), "deep", "client.yaml");
  expect(readClientYaml(path)).toBeUndefined();
  const config = firstConfig(join(path, "..", "soma.keystore"), ADDRESS);
  createClientYaml(path, config);
  expect(read(path)).toEqual(config);
  expect(config.envs).toEqual([LOCALNET]);
  expect(modeOf(path)).toBe("600");
  const env = { ...LOCALNET, alias: "b: c #\n'\"", basic_auth: "u:p", faucet: "http://f" };
  const after = changeClientYaml(path, (before) => ({ ...before, envs: [env] }));
  expect(read(path)).toEqual(after);
  expect(after.envs).toEqual([env]);
});

test("fields of an environment can be taken back", () => {
  const path = join(temporaryDir(), "client.yaml");
  const config = firstConfig("/k", undefined);
  createClientYaml(path, { ...config, envs: [{ ...LOCALNET, admin: "http://a" }] });
  changeClientYaml(path, () => config);
  expect(read(path)).toEqual(config);
  expect(readFileSync(path, "utf8")).not.toContain("admin");
});

test("a relative keystore is beside the file", () => {
  const path = fileWith("keystore: {File: keys/k}\nenvs: []\n");
  expect(read(path).keystore).toBe(join(path, "..", "keys", "k"));
});

const MANY = Array.from({ length: ENVS_MAX + 1 }, (_, i) => `{alias: a${i}, rpc: r}`).join(", ");
const BOMB = `a: &a [${"1,".repeat(20)}]\nb: &b [${"*a,".repeat(20)}]\nc: [${"*b,".repeat(20)}]`;

test.each(
  [
    ["", "it has no fields"],
    ["[]", "it has no fields"],
    ["\0\u0001binary", "it has no fields"],
    ["a: b: c", "at line 1"],
    ["keystore: {File: k}\nkeystore: {File: l}", "Map keys must be unique at line 2"],
    ["envs: []", "keystore:"],
    ["keystore: {InMem: {}}\nenvs: []", "keystore.File"],
    ["keystore: {File: ''}\nenvs: []", "keystore.File"],
    ["keystore: {File: k}", "envs:"],
    ["keystore: {File: k}\nenvs: [{alias: a}]", "envs.0.rpc:"],
    [`keystore: {File: k}\nenvs: [${MANY}]`, "envs:"],
    ["keystore: {File: k}\nenvs: []\nactive_env: [a]", "active_env:"],
    [
      "keystore: {File: k}\nenvs: []\nactive_address: 0x12",
      "active_address: address has 2 hex digits",
    ],
    [BOMB, "it uses anchors"],
    ["keystore: {File: k}\na: &a []\nenvs: *a", "it uses anchors"],
  ].map(([text = "", reason = ""]) => [reason, text] as const),
)("refused: %s", (reason, text) => {
  const path = fileWith(text);
  const error = failure(() => readClientYaml(path));
  expect(error.code).toBe("config_corrupt");
  expect(error.message).toStartWith(`${path} cannot be read: `);
  expect(error.message).toContain(reason);
  expect(failure(() => changeClientYaml(path, (config) => config)).code).toBe("config_corrupt");
  expect(readFileSync(path, "utf8")).toBe(text);
});
