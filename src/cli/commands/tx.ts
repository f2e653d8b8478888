/**
 * `soma tx`: transactions that are final, and transactions that were written down to be executed
 * later or elsewhere.
 *
 * @module
 */
import { command, type CommandGroup } from "../command.ts";
import { defaulted, greedy, optional, required } from "../params.ts";
import { TRANSACTION_OPTIONS } from "../transaction-options.ts";
import {
  SIGNATURE_TEXT,
  SIGNED_TRANSACTION_TEXT,
  TRANSACTION_TEXT,
} from "../transaction-values.ts";
import { DIGEST, PATH } from "../values.ts";

const info = command({
  name: "tx info",
  summary: "Show what a transaction did",
  examples: [["soma tx info DIGEST --json", "for a script"]],
  args: { digest: required(DIGEST, "The transaction") },
  options: {},
  run: async (context, { args }) => {
    const { transactionInfoAction } = await import("../actions/tx.ts");
    await transactionInfoAction(context, args.digest);
  },
});

const prove = command({
  name: "tx prove",
  summary: "Save the proof of what a transaction did, to be checked without a node",
  examples: [["soma tx prove DIGEST --output payment.proof", "for whoever was paid"]],
  args: { digest: required(DIGEST, "The transaction") },
  options: {
    output: optional(PATH, "Where it is saved; ./<digest>.proof if absent", { short: "o" }),
  },
  run: async (context, { args, options }) => {
    const { proveTransactionAction } = await import("../actions/tx-proof.ts");
    await proveTransactionAction(context, args.digest, options.output);
  },
});

const verify = command({
  name: "tx verify",
  summary: "Check a saved proof, with the genesis of the network alone",
  examples: [
    ["soma tx verify payment.proof --genesis genesis.blob", "asks no node"],
    [
      "soma tx verify payment.proof --genesis ~/.soma/soma_config/genesis.blob",
      "with the genesis of the local network",
    ],
  ],
  args: { file: required(PATH, "The proof", { label: "FILE" }) },
  options: {
    genesis: defaulted(PATH, "genesis.blob", "The genesis of the network", { label: "FILE" }),
  },
  run: async (context, { args, options }) => {
    const { verifyTransactionAction } = await import("../actions/tx-proof.ts");
    verifyTransactionAction(context, args.file, options.genesis);
  },
});

const executeSerialized = command({
  name: "tx execute-serialized",
  summary: "Sign an unsigned transaction with a key of this wallet and execute it",
  details: ["It is what --serialize-unsigned-transaction printed; its sender signs."],
  examples: [["soma tx execute-serialized BASE64 --simulate", "look before you sign"]],
  args: { transaction: required(TRANSACTION_TEXT, "The unsigned transaction") },
  options: TRANSACTION_OPTIONS,
  run: async (context, { args, options }) => {
    const { executeSerializedAction } = await import("../actions/tx.ts");
    await executeSerializedAction(context, args.transaction, options);
  },
});

const executeSigned = command({
  name: "tx execute-signed",
  summary: "Execute a transaction with signatures that were made elsewhere",
  examples: [
    ["soma tx execute-signed --tx-bytes BASE64 --signatures BASE64", "signed on another machine"],
  ],
  args: {},
  options: {
    txBytes: required(TRANSACTION_TEXT, "The unsigned transaction"),
    signatures: greedy(SIGNATURE_TEXT, "Its signatures", { required: true }),
  },
  run: async (context, { options }) => {
    const { executeSignedAction } = await import("../actions/tx.ts");
    const { txBytes: data, signatures } = options;
    await executeSignedAction(context, { data, signatures });
  },
});

const executeCombined = command({
  name: "tx execute-combined-signed",
  summary: "Execute a signed transaction in one piece",
  details: ["It is what --serialize-signed-transaction printed."],
  examples: [["soma tx execute-combined-signed --signed-tx-bytes BASE64", "signed before"]],
  args: {},
  options: { signedTxBytes: required(SIGNED_TRANSACTION_TEXT, "The signed transaction") },
  run: async (context, { options }) => {
    const { executeSignedAction } = await import("../actions/tx.ts");
    await executeSignedAction(context, options.signedTxBytes);
  },
});

/** Commands on transactions. */
export const TX: CommandGroup = {
  title: "Transactions",
  parents: { tx: "Look at transactions, and execute those that were written down" },
  commands: [info, prove, verify, executeSerialized, executeSigned, executeCombined],
};
