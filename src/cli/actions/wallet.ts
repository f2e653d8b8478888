/**
 * What `soma wallet` does: the calls into the wallet, and what is said about them.
 *
 * @module
 */
import { present } from "../../base/assert.ts";
import { compareText } from "../../base/bytes.ts";
import { usageError } from "../../base/errors.ts";
import { formatSecretKey } from "../../crypto/bech32.ts";
import { parsePath } from "../../crypto/derive.ts";
import { entropyBytes, mnemonicFromEntropy, seedFromMnemonic } from "../../crypto/mnemonic.ts";
import { formatAddress } from "../../types/text.ts";
import type { Identity } from "../../wallet/identity.ts";
import { keyOfSeed } from "../../wallet/keystore.ts";
import { parseSecretText } from "../../wallet/secret-text.ts";
import {
  type Account,
  activeAddress,
  addKey,
  findAccount,
  namedAccount,
  removeKey,
  switchAccount,
  type Wallet,
} from "../../wallet/wallet.ts";
import type { Context } from "../command.ts";
import { confirm } from "../confirm.ts";
import { contextEnv, noteIfCreated, openContextWallet, walletPath } from "../open-wallet.ts";

type KeyOptions = { readonly alias: string | undefined; readonly derivationPath: string };

const KEY_SCHEME = "ed25519";
const KEEP_SECRET = "Keep it secret: whoever has it controls the account.";

/** `wallet new` */
export function newKeyAction(
  context: Context,
  options: KeyOptions & { readonly wordLength: string },
): void {
  const path = derivationPath(options.derivationPath);
  const words = Number(options.wordLength.slice("word".length));
  const entropy = context.deps.randomBytes(present(entropyBytes(words), "a phrase's length"));
  const phrase = mnemonicFromEntropy(entropy);
  const account = addAccount(context, seedFromMnemonic(phrase, path), options.alias);
  context.output.result({ ...accountDocument(account), recovery_phrase: phrase }, () => {
    accountTable(context, "New key", account);
    context.output.box(["Recovery phrase", "", phrase]);
    context.output.line(context.output.colors.yellow(`Write the phrase down. ${KEEP_SECRET}`));
    adviseSwitch(context, account);
  });
}

/** `wallet import` */
export async function importKeyAction(
  context: Context,
  key: string,
  options: KeyOptions,
): Promise<void> {
  const path = derivationPath(options.derivationPath);
  const text = key === "" || key === "-" ? await readSecret(context) : key;
  const seed = parseSecretText(text, path);
  if (!seed.ok) throw usageError(`the key cannot be read: ${seed.error}`);
  const account = addAccount(context, seed.value, options.alias);
  context.output.result(accountDocument(account), () => {
    accountTable(context, "Imported key", account);
    adviseSwitch(context, account);
  });
}

/** `wallet list` */
export function listKeysAction(context: Context, options: { readonly sortByAlias: boolean }): void {
  const { accounts, config } = openContextWallet(context);
  const sorted = options.sortByAlias
    ? accounts.toSorted((left, right) => compareText(left.alias, right.alias))
    : accounts;
  const { active_address: active } = config;
  const document = {
    active_address: active === undefined ? null : formatAddress(active),
    addresses: sorted.map(({ alias, address }) => [alias, formatAddress(address)]),
  };
  context.output.result(document, () => listTable(context, sorted, active));
}

/** `wallet active` */
export function activeAccountAction(context: Context): void {
  const wallet = openContextWallet(context);
  const address = activeAddress(wallet);
  const alias = wallet.accounts.find((account) => account.address === address)?.alias;
  const text = formatAddress(address);
  context.output.result(text, () =>
    context.output.line(alias === undefined ? text : `${alias} (${text})`),
  );
}

/** `wallet switch` */
export function switchAccountAction(context: Context, identity: Identity): void {
  const wallet = switchAccount(walletPath(context), identity);
  noteIfCreated(context, wallet);
  const { address, alias } = findAccount(wallet, activeAddress(wallet));
  const env = contextEnv(context, wallet).alias;
  context.output.result({ address: formatAddress(address), env }, () =>
    context.output.line(`The active account is now ${alias} (${formatAddress(address)}).`),
  );
}

/** `wallet remove` */
export async function removeKeyAction(context: Context, identity: Identity): Promise<void> {
  const account = namedAccount(openContextWallet(context), identity);
  const { alias, address } = account;
  await confirm(context, `remove ${alias} (${formatAddress(address)})`);
  const after = removeKey(walletPath(context), address);
  context.output.result({ alias, address: formatAddress(address) }, () => {
    context.output.line(`Removed ${alias} (${formatAddress(address)}).`);
    if (after.config.active_address !== undefined || after.accounts.length === 0) return;
    context.output.line("No account is active now; choose one with `soma wallet switch ALIAS`.");
  });
}

/** `wallet export` */
export function exportKeyAction(context: Context, identity: Identity | undefined): void {
  const wallet = openContextWallet(context);
  const account =
    identity === undefined
      ? findAccount(wallet, activeAddress(wallet))
      : namedAccount(wallet, identity);
  const privateKey = formatSecretKey(account.seed);
  context.output.result({ ...accountDocument(account), privateKey }, () => {
    accountTable(context, "Exported key", account);
    context.output.box(["Secret key", "", privateKey]);
    context.output.line(context.output.colors.yellow(KEEP_SECRET));
  });
}

function addAccount(context: Context, seed: Uint8Array, alias: string | undefined): KeyAdded {
  const key = keyOfSeed(seed);
  const wallet = addKey(walletPath(context), key, alias);
  noteIfCreated(context, wallet);
  const isActive = wallet.config.active_address === key.address;
  return { ...findAccount(wallet, key.address), isActive };
}

type KeyAdded = Account & { readonly isActive: boolean };

function derivationPath(text: string): readonly number[] {
  const path = parsePath(text);
  if (path.ok) return path.value;
  throw usageError(`--derivation-path: ${path.error}`);
}

async function readSecret({ deps }: Context): Promise<string> {
  if (!deps.stdin.isTty) return deps.stdin.readAll();
  return (await deps.stdin.ask("Recovery phrase or secret key (not shown): ", true)) ?? "";
}

function accountDocument({ alias, address }: Account): Record<string, string> {
  return { alias, address: formatAddress(address), key_scheme: KEY_SCHEME };
}

// Labels of at most seven letters let an address fit into 80 columns.
function accountTable({ output }: Context, title: string, { alias, address }: Account): void {
  const rows = [
    ["Alias", alias],
    ["Address", formatAddress(address)],
    ["Scheme", KEY_SCHEME],
  ];
  output.table({ title, rows });
}

function adviseSwitch({ output }: Context, { alias, isActive }: KeyAdded): void {
  if (isActive) output.line(`${alias} is the active account.`);
  else output.line(`To make it the active account: soma wallet switch ${alias}`);
}

function listTable(
  { output }: Context,
  accounts: Wallet["accounts"],
  active: Account["address"] | undefined,
): void {
  if (accounts.length === 0) {
    output.line("No keys yet; make one with `soma wallet new`.");
    return;
  }
  const mark = output.colors.green("●");
  const rows = accounts.map(({ alias, address }) => [
    `${address === active ? mark : " "} ${alias}`,
    formatAddress(address),
  ]);
  output.table({ title: "Managed Addresses", head: ["  Alias", "Address"], rows });
  if (active !== undefined) output.line(`${mark} = active account`);
}
