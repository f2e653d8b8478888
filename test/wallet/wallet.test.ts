/**
 * The wallet as a whole: first use, adding and removing keys, several processes at once.
 *
 * @module
 */
import { expect, test } from "bun:test";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { changeConfiguration, openConfiguration } from "../../src/wallet/configuration.ts";
import { type Key, keyOfSeed, publicKeyText, writeKeystore } from "../../src/wallet/keystore.ts";
import {
  activeAddress,
  addKey,
  findAccount,
  namedAccount,
  openWallet,
  removeKey,
  switchAccount,
} from "../../src/wallet/wallet.ts";
import { failure, temporaryDir } from "./scratch.ts";

function keyNumber(number: number): Key {
  return keyOfSeed(new Uint8Array(32).fill(number));
}

function newPath(): string {
  return join(temporaryDir(), "config", "client.yaml");
}

test("the first use writes a configuration, the second reads it", () => {
  const path = newPath();
  const first = openWallet(path);
  expect(first.created).toBe(true);
  expect(first.config.keystore).toBe(join(dirname(path), "soma.keystore"));
  expect(first.config.active_env).toBe("localnet");
  expect(failure(() => activeAddress(first)).code).toBe("no_active_address");
  expect(openWallet(path)).toEqual({ ...first, created: false });
});

test("the first key becomes active, later ones do not", () => {
  const path = newPath();
  const [one, two] = [keyNumber(1), keyNumber(2)];
  expect(addKey(path, one, "ann").created).toBe(true);
  const wallet = addKey(path, two, undefined);
  expect(activeAddress(wallet)).toBe(one.address);
  expect(findAccount(wallet, one.address).alias).toBe("ann");
  expect(wallet.accounts.map((each) => each.address)).toEqual([one.address, two.address].sort());
  expect(openWallet(path)).toEqual(wallet);
});

test("keys that were there before the configuration are used, the first of them active", () => {
  const path = newPath();
  const [one, two] = [keyNumber(1), keyNumber(2)];
  mkdirSync(dirname(path));
  writeKeystore(join(dirname(path), "soma.keystore"), [two, one]);
  expect(activeAddress(openWallet(path))).toBe(two.address);
});

test("a key without a written alias keeps the one that its address gives", () => {
  const path = newPath();
  const wallet = addKey(path, keyNumber(1), undefined);
  rmSync(join(dirname(path), "soma.aliases"));
  expect(openWallet(path).accounts).toEqual(wallet.accounts);
});

test("an alias and a key are in a wallet once", () => {
  const path = newPath();
  addKey(path, keyNumber(1), "ann");
  expect(failure(() => addKey(path, keyNumber(2), "ann")).code).toBe("alias_exists");
  const error = failure(() => addKey(path, keyNumber(1), "bob"));
  expect(error.code).toBe("key_exists");
  expect(error.message).toContain("ann");
  expect(openWallet(path).accounts).toHaveLength(1);
});

test("removing the active key leaves none active; its alias is free again", () => {
  const path = newPath();
  const [one, two] = [keyNumber(1), keyNumber(2)];
  addKey(path, one, "ann");
  addKey(path, two, "bob");
  const wallet = removeKey(path, one.address);
  expect(wallet.accounts.map((each) => each.alias)).toEqual(["bob"]);
  const error = failure(() => activeAddress(wallet));
  expect(error.hint).toContain("wallet switch");
  expect(failure(() => removeKey(path, one.address)).code).toBe("key_unknown");
  expect(addKey(path, keyNumber(3), "ann").accounts).toHaveLength(2);
});

test("naming an account finds keys of this wallet only", () => {
  const path = newPath();
  const one = keyNumber(1);
  const wallet = addKey(path, one, "ann");
  expect(namedAccount(wallet, { kind: "alias", alias: "ann" }).address).toBe(one.address);
  const { address } = keyNumber(2);
  expect(failure(() => namedAccount(wallet, { kind: "address", address })).code).toBe(
    "key_unknown",
  );
});

test("a keystore that cannot be read is never written", () => {
  const path = newPath();
  addKey(path, keyNumber(1), "ann");
  const keystore = join(dirname(path), "soma.keystore");
  writeFileSync(keystore, '["broken"]');
  expect(failure(() => addKey(path, keyNumber(2), "bob")).code).toBe("keystore_corrupt");
  expect(failure(() => removeKey(path, keyNumber(1).address)).code).toBe("keystore_corrupt");
  expect(readFileSync(keystore, "utf8")).toBe('["broken"]');
});

test("a change that fails changes nothing", () => {
  const path = newPath();
  const before = openConfiguration(path);
  expect(() =>
    changeConfiguration(path, () => {
      throw new RangeError("inside");
    }),
  ).toThrow("inside");
  expect(openConfiguration(path).config).toEqual(before.config);
});

test("the configuration does without the keys", () => {
  const path = newPath();
  addKey(path, keyNumber(1), "ann");
  writeFileSync(join(dirname(path), "soma.keystore"), "broken");
  const change = changeConfiguration(path, (config) => ({ ...config, active_env: "x" }));
  expect(change.config.active_env).toBe("x");
  expect(failure(() => openWallet(path)).code).toBe("keystore_corrupt");
});

test("switching makes another account of this wallet active", () => {
  const path = newPath();
  addKey(path, keyNumber(1), "ann");
  addKey(path, keyNumber(2), "bob");
  const wallet = switchAccount(path, { kind: "alias", alias: "bob" });
  expect(activeAddress(wallet)).toBe(keyNumber(2).address);
  const { address } = keyNumber(3);
  expect(failure(() => switchAccount(path, { kind: "address", address })).code).toBe("key_unknown");
  expect(openWallet(path)).toEqual(wallet);
});

test("processes that add keys at the same time lose none", async () => {
  const path = newPath();
  const source = join(import.meta.dir, "../../src/wallet");
  const script = `
    import { addKey } from "${source}/wallet.ts";
    import { keyOfSeed } from "${source}/keystore.ts";
    const from = Number(process.argv[2]);
    for (let number = from; number < from + 5; number++) {
      addKey(process.argv[1], keyOfSeed(new Uint8Array(32).fill(number)), undefined);
    }
  `;
  const writers = [0, 5, 10, 15].map((from) =>
    Bun.spawn([process.execPath, "-e", script, path, String(from)]),
  );
  expect(await Promise.all(writers.map((writer) => writer.exited))).toEqual([0, 0, 0, 0]);
  const { accounts } = openWallet(path);
  const wanted = Array.from({ length: 20 }, (_, number) => keyNumber(number).address).sort();
  expect(accounts.map((account) => account.address)).toEqual(wanted);
  expect(new Set(accounts.map((account) => account.alias)).size).toBe(20);
  expect(new Set(accounts.map(publicKeyText)).size).toBe(20);
});
