/**
 * Configuration files: written and read back, keys inline or in files of their own, and errors that
 * name the field and never a key.
 *
 * @module
 */
import { afterAll, describe, expect, test } from "bun:test";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { SomaError } from "../../src/base/errors.ts";
import { blsKeygen } from "../../src/crypto/bls.ts";
import { formatKeyBase64 } from "../../src/crypto/key-text.ts";
import {
  changeRpcAddress,
  type NodeSettings,
  readConfig,
  writeConfig,
} from "../../src/host/config.ts";
import { BLS_KEY } from "../../src/host/key-pairs.ts";
import { removeTemporary, temporaryDirectory } from "../storage/temporary.ts";

afterAll(removeTemporary);

const SEED = new Uint8Array(32).fill(7);
const BLS = blsKeygen(SEED);
const ED25519_TEXT = formatKeyBase64(SEED);

function validator(directory: string): NodeSettings {
  return {
    networkKey: SEED,
    validator: { protocol: BLS, worker: new Uint8Array(32).fill(8) },
    nextKeys: {
      worker: join(directory, "next-worker.key"),
      network: join(directory, "next-network.key"),
    },
    accountKey: new Uint8Array(32).fill(9),
    dbPath: join(directory, "ledger"),
    consensusDbPath: join(directory, "consensus"),
    listen: { host: "127.0.0.1", port: 8_080 },
    // Digits that would be a number if they were not read as text.
    observers: ["1e".padEnd(64, "0"), "ab".repeat(32)],
    seeds: [{ key: "1e".padEnd(64, "0"), address: { host: "192.0.2.7", port: 8_080 } }],
    genesisPath: join(directory, "genesis.blob"),
    rpcAddress: { host: "::1", port: 9_000 },
  };
}

const FULLNODE = `
network_key_pair: { path: network.key }
db_path: ledger
consensus_db_path: ../elsewhere
network_address: /dns/localhost/tcp/8084
consensus_config:
genesis: { genesis-file-location: genesis.blob }
`;

describe("a configuration", () => {
  test("is read back as it was written, and is its owner's only", () => {
    const directory = temporaryDirectory();
    const path = join(directory, "deep", "validator.yaml");
    writeConfig(path, validator(directory));
    expect(readConfig(path)).toEqual(validator(directory));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const { validator: keys, nextKeys, accountKey, rpcAddress, ...rest } = validator(directory);
    const fullnode = {
      ...rest,
      validator: undefined,
      accountKey: undefined,
      rpcAddress: undefined,
    };
    expect([keys, nextKeys, accountKey, rpcAddress]).not.toContain(undefined);
    writeConfig(path, fullnode);
    expect(readConfig(path)).toEqual(fullnode);
  });

  test("learns another address for clients, and all else stays as it was written", () => {
    const directory = temporaryDirectory();
    const path = join(directory, "fullnode.yaml");
    writeFileSync(path, FULLNODE.replace("{ path: network.key }", `{ value: ${ED25519_TEXT} }`));
    const before = readConfig(path);
    for (const port of [9_100, 9_200]) {
      changeRpcAddress(path, { host: "127.0.0.1", port });
      const rpcAddress = { host: "127.0.0.1", port };
      expect(readConfig(path)).toEqual({ ...before, rpcAddress });
    }
    expect(readFileSync(path, "utf8")).toContain("consensus_db_path: ../elsewhere");
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test("has keys in files and paths that count from its own directory", () => {
    const directory = temporaryDirectory();
    const path = join(directory, "fullnode.yaml");
    writeFileSync(path, FULLNODE);
    writeFileSync(join(directory, "network.key"), `${ED25519_TEXT}\n`);
    expect(readConfig(path)).toEqual({
      networkKey: SEED,
      validator: undefined,
      accountKey: undefined,
      dbPath: join(directory, "ledger"),
      consensusDbPath: join(directory, "..", "elsewhere"),
      listen: { host: "localhost", port: 8_084 },
      observers: [],
      genesisPath: join(directory, "genesis.blob"),
      rpcAddress: undefined,
    });
  });
});

describe("an error", () => {
  /** What is said of the validator's configuration with one text in it replaced. */
  function complaint(text: string | RegExp, by: string): SomaError {
    const directory = temporaryDirectory();
    const path = join(directory, "validator.yaml");
    writeConfig(path, validator(directory));
    const before = readFileSync(path, "utf8");
    const after = before.replace(text, by);
    expect(after).not.toBe(before);
    writeFileSync(path, after);
    try {
      readConfig(path);
    } catch (error) {
      if (error instanceof SomaError) return error;
      throw error;
    }
    throw new Error("the configuration was read");
  }

  test.each([
    ["db_path: ", "data_path: ", /Unrecognized key: "data_path"|db_path/],
    [/network_address: .*/, "network_address: localhost:80", /network_address: an address looks/],
    [/rpc_address: .*/, "rpc_address: 9000", /rpc_address: an address looks/],
    [/peer-id: .*/, "peer-id: x", /p2p_config\.seed_peers\.0\.peer-id: a network key has 64/],
    ["/ip4/192.0.2.7", "/ip4/x", /p2p_config\.seed_peers\.0\.address: the host of an address/],
    ["ab".repeat(32), "ab", /p2p_config\.observers\.1: a network key has 64 hex digits/],
    [/worker_key_pair:\n.*\n/, "", /worker_key_pair: a validator has one/],
    [/network_key_pair:\n.*\n/, "", /network_key_pair/],
    ["genesis-file-location", "genesis_file", /genesis/],
    ["db_path: ", "db_path: [", /flow/i],
    [/db_path: .*/, "db_path: *no", /alias/i],
    [
      "next_worker_key_pair:\n  path",
      "next_worker_key_pair:\n  value",
      /next_worker_key_pair.path: /,
    ],
  ])("after %p became %p names the field", (text, by, expected) => {
    const error = complaint(text, by);
    expect(error.code).toBe("config_invalid");
    expect(error.message).toMatch(expected);
    expect(error.hint).toBeDefined();
  });

  test.each([
    [BLS_KEY.format(BLS), ED25519_TEXT, /protocol_key_pair: a BLS key is the base64 of 32 bytes/],
    [ED25519_TEXT, BLS_KEY.format(BLS), /network_key_pair: a key is the base64 of 33 bytes/],
    [BLS_KEY.format(BLS), `${"/".repeat(42)}8=`, /protocol_key_pair: the key is no BLS12-381/],
  ])("about a key does not quote it", (text, by, expected) => {
    const { message } = complaint(text, by);
    expect(message).toMatch(expected);
    expect(message).not.toContain(by);
  });

  test("says which file is missing, a directory, or too large", () => {
    const directory = temporaryDirectory();
    const path = join(directory, "fullnode.yaml");
    expect(() => readConfig(path)).toThrow("does not exist");
    expect(() => readConfig(directory)).toThrow("is not a file");
    writeFileSync(path, FULLNODE);
    expect(() => readConfig(path)).toThrow("key file");
    writeFileSync(path, new Uint8Array(1_048_577));
    expect(() => readConfig(path)).toThrow("more than 1048576 bytes");
    writeFileSync(path, Uint8Array.of(0xff, 0xfe));
    expect(() => readConfig(path)).toThrow("UTF-8");
  });
});
