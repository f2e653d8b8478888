/**
 * `soma wallet`: keys and addresses.
 *
 * @module
 */
import { command, type CommandGroup } from "../command.ts";
import { defaulted, flag, optional, repeated, required } from "../params.ts";
import { ALIAS, choice, IDENTITY, TEXT } from "../values.ts";

const KEY_SCHEME = choice("SCHEME", ["ed25519"]);
const WORD_LENGTH = choice("LENGTH", ["word12", "word15", "word18", "word21", "word24"]);
const DEFAULT_PATH = "m/44'/784'/0'/0'/0'";

const newKey = command({
  name: "wallet new",
  summary: "Make a key and print its recovery phrase",
  details: ["The first key becomes the active account; later ones do not."],
  examples: [
    ["soma wallet new", "make a key with a random alias"],
    [
      "soma wallet new --alias alice --word-length word24",
      "choose its alias and its phrase's length",
    ],
  ],
  args: {},
  options: {
    alias: optional(ALIAS, "Name of the key; random if absent"),
    keyScheme: defaulted(KEY_SCHEME, "ed25519", "Signature scheme"),
    wordLength: defaulted(WORD_LENGTH, "word12", "Words of the recovery phrase"),
    derivationPath: defaulted(TEXT, DEFAULT_PATH, "Path of the key", { label: "PATH" }),
  },
  run: async (context, { options }) => {
    const { newKeyAction } = await import("../actions/wallet.ts");
    newKeyAction(context, options);
  },
});

const list = command({
  name: "wallet list",
  summary: "List keys with their aliases and addresses",
  examples: [["soma wallet list --sort-by-alias", "in the order of the aliases"]],
  args: {},
  options: { sortByAlias: flag("Order by alias instead of address", { short: "s" }) },
  run: async (context, { options }) => {
    const { listKeysAction } = await import("../actions/wallet.ts");
    listKeysAction(context, options);
  },
});

const active = command({
  name: "wallet active",
  summary: "Print the active account",
  examples: [["soma wallet active --json", "print its address for a script"]],
  args: {},
  options: {},
  run: async (context) => {
    const { activeAccountAction } = await import("../actions/wallet.ts");
    activeAccountAction(context);
  },
});

const switchAccount = command({
  name: "wallet switch",
  summary: "Make another account the active one",
  examples: [["soma wallet switch alice", "by alias; an address does as well"]],
  args: { account: required(IDENTITY, "Key of this wallet") },
  options: {},
  run: async (context, { args }) => {
    const { switchAccountAction } = await import("../actions/wallet.ts");
    switchAccountAction(context, args.account);
  },
});

const remove = command({
  name: "wallet remove",
  summary: "Remove a key from this wallet",
  details: ["Without its recovery phrase or an export, what the account owns is lost."],
  examples: [["soma wallet remove alice --yes", "without a question, for scripts"]],
  args: { account: required(IDENTITY, "Key of this wallet") },
  options: {},
  run: async (context, { args }) => {
    const { removeKeyAction } = await import("../actions/wallet.ts");
    await removeKeyAction(context, args.account);
  },
});

const exportKey = command({
  name: "wallet export",
  summary: "Print the secret key of an account",
  examples: [["soma wallet export", "the active account's key, as somaprivkey1..."]],
  args: { account: optional(IDENTITY, "Key of this wallet; the active account if absent") },
  options: {},
  run: async (context, { args }) => {
    const { exportKeyAction } = await import("../actions/wallet.ts");
    exportKeyAction(context, args.account);
  },
});

const importKey = command({
  name: "wallet import",
  summary: "Add a key from a recovery phrase or secret key",
  details: [
    "KEY is a recovery phrase, a secret key (somaprivkey1...) or 64 hex digits.",
    "Without it, or as -, it is read from standard input and stays out of the shell's history.",
  ],
  examples: [
    ["soma wallet import --alias alice", "asks for the phrase without showing it"],
    ["soma wallet import - < phrase.txt", "read it from a file"],
  ],
  args: { key: repeated(TEXT, "Recovery phrase or secret key", { label: "KEY" }) },
  options: {
    alias: optional(ALIAS, "Name of the key; random if absent"),
    keyScheme: defaulted(KEY_SCHEME, "ed25519", "Signature scheme"),
    derivationPath: defaulted(TEXT, DEFAULT_PATH, "Path of the key in a phrase's wallet", {
      label: "PATH",
    }),
  },
  run: async (context, { args, options }) => {
    const { importKeyAction } = await import("../actions/wallet.ts");
    await importKeyAction(context, args.key.join(" "), options);
  },
});

/** Commands on keys. */
export const WALLET: CommandGroup = {
  title: "Wallet",
  parents: { wallet: "Manage keys and addresses" },
  commands: [newKey, list, active, switchAccount, remove, exportKey, importKey],
};
