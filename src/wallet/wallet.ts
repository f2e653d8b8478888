/**
 * A wallet: the configuration, the keys and their aliases, three files that are read together and
 * changed by one process at a time. The first key becomes the active account.
 *
 * @module
 */
import { compareText } from "../base/bytes.ts";
import { SomaError } from "../base/errors.ts";
import type { Address } from "../types/address.ts";
import { formatAddress } from "../types/text.ts";
import { aliasOf } from "./alias.ts";
import { aliasesPath, readAliases, writeAliases } from "./aliases.ts";
import { changeClientYaml } from "./client-yaml.ts";
import { type Configuration, loadOrCreate, locked, openConfiguration } from "./configuration.ts";
import { type Identity, resolveIdentity } from "./identity.ts";
import { type Key, KEYS_MAX, publicKeyText, readKeystore, writeKeystore } from "./keystore.ts";

/** A key and its name. */
export type Account = Key & { readonly alias: string };

/** A wallet as its files said when it was opened. Accounts are in the order of their addresses. */
export type Wallet = Configuration & { readonly accounts: readonly Account[] };

/** Opens the wallet whose `client.yaml` is at `path`, and makes that file when there is none. */
export function openWallet(path: string): Wallet {
  return withAccounts(openConfiguration(path));
}

/** Makes the account that `identity` names the active one. */
export function switchAccount(path: string, identity: Identity): Wallet {
  return locked(path, () => {
    const wallet = withAccounts(loadOrCreate(path));
    const { address } = namedAccount(wallet, identity);
    const config = changeClientYaml(path, (before) => ({ ...before, active_address: address }));
    return { ...wallet, config };
  });
}

/** Adds `key`, named `alias` or by its address; it becomes active if no account is. */
export function addKey(path: string, key: Key, alias: string | undefined): Wallet {
  return locked(path, () => {
    const wallet = withAccounts(loadOrCreate(path));
    const name = checkNewKey(wallet, key, alias);
    writeKeys(wallet, [...wallet.accounts, { ...key, alias: name }]);
    const config = changeClientYaml(path, (before) =>
      before.active_address === undefined ? { ...before, active_address: key.address } : before,
    );
    return withAccounts({ ...wallet, config });
  });
}

/** Removes the key of `address`; if it was active, no account is. */
export function removeKey(path: string, address: Address): Wallet {
  return locked(path, () => {
    const wallet = withAccounts(loadOrCreate(path));
    findAccount(wallet, address);
    const config = changeClientYaml(path, (before) =>
      before.active_address === address ? { ...before, active_address: undefined } : before,
    );
    writeKeys(
      wallet,
      wallet.accounts.filter((account) => account.address !== address),
    );
    return withAccounts({ ...wallet, config });
  });
}

/** The account that `identity` names; it must be one of this wallet. */
export function namedAccount(wallet: Wallet, identity: Identity): Account {
  return findAccount(wallet, resolveIdentity(identity, wallet.accounts));
}

/** The account with `address`. */
export function findAccount(wallet: Wallet, address: Address): Account {
  const account = wallet.accounts.find((candidate) => candidate.address === address);
  if (account !== undefined) return account;
  throw new SomaError("key_unknown", `this wallet has no key for ${formatAddress(address)}`, {
    hint: "see `soma wallet list`, or add the key with `soma wallet import`",
  });
}

/** The active account's address. */
export function activeAddress(wallet: Wallet): Address {
  const address = wallet.config.active_address;
  if (address !== undefined) return address;
  throw new SomaError("no_active_address", "no account is active", {
    hint:
      wallet.accounts.length === 0
        ? "make a key with `soma wallet new`"
        : "choose one with `soma wallet switch ALIAS`",
  });
}

function withAccounts(configuration: Configuration): Wallet {
  const { keystore } = configuration.config;
  const keys = [...readKeystore(keystore)].sort((left, right) =>
    compareText(left.address, right.address),
  );
  return { ...configuration, accounts: nameKeys(keys, keystore) };
}

function nameKeys(keys: readonly Key[], keystore: string): readonly Account[] {
  const chosen = readAliases(aliasesPath(keystore));
  const taken = new Set(chosen.values());
  return keys.map((key) => {
    const alias = chosen.get(publicKeyText(key)) ?? aliasOf(key.address, taken);
    taken.add(alias);
    return { ...key, alias };
  });
}

function checkNewKey(wallet: Wallet, key: Key, alias: string | undefined): string {
  const { accounts } = wallet;
  const known = accounts.find((account) => account.address === key.address);
  if (known !== undefined) {
    throw new SomaError("key_exists", `this wallet has that key already, as ${known.alias}`);
  }
  if (accounts.length >= KEYS_MAX) {
    throw new SomaError("keystore_full", `a wallet holds at most ${KEYS_MAX} keys`, {
      hint: "keep further keys in another SOMA_CONFIG_DIR",
    });
  }
  const taken = new Set(accounts.map((account) => account.alias));
  if (alias === undefined) return aliasOf(key.address, taken);
  if (!taken.has(alias)) return alias;
  throw new SomaError("alias_exists", `the alias ${alias} is taken`, {
    hint: "choose another one; see `soma wallet list`",
  });
}

/** Keys first: a key without a name is found again, a name without a key is nothing. */
function writeKeys(wallet: Wallet, accounts: readonly Account[]): void {
  const { keystore } = wallet.config;
  writeKeystore(keystore, accounts);
  const names = new Map(accounts.map((account) => [publicKeyText(account), account.alias]));
  writeAliases(aliasesPath(keystore), names);
}
